/** A choice of theme, density or language: shown at once, kept in a cookie that the next page reads. */
class LookSwitch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button");
      if (button) this.#choose(button.value);
    });
    this.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const buttons = [...this.querySelectorAll("button")];
      const next = step && buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step];
      if (next) next.focus();
    });
  }

  #choose(value: string): void {
    const name = this.getAttribute("name") ?? "";
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
    for (const button of this.querySelectorAll("button")) button.setAttribute("aria-checked", String(button.value === value));
    if (name === "locale") return location.reload();
    const root = document.documentElement;
    if (name === "density") root.dataset.density = value;
    if (name === "theme") root.dataset.bsTheme = value || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    document.dispatchEvent(new CustomEvent("look-changed"));
  }
}

customElements.define("look-switch", LookSwitch);
