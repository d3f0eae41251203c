import { FormEditor } from "@bpmn-io/form-js-editor";
import { walk, type Component, type Schema } from "../form/schema";
import { Editor } from "./editor";
import type { Cure, Finding } from "./findings";
import { speakFormEditor } from "./forms/speak";
import "./form-preview";
import type { FormPreview } from "./form-preview";
import { sealing } from "./forms/panel";
import type { Line } from "./outline-list";

interface Selection {
  set(element: unknown): void;
}
interface Modeling {
  editFormField(field: Component, key: string, value: unknown): void;
}
interface Registry {
  get(id: string): Component | undefined;
}

/** form-js names a group without a label "Group" when it is opened; ours has none, which the file does not write down. */
function nameless(components: Component[], named: boolean): void {
  for (const one of walk(components)) {
    if (one.type !== "group") continue;
    if (named) one.label ??= "";
    else if (!one.label) delete one.label;
  }
}

/** The editor of one form: form-js, our switch 加密字段 and ready patterns in its panel, and a preview on the desk and on a phone. */
class FormEdit extends Editor {
  #form!: FormEditor;
  #rest: Record<string, unknown> = {};
  #preview = document.createElement("form-preview") as FormPreview;

  protected build(readonly: boolean): void {
    speakFormEditor();
    this.#form = new FormEditor({ container: this.sheet, additionalModules: [sealing] } as never);
    this.#form.on("changed", () => this.changed());
    this.#form.on("selection.changed", (event: { selection?: Component }) => this.chosen(event.selection?.id ?? ""));
    // The form editor has no read-only state: who only looks sees the form as people fill it.
    this.#preview.hidden = !readonly;
    this.sheet.hidden = readonly;
    this.sheet.after(this.#preview);
    if (readonly) document.getElementById("as-preview")?.remove();
    document.getElementById("as-preview")?.addEventListener("click", (event) => void this.#look(event.currentTarget as HTMLElement));
  }

  async #look(button: HTMLElement): Promise<void> {
    this.#preview.hidden = !this.#preview.hidden;
    this.sheet.hidden = !this.#preview.hidden;
    button.setAttribute("aria-pressed", String(!this.#preview.hidden));
    if (!this.#preview.hidden) await this.#preview.draw();
  }

  protected async draw(text: string): Promise<string[]> {
    const schema = JSON.parse(text) as Schema & Record<string, unknown>;
    nameless(schema.components ?? [], true);
    this.#rest = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "components"));
    const { warnings } = await this.#form.importSchema(schema);
    this.#preview.show(schema);
    return warnings.map(({ message }) => message);
  }

  protected async text(): Promise<string> {
    const schema = { ...this.#rest, ...structuredClone(this.#form.getSchema() as Schema) };
    nameless(schema.components, false);
    this.#preview.show(schema);
    return `${JSON.stringify(schema, null, 2)}\n`;
  }

  get #components(): Component[] {
    return [...walk((this.#form.getSchema() as Schema).components ?? [])];
  }

  protected lines(): Line[] {
    return this.#components.map(({ id, label, text, key, type }) => ({ id, name: label || text?.slice(0, 30) || key || type, icon: "forms", depth: 0 }));
  }

  protected pick(id: string): void {
    const field = this.#form.get<Registry>("formFieldRegistry").get(id);
    if (!field) return;
    this.#form.get<Selection>("selection").set(field);
    this.sheet.querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
  }

  protected nameOf(id: string): string {
    return this.#components.find((one) => one.id === id)?.label ?? "";
  }

  /** Writes a word of a component, `properties.sensitive` for example; form-js keeps it in its own undo. */
  protected cure(element: string, { name, value }: Cure): void {
    const field = this.#form.get<Registry>("formFieldRegistry").get(element);
    if (!field) return;
    const [key, inner] = name.split(".") as [keyof Component & string, string?];
    const whole = inner ? { ...(field[key] as object | undefined), [inner]: value } : value || undefined;
    this.#form.get<Modeling>("modeling").editFormField(field, key, whole);
    this.pick(element);
  }

  protected mark(found: Finding[]): Map<string, string> {
    return new Map(found.map(({ element, severity }) => [element, severity]));
  }
}

customElements.define("form-edit", FormEdit);
