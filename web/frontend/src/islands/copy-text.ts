import { say } from "../words";
import { toast } from "./toast-line";

/** `<copy-text value="26-11-0187">`: a button that copies the value (or its own text). */
class CopyText extends HTMLElement {
  connectedCallback(): void {
    this.setAttribute("role", "button");
    this.tabIndex = 0;
    this.addEventListener("click", () => void this.#copy());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") void this.#copy();
    });
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.getAttribute("value") ?? this.textContent?.trim() ?? "");
    toast(say("已复制"));
  }
}

customElements.define("copy-text", CopyText);
