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

export function put(data: Data, path: (string | number)[], value: unknown): void {
  let place: Data = data;
  path.slice(0, -1).forEach((step, index) => {
    place[step] ??= typeof path[index + 1] === "number" ? [] : {};
    place = place[step] as Data;
  });
  place[path[path.length - 1]!] = value;
}
