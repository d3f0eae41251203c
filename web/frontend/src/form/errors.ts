import { glyph, make } from "../dom";
import { signIn, type Problem } from "../http";
import { say } from "../words";
import type { Paper } from "./paper";

/** The summary above the form: how many places, each a link to its field; it takes the focus. */
export function summary(paper: Paper, title: string): HTMLElement | undefined {
  const places = paper.wrong();
  if (!places.length) return undefined;
  const items = places.map(({ id, label, text }) => {
    const go = make("button", { type: "button", click: () => paper.focus(id) }, text);
    return make("li", {}, label ? `${label}${say("：")}` : "", go);
  });
  return box(make("b", {}, title), make("ul", {}, ...items));
}

/** A refusal that belongs to no field: what happened, what to do, and choices. */
export function refusal(problem: Problem, choices: [string, () => void][] = []): HTMLElement {
  if (problem.status === 401) choices.push([say("去登录"), signIn]);
  const buttons = choices.map(([words, act]) => make("button", { type: "button", click: act }, words));
  const reference = problem.reference ? ` ${say("编号 {reference}", { reference: problem.reference })}` : "";
  const row = make("p", { class: "row" }, ...buttons);
  return box(make("b", {}, problem.title ?? say("这一步没有办成，您填的都还在。")), make("p", {}, (problem.remedy ?? "") + reference), row);
}

function box(...children: Node[]): HTMLElement {
  const made = make("div", { class: "errors", role: "alert", tabindex: -1 }, glyph("alert-circle"), make("div", {}, ...children));
  queueMicrotask(() => made.focus());
  return made;
}

/** What somebody else's values differ in, field by field. */
export function difference(paper: Paper, other: Record<string, unknown>): HTMLElement {
  const mine = paper.data;
  const changed = Object.keys(other).filter((key) => JSON.stringify(other[key]) !== JSON.stringify(mine[key]));
  const head = make("tr", {}, make("th", { scope: "col" }), make("th", { scope: "col" }, say("您填的")), make("th", { scope: "col" }, say("现在的")));
  const rows = changed.map((key) =>
    make("tr", {}, make("th", { scope: "row" }, paper.labelOfKey(key)), make("td", {}, words(mine[key])), make("td", {}, words(other[key]))),
  );
  if (!rows.length) return make("p", {}, say("没有不同"));
  return make("table", { class: "table" }, make("thead", {}, head), make("tbody", {}, ...rows));
}

function words(value: unknown): string {
  if (value === undefined || value === null || value === "") return say("没有填");
  if (typeof value === "boolean") return say(value ? "是" : "否");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
