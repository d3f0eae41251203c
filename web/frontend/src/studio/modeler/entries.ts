import { FeelEntry, FeelLanguageContext, SelectEntry, TextAreaEntry, TextFieldEntry } from "@bpmn-io/properties-panel";
import { h } from "@bpmn-io/properties-panel/preact";
import type { Words } from "../vocabulary";
import { functions, known } from "./known";
import type { Element } from "./properties";
import type { Value } from "./texts";

export interface Option {
  value: string;
  label: string;
}

/** An entry of the panel: what the library asks of one, and what our components show. The library gives it all as their properties. */
export interface Entry {
  id: string;
  element: Element;
  held: Value;
  label: string;
  description: string;
  debounce: unknown;
  options?: Option[];
  words?: Words;
  /** Whether a text of FEEL may also be a plain one. */
  feel?: "optional";
  component: (props: Entry) => unknown;
  isEdited: (node: unknown) => boolean;
}

const access = ({ element, held }: Entry): object => ({ getValue: () => held.get(element), setValue: (next?: string) => held.set(element, next ?? "") });

// The same functions for every element and every change: else a field would be made anew while somebody types into it.
export const Choice = (props: Entry): unknown => h(SelectEntry, { ...props, ...access(props), getOptions: () => props.options });
export const Text = (props: Entry): unknown => h(TextFieldEntry, { ...props, ...access(props) });
export const Area = (props: Entry): unknown => h(TextAreaEntry, { ...props, ...access(props), rows: 6 });
/** A text of FEEL with completion of what is known there; the library marks such texts with `=`. */
export const Feel = (props: Entry): unknown =>
  h(
    FeelLanguageContext.Provider,
    { value: { builtins: functions(props.words!) } },
    h(FeelEntry, { ...props, ...access(props), feel: props.feel ?? "required", variables: known(props.element.businessObject, props.words!) }),
  );
