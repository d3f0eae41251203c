import { make } from "../dom";
import type { Choice } from "./schema";

/** The foot of a form: what was saved and when, the ways out, the primary one last. */
export class Foot {
  readonly element = make("div", { class: "foot form-foot" });
  readonly #saved = make("span", { class: "saved", role: "status" });

  constructor() {
    this.element.append(this.#saved);
  }

  tell(text: string): void {
    this.#saved.textContent = text;
    document.querySelectorAll("[data-part=saved]").forEach((place) => (place.textContent = text));
  }

  /** Buttons for these choices; the first is the usual way and therefore primary. */
  offer(choices: Choice[], choose: (value: string) => void): void {
    const buttons = choices.map(({ label, value }, index) => {
      const keys = index === 0 ? [make("kbd", { class: "desk-only" }, "Ctrl Enter")] : [];
      return make("button", { type: "button", class: index === 0 ? "btn btn-primary" : "btn", value, click: () => choose(value) }, label, ...keys);
    });
    this.element.replaceChildren(this.#saved, ...buttons.reverse());
  }

  busy(value: string | undefined): void {
    for (const button of this.element.querySelectorAll("button")) {
      if (value !== undefined && button.value === value) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
  }

  mark(value: string): void {
    for (const button of this.element.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === value));
  }
}
