import { make } from "../dom";
import { Paper } from "../form/paper";
import type { Schema } from "../form/schema";
import { say } from "../words";

/** A phone inside the page: a document of its own, so that what the styles ask of the screen is answered with 390 px. */
function phone(title: string): [HTMLElement, HTMLElement] {
  const sheet = make("div", { class: "sheet" });
  if (matchMedia("(max-width: 900px)").matches) return [sheet, sheet]; // the screen is one itself
  const frame = make("iframe", { title, class: "phone" });
  frame.addEventListener("load", () => {
    const inner = frame.contentDocument!;
    for (const { name, value } of document.documentElement.attributes) inner.documentElement.setAttribute(name, value);
    inner.documentElement.dataset.bsTheme = "light"; // paper, as on the desk
    inner.head.append(...[...document.querySelectorAll("link[rel=stylesheet], style")].map((one) => one.cloneNode(true)));
    inner.body.append(sheet);
  });
  return [frame, sheet];
}

/** The form as people will see it: on the desk and on a phone of 390 px, side by side; what is typed here goes nowhere. */
export class FormPreview extends HTMLElement {
  #schema: Schema = { type: "default", components: [] };
  #papers: Paper[] = [];

  connectedCallback(): void {
    const desk = make("div", { class: "sheet" });
    const [frame, small] = phone(say("手机 390"));
    this.append(this.#figure("is-desk", "桌面", desk), this.#figure("is-phone", "手机 390", frame));
    this.#papers = [desk, small].map((sheet) => new Paper(sheet, { url: "", known: {} } as never, false));
  }

  #figure(kind: string, title: string, shown: HTMLElement): HTMLElement {
    return make("figure", { class: `${kind} paper` }, make("figcaption", {}, say(title)), shown);
  }

  show(schema: Schema): void {
    this.#schema = schema;
    if (!this.hidden) void this.draw();
  }

  async draw(): Promise<void> {
    for (const paper of this.#papers) await paper.open(structuredClone(this.#schema), {});
  }
}

customElements.define("form-preview", FormPreview);
