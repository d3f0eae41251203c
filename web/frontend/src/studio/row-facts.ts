import { make } from "../dom";
import { say } from "../words";

/** What the annotation of a row says of its origin, as `依据：…；状态：…；生效：…；…`; the rest is free text. */
const KEYS = ["依据", "状态", "生效"] as const;
type Key = (typeof KEYS)[number];
const STATES = ["已核实", "未核实"];

const parts = (text: string): string[] => text.split("；").map((part) => part.trim()).filter(Boolean);

/** One fact of an annotation, empty when it does not say it. */
function fact(text: string, key: Key): string {
  return parts(text).find((part) => part.startsWith(`${key}：`))?.slice(key.length + 1) ?? "";
}

/** The annotation with another fact; everything else stays as it was written. */
function withFact(text: string, key: Key, value: string): string {
  const others = (name: Key): string => fact(text, name) && `${name}：${fact(text, name)}`;
  const facts = KEYS.map((name) => (name === key ? value.trim() && `${key}：${value.trim()}` : others(name)));
  const rest = parts(text).filter((part) => !KEYS.some((name) => part.startsWith(`${name}：`)));
  return [...facts, ...rest].filter(Boolean).join("；");
}

interface Rule {
  id: string;
  description?: string;
}
interface Row {
  id: string;
  businessObject: Rule;
  cells: { id: string }[];
}

/** The table that is open, as far as its rows are asked about; without `write` they are only read. */
export interface Table {
  rows(): Row[];
  write?(rule: Rule, text: string): void;
}

/** Source, state and first day of the row that was chosen last, as fields of their own, and how many rows are not verified. */
export class RowFacts extends HTMLElement {
  #table: Table | undefined;
  #chosen = "";

  about(table: Table | undefined): void {
    this.#table = table;
    this.#draw();
  }

  /** A cell or row of the table. */
  choose(id: string): void {
    const row = this.#table?.rows().find((one) => one.id === id || one.cells.some((cell) => cell.id === id));
    if (!row || row.id === this.#chosen) return;
    this.#chosen = row.id;
    this.#draw();
  }

  #draw(): void {
    const rows = this.#table?.rows() ?? [];
    const place = rows.findIndex(({ id }) => id === this.#chosen);
    const open = rows.filter(({ businessObject }) => fact(businessObject.description ?? "", "状态").startsWith("未核实")).length;
    this.hidden = !rows.length;
    const head = make("h2", {}, say("行的依据"), make("small", {}, open ? ` ${say("{n} 行未核实", { n: open })}` : ""));
    this.replaceChildren(head, ...(place < 0 ? [make("p", { class: "hint" }, say("点一行，在这里看和改它的依据。"))] : this.#fields(rows[place]!.businessObject, place + 1)));
  }

  #fields(rule: Rule, number: number): HTMLElement[] {
    const text = rule.description ?? "";
    const state = fact(text, "状态");
    const options = ["", ...STATES, ...(state && !STATES.includes(state) ? [state] : [])].map((one) => make("option", { value: one, selected: one === state }, one ? say(one) : ""));
    const source = make("input", { class: "input", value: fact(text, "依据") });
    const fields: [Key, HTMLElement][] = [["依据", source], ["状态", make("select", { class: "input" }, ...options)], ["生效", make("input", { class: "input", type: "date", value: fact(text, "生效") })]];
    return [make("p", {}, make("b", {}, say("第 {n} 行", { n: number }))), ...fields.map(([key, field]) => this.#field(rule, key, field as HTMLInputElement))];
  }

  #field(rule: Rule, key: Key, field: HTMLInputElement): HTMLElement {
    field.id = `row-${KEYS.indexOf(key)}`;
    field.disabled = !this.#table?.write;
    field.addEventListener("change", () => this.#table?.write?.(rule, withFact(rule.description ?? "", key, field.value)));
    return make("div", { class: "field" }, make("label", { for: field.id }, say(key)), field);
  }
}

customElements.define("row-facts", RowFacts);
