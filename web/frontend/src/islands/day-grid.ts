/** Days of a year to tick: dragging ticks those between, arrows move, and a tool is used at once on what is ticked. */
class DayGrid extends HTMLElement {
  #from = -1;
  #kept: boolean[] = [];
  #sent = false;

  connectedCallback(): void {
    this.addEventListener("pointerdown", (event) => {
      this.#from = event.button ? -1 : this.#at(event.target);
      this.#kept = this.#days.map((day) => day.checked);
    });
    this.addEventListener("pointerover", (event) => this.#reach(this.#at(event.target)));
    this.addEventListener("keydown", (event) => this.#move(event));
    addEventListener("pointerup", () => this.#from >= 0 && setTimeout(() => this.#use()) && (this.#from = -1));
    document.addEventListener("change", ({ target }) => /^(kind|days)$/.test((target as HTMLInputElement).name) && this.#use());
  }

  get #days(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[name=days]")];
  }

  #at(target: EventTarget | null): number {
    return this.#days.indexOf((target as HTMLElement).closest("label")?.querySelector("input") as HTMLInputElement);
  }

  #reach(to: number): void {
    if (this.#from < 0 || to < 0 || to === this.#from) return;
    const [first, last] = [Math.min(this.#from, to), Math.max(this.#from, to)];
    this.#days.forEach((day, place) => (day.checked = (place >= first && place <= last) || Boolean(this.#kept[place])));
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
    const next = step && this.#days[this.#days.indexOf(event.target as HTMLInputElement) + step];
    if (next) event.preventDefault();
    if (next) next.focus();
  }

  #use(): void {
    const form = this.querySelector("form");
    if (this.#sent || !form || !new FormData(form).get("kind") || !this.#days.some((day) => day.checked)) return;
    this.#sent = true;
    form.requestSubmit();
  }
}

customElements.define("day-grid", DayGrid);
