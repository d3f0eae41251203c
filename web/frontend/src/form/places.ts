export const dotted = (path: string): string => path.replace(/\[(\d+)\]/g, ".$1");

export function flat(texts: unknown): string[] {
  if (Array.isArray(texts)) return texts.flatMap(flat);
  if (texts && typeof texts === "object") return Object.values(texts).flatMap(flat);
  return texts === undefined ? [] : [String(texts)];
}
