import { Form } from "@bpmn-io/form-js-viewer";
import { get, set } from "min-dash";
import { speakChinese } from "./chinese";
import { prepared, walk, type Component, type Schema, type Data } from "./schema";
import { ownParts, type Uploads } from "./parts";
import { onDay } from "./today";
import { dotted, flat } from "./places";

type Errors = Record<string, unknown>;

type Instance = { id: string; valuePath: (string | number)[]; indexes?: Record<string, number> };
interface Inner {
  _id: string;
  _getState(): { data: Data; errors: Errors };
  _setState(state: { errors: Errors }): void;
  _update(update: { fieldInstance: Instance; value: unknown }): void;
}

/** One wrong place: where, its label, the sentence. */
export type Place = { id: string; label: string; text: string };

/** A form-js form as we use it; the only file that knows its inner state (there is no public way to set errors). */
export class Paper {
  readonly #form: Form;
  #schema: Schema = { type: "default", components: [] };

  constructor(container: HTMLElement, upload: Uploads, readOnly: boolean) {
    // Without delay: form-js asks a field when it is left, and would ask it before text that was typed last has arrived.
    const config = { container, debounce: false, additionalModules: [...speakChinese(), ownParts(upload), onDay], properties: { readOnly } };
    this.#form = new Form(config as ConstructorParameters<typeof Form>[0]);
  }

  get #inner(): Inner {
    return this.#form as unknown as Inner;
  }

  get #instances(): Instance[] {
    return this.#form.get<{ getAllKeyed(): Instance[] }>("formFieldInstanceRegistry").getAllKeyed();
  }

  async open(schema: Schema, data: Data): Promise<void> {
    this.#schema = prepared(schema);
    await this.#form.importSchema(this.#schema as never, data);
  }

  onBlur(act: () => void): void {
    this.#form.on("formField.blur", act);
  }

  onChange(act: () => void): void {
    this.#form.on("changed", act);
  }

  /** Everything typed so far, with what the page gave. */
  get data(): Data {
    return this.#inner._getState().data;
  }

  /** Answers of the visible fields only. */
  get answers(): Data {
    const answers: Data = {};
    for (const { valuePath } of this.#instances) set(answers, valuePath, get(this.data, valuePath));
    return answers;
  }

  get fieldIds(): string[] {
    return this.#instances.map((instance) => instance.id);
  }

  /** Visible fields that must be filled and are not. */
  get unfilled(): string[] {
    const empty = (value: unknown): boolean => value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && !value.length);
    return this.#instances.filter(({ id, valuePath }) => this.#component(id)?.validate?.required && empty(get(this.data, valuePath))).map(({ id }) => id);
  }

  set(key: string, value: unknown): void {
    const fieldInstance = this.#instances.find((instance) => instance.valuePath.join(".") === key);
    if (fieldInstance) this.#inner._update({ fieldInstance, value });
  }

  /** Ask every visible field; true when nothing is wrong. */
  validate(): boolean {
    return Object.keys(this.#form.validate()).length === 0;
  }

  clearErrors(): void {
    this.#inner._setState({ errors: {} });
  }

  /** Errors by component key, path or id as the server names them, put back to their fields; answers what fits nowhere. */
  refuse(errors: Record<string, string[]>): string[] {
    const placed: Errors = {};
    const lost: string[] = [];
    for (const [name, texts] of Object.entries(errors)) {
      const instance = this.#instances.find((one) => one.valuePath.join(".") === dotted(name) || one.id === name);
      if (instance) set(placed, [instance.id, ...Object.values(instance.indexes ?? {})], texts);
      else lost.push(...texts);
    }
    this.#inner._setState({ errors: placed });
    return lost;
  }

  wrong(): Place[] {
    return Object.entries(this.#inner._getState().errors).flatMap(([id, texts]) =>
      flat(texts).map((text) => ({ id, label: this.#component(id)?.label ?? "", text })),
    );
  }

  focus(id: string): void {
    const prefix = `fjs-form-${this.#inner._id}-${id}`;
    const field = document.getElementById(prefix) ?? document.querySelector<HTMLElement>(`[id^="${prefix}"]`);
    field?.closest(".fjs-element")?.scrollIntoView({ block: "center" });
    (field?.matches("input, textarea, button, select") ? field : field?.querySelector<HTMLElement>("input, button"))?.focus();
  }

  labelOfKey(key: string): string {
    return [...walk(this.#schema.components)].find((component) => component.key === key)?.label ?? key;
  }

  #component(id: string): Component | undefined {
    return [...walk(this.#schema.components)].find((component) => component.id === id);
  }

  destroy(): void {
    this.#form.destroy();
  }
}
