import { glyph, make } from "../dom";
import { say } from "../words";

/** One line of the outline. */
export interface Line {
  id: string;
  name: string;
  icon: string;
  depth: number;
}

/**
 * The elements of a file as a list: the keyboard way to everything on the canvas. Typing filters; Enter or a click fires
 * `element-picked`; `mark` shows which element is chosen, `warn` puts the signs of the findings beside the names.
 */
export class OutlineList extends HTMLElement {
  #search = make("input", { class: "input", type: "search", placeholder: say("查找元素"), "aria-label": say("查找元素") });
  #list = make("ul", { role: "listbox", "aria-label": say("步骤清单"), tabindex: 0 });
  #lines: Line[] = [];
  #signs = new Map<string, string>();
  #chosen = "";

  connectedCallback(): void {
    this.append(this.#search, this.#list);
    this.#search.addEventListener("input", () => this.#draw());
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", (event) => this.#pick((event.target as Element).closest<HTMLElement>("[data-id]")?.dataset.id));
  }

  show(lines: Line[]): void {
    this.#lines = lines;
    this.#draw();
  }

  mark(id: string): void {
    this.#chosen = id;
    this.#list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    const item = this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
  }

  warn(signs: Map<string, string>): void {
    this.#signs = signs;
    this.#draw();
  }

  #draw(): void {
    const wanted = this.#search.value.trim().toLowerCase();
    const shown = this.#lines.filter(({ id, name }) => !wanted || id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted));
    this.#list.replaceChildren(...shown.map((line) => this.#item(line)));
  }

  #item({ id, name, icon, depth }: Line): HTMLElement {
    const sign = this.#signs.get(id);
    const item = make("li", { role: "option", "data-id": id, "aria-selected": String(id === this.#chosen), title: id }, glyph(icon), make("span", {}, name || id));
    if (sign) item.append(make("span", { class: sign === "error" ? "ink-overdue" : "ink-due_soon" }, glyph(sign === "error" ? "alert-circle" : "alert-triangle")));
    item.style.paddingInlineStart = `${8 + 12 * depth}px`;
    return item;
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key !== "Enter" && !step) return;
    event.preventDefault();
    const items = [...this.#list.children] as HTMLElement[];
    const place = items.findIndex((item) => item.dataset.id === this.#chosen);
    this.#pick(items[Math.min(items.length - 1, Math.max(0, place + (step ?? 0)))]?.dataset.id);
  }

  #pick(id: string | undefined): void {
    if (!id) return;
    this.mark(id);
    this.dispatchEvent(new CustomEvent("element-picked", { bubbles: true, detail: { id } }));
  }
}

customElements.define("outline-list", OutlineList);
