import { make } from "../dom";
import { say } from "../words";

/** One line bottom-left for six seconds (ten with an undo), paused while the pointer rests on it. Never for errors. */
export class ToastLine extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    const carried = sessionStorage.getItem("toast");
    sessionStorage.removeItem("toast");
    if (carried) this.show({ text: carried });
    document.addEventListener("toast", (event) => this.show((event as CustomEvent<Toast>).detail));
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#hideIn(3000));
  }

  show({ text, undo }: Toast): void {
    this.replaceChildren(make("span", {}, text));
    if (undo) this.append(make("button", { type: "button", class: "btn-link", click: () => this.#undo(undo) }, say("撤销")));
    this.#hideIn(undo ? 10_000 : 6000);
  }

  #undo(undo: () => void): void {
    this.replaceChildren();
    undo();
  }

  #hideIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.replaceChildren(), milliseconds);
  }
}

export type Toast = { text: string; undo?: () => void };

/** Say it on the page that comes next. */
export function carry(text: unknown): void {
  if (typeof text === "string" && text) sessionStorage.setItem("toast", text);
}

/** Say something that needs no answer. */
export function toast(text: string, undo?: () => void): void {
  document.dispatchEvent(new CustomEvent<Toast>("toast", { detail: undo ? { text, undo } : { text } }));
}

customElements.define("toast-line", ToastLine);
