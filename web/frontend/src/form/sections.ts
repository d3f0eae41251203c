import { glyph, make } from "../dom";
import { say } from "../words";
import type { Paper } from "./paper";
import { walk, type Component, type Schema } from "./schema";

const LONG = 4;
const MARKS = { wrong: ["alert-circle", "ink-overdue"], done: ["circle-check", "ink-finished"], open: ["circle", "ink-on_time"] } as const;

/** Left of a long form: its groups, ticked as they are filled; a click leads there. */
export function sections(form: Element, paper: Paper, schema: Schema): void {
  const named = (one: Component): boolean => one.type === "group" && Boolean(one.label);
  const groups = [...walk(schema.components)].filter((one) => named(one) && !one.components?.some(named));
  const desk = form.closest(".desk");
  if (!desk || groups.length <= LONG) return;
  const [count, list] = [make("span", { class: "push" }), make("ol")];
  desk.classList.add("has-index");
  desk.prepend(make("nav", { class: "index", "aria-label": say("分节") }, make("p", { class: "row meta" }, say("分节"), count), list));
  const draw = (): void => {
    // A group of which the outcome has to open the fields is not drawn before.
    const shown = groups.filter((group) => [...walk(group.components ?? [])].some(({ id, key }) => key !== "outcome" && paper.fieldIds.includes(id)));
    const states = shown.map((group) => stateOf(group, paper));
    count.textContent = `${states.filter((state) => state === "done").length} / ${shown.length}`;
    list.replaceChildren(...shown.map((group, index) => entry(group, MARKS[states[index]!], () => paper.focus(group.id))));
  };
  paper.onChange(draw);
  draw();
}

function entry(group: Component, [icon, ink]: readonly [string, string], go: () => void): HTMLElement {
  return make("li", {}, make("a", { href: `#${group.id}`, click: (event) => (event.preventDefault(), go()) }, make("i", { class: ink }, glyph(icon)), group.label ?? ""));
}

function stateOf(group: Component, paper: Paper): keyof typeof MARKS {
  const ids = [...walk(group.components ?? [])].map(({ id }) => id);
  if (paper.wrong().some(({ id }) => ids.includes(id))) return "wrong";
  return paper.unfilled.some((id) => ids.includes(id)) ? "open" : "done";
}
