import ENGLISH from "./english.json";

/** Sentences that only some pages need come with their own script. */
export const learn = (sentences: Record<string, string>): unknown => Object.assign(ENGLISH, sentences);

/** True where the page speaks English; else it speaks Chinese. */
export const english = document.documentElement.lang.startsWith("en");

/** The sentence in the page's language with its {places} filled; english.json holds the other side, and a test misses none. */
export function say(chinese: string, values: Record<string, string | number> = {}): string {
  const sentence = english ? ((ENGLISH as Record<string, string>)[chinese] ?? chinese) : chinese;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** 14:18 on the reader's clock. */
export const clock = (moment = new Date()): string => moment.toTimeString().slice(0, 5);

/** 0.8 MB, 312 kB. */
export const size = (bytes: number): string =>
  bytes >= 100_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`;
