import bpmn from "bpmn-js-i18n-zh/lib/bpmn-js/index.js";
import camunda from "bpmn-js-i18n-zh/lib/camunda-properties-panel/index.js";
import panel from "bpmn-js-i18n-zh/lib/properties-panel/index.js";
import official from "bpmn-js-i18n/translations/zn.js";
import { own } from "./chinese";

const ENGLISH = document.documentElement.lang.startsWith("en");
const CHINESE: Record<string, string> = { ...official, ...panel, ...camunda, ...bpmn, ...own };

/** English texts of the libraries for which there is no Chinese yet; a browser test reads them from the page. */
export const unsaid = new Set<string>();

/** The translation that bpmn-js and its panels ask for every text of theirs. */
export function speak(template: string, places: Record<string, string> = {}): string {
  const found = ENGLISH ? template : CHINESE[template];
  if (found === undefined && !/[㐀-鿿]/.test(template)) unsaid.add(template);
  return (found ?? template).replace(/{([^}]+)}/g, (whole, name: string) => {
    const value = places[name];
    return value === undefined ? whole : ENGLISH ? value : (CHINESE[value] ?? value);
  });
}

export const speaking = { translate: ["value", speak] };
