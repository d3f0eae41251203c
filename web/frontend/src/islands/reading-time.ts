/** Counts the seconds a text was really on the screen, for declarations that are signed after reading. */
class ReadingTime extends HTMLElement {
  #seen = 0;
  #timer = 0;

  connectedCallback(): void {
    this.#timer = window.setInterval(() => {
      if (document.visibilityState === "visible") this.#seen += 1;
    }, 1000);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  get seconds(): number {
    return this.#seen;
  }
}

customElements.define("reading-time", ReadingTime);
