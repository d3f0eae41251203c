/** Days of a year to tick: dragging ticks those between, arrows move, and a tool is used at once on what is ticked. */
class DayGrid extends HTMLElement {
  #from = -1;
  #kept: boolean[] = [];
  #sent = false;

  connectedCallback(): void {
    this.addEventListener("pointerdown", ({ button, target }) => {
      [this.#from, this.#kept] = [button ? -1 : this.#at(target), this.#days.map((day) => day.checked)];
    });
    this.addEventListener("pointerover", (event) => this.#reach(this.#at(event.target)));
    this.addEventListener("keydown", (event) => this.#move(event));
    addEventListener("pointerup", () => this.#from >= 0 && setTimeout(() => this.#use()) && (this.#from = -1));
    document.addEventListener("change", ({ target }) => /^(kind|days)$/.test((target as HTMLInputElement).name) && this.#use());
  }

  get #days(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[name=days]")];
  }

  #at = (target: EventTarget | null): number =>
    this.#days.indexOf((target as HTMLElement).closest("label")?.querySelector("input") as HTMLInputElement);

  #reach(to: number): void {
    if (this.#from < 0 || to < 0 || to === this.#from) return;
    const within = (place: number): boolean => place >= Math.min(this.#from, to) && place <= Math.max(this.#from, to);
    this.#days.forEach((day, place) => (day.checked = within(place) || Boolean(this.#kept[place])));
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
    const next = step && this.#days[this.#days.indexOf(event.target as HTMLInputElement) + step];
    if (next) next.focus();
    if (next) event.preventDefault();
  }

  #use(): void {
    const form = this.querySelector("form")!;
    if (this.#sent || !new FormData(form).get("kind") || !this.#days.some((day) => day.checked)) return;
    this.#sent = true;
    form.requestSubmit();
  }
}

customElements.define("day-grid", DayGrid);
