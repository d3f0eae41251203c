/** Stands above a form, takes the focus when it appears, and leads to each field. */
export class ErrorSummary extends HTMLElement {
  connectedCallback(): void {
    this.focus();
    this.addEventListener("click", (event) => {
      const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[href^='#']");
      const goal = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!goal) return;
      event.preventDefault();
      goal.scrollIntoView({ block: "center" });
      goal.focus();
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "error-summary": ErrorSummary;
  }
}

customElements.define("error-summary", ErrorSummary);
