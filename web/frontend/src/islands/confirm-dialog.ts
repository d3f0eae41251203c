/**
 * For steps that are hard to reverse: a button `[data-part=open]` and a `<dialog>` that says count, names, dates and the
 * way back. The focus starts on `[data-part=cancel]`; closing gives it back to the button.
 */
class ConfirmDialog extends HTMLElement {
  connectedCallback(): void {
    const dialog = this.querySelector("dialog");
    const open = this.querySelector<HTMLElement>("[data-part=open]");
    const cancel = this.querySelector<HTMLElement>("[data-part=cancel]");
    if (!dialog || !open || !cancel) throw new Error("confirm-dialog needs [data-part=open], <dialog> and [data-part=cancel]");
    open.addEventListener("click", () => {
      dialog.showModal();
      cancel.focus();
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => open.focus());
  }
}

customElements.define("confirm-dialog", ConfirmDialog);
