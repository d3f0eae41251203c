import { make } from "../dom";
import { forget } from "../owner";
import { newId, send, sentence, signIn, type Problem } from "../http";
import { say } from "../words";
import { carry, toast } from "./toast-line";

/**
 * A plain form whose answers go to the API as JSON: `<action-form><form method="post" action="/api/…" data-next="/…">`.
 * Names with a dot or repeated names are left to designed forms. The button that was pressed adds its name and value.
 * On success: with `data-forget` the device forgets what was typed, `data-toast` is said, then `data-next`, the answer's `next`, or the same page is loaded. `done` is fired.
 */
class ActionForm extends HTMLElement {
  #request = newId();

  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send(event.target as HTMLFormElement, event.submitter as HTMLButtonElement | null);
    });
    this.addEventListener("keydown", (event) => this.#enter(event));
    this.#restore();
  }

  get #kept(): string {
    return `form:${location.pathname}:${this.querySelector("form")?.getAttribute("action") ?? ""}`;
  }

  /** What was typed when the session was found to be gone stands there again, in an opened dialog if it was one. */
  #restore(): void {
    const kept = JSON.parse(sessionStorage.getItem(this.#kept) ?? "null") as Record<string, string> | null;
    sessionStorage.removeItem(this.#kept);
    for (const [name, value] of Object.entries(kept ?? {})) {
      const field = this.querySelector("form")?.elements.namedItem(name);
      if (field instanceof HTMLInputElement && field.type === "hidden") continue;
      if (field && "value" in field) field.value = value;
    }
    if (kept) this.closest("dialog")?.showModal();
  }

  /** Enter presses the button that follows the field, where browsers would press the first one of the form. */
  #enter(event: KeyboardEvent): void {
    const field = event.target as HTMLInputElement;
    if (event.key !== "Enter" || event.isComposing || !field.matches("input")) return;
    const follows = (button: Element): boolean => Boolean(field.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = [...(field.form?.querySelectorAll<HTMLElement>("button:not([type=button])") ?? [])].find(follows);
    if (!next) return;
    event.preventDefault();
    next.click();
  }

  async #send(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
    const body: Record<string, unknown> = { request_id: this.#request };
    for (const [name, value] of new FormData(form, button)) body[name] = value;
    button?.setAttribute("aria-busy", "true");
    const answer = await send(button?.hasAttribute("formaction") ? button.formAction : form.action, body, form.dataset.method ?? "POST");
    button?.removeAttribute("aria-busy");
    if (!answer.ok) return this.#refuse(form, answer.body);
    this.#request = newId();
    if (form.dataset.forget !== undefined) forget();
    this.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: answer.body }));
    if (button?.dataset.focus) document.getElementById(button.dataset.focus)?.focus();
    this.#goOn(form, answer.body, form.dataset.stay !== undefined || button?.dataset.stay !== undefined);
  }

  #goOn(form: HTMLFormElement, body: Record<string, unknown>, stay: boolean): void {
    const said = form.dataset.toast ?? body.message;
    if (stay) return typeof said === "string" ? toast(said) : undefined;
    carry(said);
    const next = typeof body.next === "string" ? body.next : form.dataset.next;
    if (next) location.assign(next);
    else location.reload();
  }

  #refuse(form: HTMLFormElement, problem: Problem): void {
    form.querySelectorAll("[data-part=problem], .field > .error").forEach((old) => old.remove());
    for (const [name, texts] of Object.entries(problem.errors ?? {})) {
      const field = form.elements.namedItem(name);
      if (!(field instanceof HTMLElement)) continue;
      field.setAttribute("aria-invalid", "true");
      field.after(make("p", { class: "error" }, texts.join(" ")));
    }
    const again = problem.status === 401 ? [make("button", { type: "button", class: "btn-link", click: signIn }, say("去登录"))] : [];
    if (again.length) sessionStorage.setItem(this.#kept, JSON.stringify(Object.fromEntries(new FormData(form))));
    form.prepend(make("div", { class: "errors", role: "alert", tabindex: -1, "data-part": "problem" }, sentence(problem), ...again));
    form.querySelector<HTMLElement>("[data-part=problem]")?.focus();
  }
}

customElements.define("action-form", ActionForm);
