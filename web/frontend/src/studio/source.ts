import { make } from "../dom";

/** The text of a file itself, for experts, in place of its drawing. */
export class SourceText {
  readonly field = make("textarea", { class: "source", spellcheck: false, hidden: true, "aria-label": "XML" });

  constructor(readonly sheet: HTMLElement) {}

  set readonly(on: boolean) {
    this.field.readOnly = on;
  }

  /** What stands there to be drawn again; nothing while the drawing is shown or one may only look. */
  get typed(): string | undefined {
    return this.field.hidden || this.field.readOnly ? undefined : this.field.value;
  }

  /** Shows a text in place of the drawing, or the drawing again: it is fitted into its sheet, which must have a size for that. */
  show(text: string | undefined): void {
    const on = text !== undefined;
    if (on) this.field.value = text;
    this.field.hidden = !on;
    this.sheet.hidden = on;
    document.getElementById("as-source")?.setAttribute("aria-pressed", String(on));
    document.getElementById("as-drawing")?.setAttribute("aria-pressed", String(!on));
  }
}
