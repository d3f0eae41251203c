import type { Data } from "./schema";
export const dotted = (path: string): string => path.replace(/\[(\d+)\]/g, ".$1");

export function flat(texts: unknown): string[] {
  if (Array.isArray(texts)) return texts.flatMap(flat);
  if (texts && typeof texts === "object") return Object.values(texts).flatMap(flat);
  return texts === undefined ? [] : [String(texts)];
}

export function pick(data: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Data | undefined)?.[step], data);
}

/** Answers over others, inside groups too: what they do not name stays, null clears. */
export function over(data: Data, answers: Data): Data {
  const group = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);
  const inside = ([key, value]: [string, unknown]): [string, unknown] => [key, group(data[key]) && group(value) ? over(data[key], value) : value];
  return { ...data, ...Object.fromEntries(Object.entries(answers).map(inside)) };
}

export function put(data: Data, path: (string | number)[], value: unknown): void {
  let place: Data = data;
  path.slice(0, -1).forEach((step, index) => {
    place[step] ??= typeof path[index + 1] === "number" ? [] : {};
    place = place[step] as Data;
  });
  place[path[path.length - 1]!] = value;
}
