export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Left, upper, right and lower bound of some boxes. */
export const around = (boxes: Box[]): [number, number, number, number] => [
  Math.min(...boxes.map(({ x }) => x)),
  Math.min(...boxes.map(({ y }) => y)),
  Math.max(...boxes.map(({ x, width }) => x + width)),
  Math.max(...boxes.map(({ y, height }) => y + height)),
];

/** The nearest value between two bounds, their middle when they leave no room. */
export const within = (value: number, low: number, high: number): number => (low > high ? (low + high) / 2 : Math.min(high, Math.max(low, value)));
