import { merge } from "min-dash";
import { drawn, glyph, make } from "../dom";
import { say } from "../words";
import type { Foot } from "./foot";
import type { Paper } from "./paper";
import { outline } from "./outline";
import { steps, titleOf, walk, type Schema, type Data } from "./schema";

/** A long form, one topic per page: its groups are the steps, the last page lists all answers. */
export class Steps {
  readonly #steps: Schema[];
  #data: Data;
  #answers: Data = {};
  #at = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly paper: Paper,
    schema: Schema,
    data: Data,
    private readonly foot: Foot,
    private readonly submit: () => void,
  ) {
    this.#steps = steps(schema);
    this.#data = data;
    this.#at = Math.min(Math.max(Number(new URLSearchParams(location.search).get("step") ?? 1) - 1, 0), this.#steps.length - 1);
    const names = [...walk(schema.components)].map(({ key, path }) => key ?? path ?? "");
    for (const name of names) if (data[name] !== undefined) this.#answers[name] = data[name];
    window.addEventListener("popstate", (event: PopStateEvent) => this.#move((event.state as { step?: number } | null)?.step ?? 0, false));
  }

  get answers(): Data {
    return merge({}, this.#answers, this.paper.answers);
  }

  async show(): Promise<void> {
    const step = this.#steps[this.#at];
    if (!step) return;
    await this.paper.open({ ...step, components: step.components.map((one) => (one.type === "group" ? { ...one, label: "" } : one)) }, merge({}, this.#data, this.#answers));
    this.#head(titleOf(step));
    const last = this.#at === this.#steps.length - 1;
    const go = { label: last ? (this.host.getAttribute("button") ?? "") : say("下一步"), value: "" };
    const back = this.#at > 0 ? [{ label: say("上一步"), value: "back" }] : [];
    this.foot.offer([go, ...back], (value) => (value === "back" ? this.#move(this.#at - 1) : this.#forward(last)));
    this.host.querySelector(".outline")?.remove();
    if (last) this.host.insertBefore(outline(this.#steps.slice(0, -1), this.answers, (index) => this.#move(index)), this.host.children[1] ?? null);
  }

  #forward(last: boolean): void {
    if (!this.paper.validate()) return void this.host.dispatchEvent(new CustomEvent("step-refused"));
    if (last) this.submit();
    else this.#move(this.#at + 1);
  }

  #move(to: number, remember = true): void {
    this.#answers = this.answers;
    this.#at = Math.min(Math.max(to, 0), this.#steps.length - 1);
    if (remember) history.pushState({ step: this.#at }, "", `?step=${this.#at + 1}`);
    this.host.dispatchEvent(new CustomEvent("step-shown"));
    void this.show().then(() => scrollTo(0, 0));
  }

  /** Server errors: go to the first step that holds one of them; answers what fits nowhere. */
  async refuse(errors: Record<string, string[]>): Promise<string[]> {
    const key = (name: string): string => name.split(/[.[]/)[0] ?? name;
    const names = new Set(Object.keys(errors).map(key));
    const at = this.#steps.findIndex((step) => [...walk(step.components)].some((one) => names.has(one.key ?? one.path ?? one.id) || names.has(one.id)));
    this.#answers = this.answers;
    if (at >= 0) this.#at = at;
    await this.show();
    // A form that is opened with answers first asks them itself, and would wipe the server's sentences away.
    await drawn();
    return this.paper.refuse(errors);
  }

  /** The places of the page that show where one is: list on the desk, bar on the phone, the title. */
  #head(title: string): void {
    for (const place of document.querySelectorAll("[data-part=step-title]")) place.textContent = title;
    for (const place of document.querySelectorAll("[data-part=step-count]")) place.textContent = say("第 {n} 步，共 {all} 步", { n: this.#at + 1, all: this.#steps.length });
    for (const bar of document.querySelectorAll("[data-part=step-bar]")) bar.replaceChildren(...this.#steps.map((_, index) => make("li", { class: index <= this.#at ? "done" : "" })));
    for (const list of document.querySelectorAll("[data-part=step-list]")) list.replaceChildren(...this.#steps.map((step, index) => this.#entry(titleOf(step), index)));
  }

  #entry(title: string, index: number): HTMLElement {
    const mark = index < this.#at ? ["circle-check", "ink-finished"] : index === this.#at ? ["progress", "ink-active"] : ["circle", "ink-on_time"];
    const sign = make("i", { class: mark[1] }, glyph(mark[0]!));
    const body = index < this.#at ? make("a", { href: `?step=${index + 1}`, click: (event) => (event.preventDefault(), this.#move(index)) }) : make("span", { "aria-current": index === this.#at ? "step" : null });
    body.append(sign, `${index + 1} ${title}`);
    return make("li", {}, body);
  }
}
