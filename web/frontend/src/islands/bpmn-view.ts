import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "../styles/diagram.css";
import { Drawing, type Token } from "../diagram/drawing";
import { glyph, make } from "../dom";
import { STATUSES } from "../status";
import { say } from "../words";

type Mode = "now" | "all" | "steps";

const LEGEND: [string, string][] = [
  ["finished", "已办"], ["active", "办理中"], ["due_soon", "临期"], ["overdue", "超期"], ["paused", "已暂停"], ["future", "未到"],
];
const PAPER = ["beforeprint", "afterprint"];
const LIVE = ["active", "on_time", "due_soon", "overdue", "incident", "paused"];

/**
 * The live diagram of a case. Attributes: `src` (address of the XML), `tokens`, `flows` (JSON). Inside stands the list of
 * steps with the same facts: it is the keyboard way, the fallback, and the third of the three views. A click follows a token.
 */
class BpmnView extends HTMLElement {
  #drawing: Drawing | undefined;
  #plate = make("div", { class: "canvas" });
  #buttons = new Map<Mode, HTMLButtonElement>();
  #tools = make("div", { class: "tools" });
  #xml = "";
  #mode: Mode = "all";

  connectedCallback(): void {
    this.#buildTools();
    this.prepend(this.#tools, this.#plate, this.#legend());
    document.addEventListener("look-changed", this.#redraw);
    for (const type of PAPER) addEventListener(type, this.#lay);
    void this.#load();
  }

  disconnectedCallback(): void {
    document.removeEventListener("look-changed", this.#redraw);
    for (const type of PAPER) removeEventListener(type, this.#lay);
    this.#drawing?.destroy();
  }

  get #tokens(): Token[] {
    return JSON.parse(this.getAttribute("tokens") || "[]") as Token[];
  }

  async #load(): Promise<void> {
    try {
      const response = await fetch(this.getAttribute("src") ?? "", { credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      this.#xml = await response.text();
      await this.#draw();
      const phone = matchMedia("(max-width: 767.98px)").matches;
      const small = phone || (this.#drawing?.wholeScale ?? 1) < 0.7;
      this.#show(small && this.#now().length ? "now" : "all");
    } catch {
      this.#fail();
    }
  }

  async #draw(): Promise<void> {
    this.#drawing?.destroy();
    this.#drawing = new Drawing(this.#plate);
    await this.#drawing.open(this.#xml);
    this.#drawing.paint(this.#tokens, JSON.parse(this.getAttribute("flows") || "[]") as string[]);
    this.#drawing.onPick((id) => this.#tokens.filter(({ element, href }) => element === id && href).forEach(({ href }) => location.assign(href!)));
  }

  #redraw = (): void => {
    if (this.#xml) void this.#draw().then(() => this.#show(this.#mode));
  };

  /** The whole diagram on an A4 sheet in landscape; pixels of paper are 1/96 inch. */
  #lay = ({ type }: Event): void => {
    this.#plate.style.cssText = type === PAPER[0] ? "display: block; width: 1000px; height: 600px" : "";
    if (type === PAPER[0]) this.#drawing?.showWhole();
    else this.#show(this.#mode);
  };

  #fail(): void {
    this.#plate.remove();
    this.#tools.remove();
    this.querySelector(".legend")?.remove();
    this.dataset.mode = "steps";
    this.prepend(make("p", { class: "notice is-due_soon", role: "status" }, say("流程图没有载入，先看步骤清单。")));
  }

  #now(): string[] {
    return this.#tokens.filter((token) => LIVE.includes(token.state)).map((token) => token.element);
  }

  #show(mode: Mode): void {
    this.#mode = mode;
    this.dataset.mode = mode;
    for (const [name, button] of this.#buttons) button.setAttribute("aria-pressed", String(name === mode));
    const phone = matchMedia("(max-width: 767.98px)").matches;
    if (mode === "now") this.#drawing?.showNow(this.#now(), phone ? 0.9 : 1);
    if (mode === "all") this.#drawing?.showWhole();
  }

  #buildTools(): void {
    const views = make("div", { class: "segments views" });
    for (const [mode, words] of [["now", "当前步骤"], ["all", "全图"]] as [Mode, string][]) views.append(this.#modeButton(mode, say(words)));
    const zoom = (name: string, label: string, factor: number): HTMLButtonElement =>
      make("button", { type: "button", class: "zoom", "aria-label": label, title: label, click: () => this.#drawing?.zoom(factor) }, glyph(name));
    const icon = "list-details";
    const steps = this.#modeButton("steps", say("步骤清单"));
    steps.prepend(glyph(icon));
    const near = make("div", { class: "segments" }, zoom("minus", say("缩小"), 1 / 1.25), zoom("plus", say("放大"), 1.25), steps);
    this.#tools.append(views, near);
  }

  #modeButton(mode: Mode, words: string): HTMLButtonElement {
    const button = make("button", { type: "button", "aria-pressed": "false", click: () => this.#show(mode) }, words);
    this.#buttons.set(mode, button);
    return button;
  }

  #legend(): HTMLElement {
    const used = new Set(["finished", "active", "due_soon", "overdue", "future", ...this.#tokens.map((token) => token.state)]);
    const items = LEGEND.filter(([state]) => used.has(state)).map(([state, words]) => make("span", { class: `is-${state}` }, make("i"), say(words)));
    if (used.has("incident")) items.push(make("span", { class: "is-incident" }, make("i"), say(STATUSES.incident!.label)));
    return make("p", { class: "legend", "aria-hidden": true }, ...items);
  }
}

customElements.define("bpmn-view", BpmnView);
