import { Description, Errors, Label } from "@bpmn-io/form-js-viewer";
import { h, type ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "../islands/upload-field";
import type { UploadField } from "../islands/upload-field";
import type { Component } from "./schema";

/** Where files go, and what is known of those that are there already (id -> name, size). */
export type Uploads = { url: string; known: Record<string, { name: string; size?: number; href?: string }> };

interface Given {
  field: Component;
  domId: string;
  errors: string[];
  value: string[] | null;
  readonly: boolean;
  disabled: boolean;
  onChange(change: { value: string[] }): void;
}

/** form-js' file picker keeps files in the browser; ours sends each at once and keeps the ids of the documents. */
function part(uploads: Uploads): ComponentType<Given> & { config: object } {
  const Part = (given: Given) => {
    const island = useRef<UploadField>(null);
    const { field, domId, errors } = given;
    useEffect(() => island.current?.show(given.value ?? []), [given.value]);
    useEffect(() => {
      const changed = (event: Event): void => given.onChange({ value: (event as CustomEvent<string[]>).detail });
      island.current?.addEventListener("documents", changed);
      return () => island.current?.removeEventListener("documents", changed);
    });
    const label = h(Label as ComponentType<object>, { htmlFor: domId, label: field.label, required: field.validate?.required } as object);
    const body = h("upload-field", {
      ref: island,
      id: domId,
      accept: field.accept,
      multiple: Boolean(field.multiple),
      kind: field.properties?.document ?? field.key,
      capture: field.properties?.capture,
      locked: given.readonly || given.disabled,
      url: uploads.url,
      known: JSON.stringify(uploads.known),
    } as object);
    const hint = h(Description as ComponentType<object>, { id: `${domId}-description`, description: field.description } as object);
    const wrong = h(Errors as ComponentType<object>, { id: `${domId}-error-message`, errors } as object);
    return h("div", { class: `fjs-form-field fjs-form-field-filepicker${errors.length ? " fjs-has-errors" : ""}` }, label, hint, body, wrong);
  };
  const config = { type: "filepicker", keyed: true, label: "File picker", group: "basic-input", emptyValue: null, create: (options = {}) => options };
  return Object.assign(Part as ComponentType<Given>, { config });
}

type Fields = { register(type: string, component: unknown): void };

/** The outcome is asked by the buttons at the foot; in the form it only keeps its value. */
const outcome = Object.assign(() => null, { config: { type: "outcome", keyed: true, emptyValue: null, create: (options = {}) => options } });

/** Our own kinds of field, in form-js' way. */
export function ownParts(given: Uploads): object {
  function OwnParts(formFields: Fields): void {
    formFields.register("filepicker", part(given));
    formFields.register("outcome", outcome);
  }
  OwnParts.$inject = ["formFields"];
  return { __init__: ["ownParts"], ownParts: ["type", OwnParts] };
}
