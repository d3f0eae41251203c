import { make } from "../dom";
import { Paper } from "../form/paper";
import type { Schema } from "../form/schema";
import { say } from "../words";

/** The form as people will see it: on the desk and on a phone of 390 px, side by side; what is typed here goes nowhere. */
export class FormPreview extends HTMLElement {
  #schema: Schema = { type: "default", components: [] };
  #papers: Paper[] = [];

  show(schema: Schema): void {
    this.#schema = schema;
    if (!this.hidden) void this.draw();
  }

  async draw(): Promise<void> {
    this.#papers.forEach((paper) => paper.destroy());
    const sheets = [["is-desk", say("桌面")], ["is-phone", say("手机 390")]].map(([kind, title]) => {
      const sheet = make("div", { class: "sheet" });
      this.#papers.push(new Paper(sheet, { url: "", known: {} } as never, false));
      return make("figure", { class: kind! }, make("figcaption", {}, title!), sheet);
    });
    this.replaceChildren(...sheets);
    this.#papers = this.#papers.slice(-2);
    for (const paper of this.#papers) await paper.open(structuredClone(this.#schema), {});
  }
}

customElements.define("form-preview", FormPreview);
