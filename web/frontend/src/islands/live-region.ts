import { make } from "../dom";
import { enliven } from "../hypertext";
import { clock, say } from "../words";

/** When a hand was last at work on the page, and whether it presses now: what moves under a press swallows it. */
const hand = { at: 0, down: false };
const QUIET = 3_000;
const BUSY = ":focus:is(input, textarea, select), dialog[open], [aria-busy=true]";

function feel({ type }: Event): void {
  hand.at = Date.now();
  if (type !== "pointermove") hand.down = type === "pointerdown";
}
for (const kind of ["pointerdown", "pointerup", "pointercancel", "pointermove", "keydown"]) addEventListener(kind, feel, { capture: true, passive: true });

/**
 * Asks `src` every 15 s while the page is visible and swaps the answer in, once the hand rests. With `hold`, rows that
 * are new (`data-key`) wait behind a bar until the reader lets them in: a list does not move under the hand.
 */
class LiveRegion extends HTMLElement {
  #timer = 0;
  #waiting = 0;
  #at = new Date();

  connectedCallback(): void {
    const seconds = Number(this.getAttribute("every") ?? 15);
    this.#timer = window.setInterval(() => void this.#ask(), seconds * 1000);
    document.addEventListener("visibilitychange", () => void this.#ask());
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#waiting);
  }

  async #ask(): Promise<void> {
    if (!this.isConnected || document.visibilityState !== "visible") return;
    try {
      const headers = { "HX-Request": "true", "X-Live": "true" };
      const response = await fetch(this.getAttribute("src") ?? location.href, { headers, credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      clearTimeout(this.#waiting);
      this.#take(text);
    } catch {
      if (Date.now() - this.#at.getTime() > 60_000) this.#old();
    }
  }

  #take(html: string): void {
    if (hand.down || Date.now() - hand.at < QUIET || this.querySelector(BUSY)) {
      this.#waiting = window.setTimeout(() => this.#take(html), 1000);
      return;
    }
    this.#at = new Date();
    const fresh = make("div");
    fresh.innerHTML = html;
    const added = this.#keys(fresh).filter((key) => !this.#keys(this).includes(key));
    if (this.hasAttribute("hold") && added.length) return this.#announce(added.length, fresh);
    this.#swap(fresh);
  }

  #keys(root: Element): string[] {
    return [...root.querySelectorAll<HTMLElement>("[data-key]")].map((row) => row.dataset.key ?? "");
  }

  #announce(count: number, fresh: Element): void {
    this.querySelector("[data-part=news]")?.remove();
    const button = make("button", { type: "button", class: "btn-link", click: () => this.#swap(fresh) }, say("有 {n} 条新任务", { n: count }));
    this.prepend(make("p", { class: "notice", role: "status", "data-part": "news" }, button));
  }

  #swap(fresh: Element): void {
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-key]")?.dataset.key;
    const chosen = this.querySelector<HTMLElement>("[data-key][aria-selected=true]")?.dataset.key;
    this.replaceChildren(...fresh.childNodes);
    enliven(this);
    const row = (key?: string) => (key ? this.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) : null);
    row(chosen)?.setAttribute("aria-selected", "true");
    row(focused)?.focus();
  }

  #old(): void {
    if (this.querySelector("[data-part=old]")) return;
    const button = make("button", { type: "button", class: "btn-link", click: () => location.reload() }, say("重新载入"));
    const line = make("p", { class: "notice is-due_soon", role: "status", "data-part": "old" }, say("{time} 的数据", { time: clock(this.#at) }), " ", button);
    this.prepend(line);
  }
}

customElements.define("live-region", LiveRegion);
