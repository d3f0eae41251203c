import bpmn from "bpmn-js-i18n-zh/lib/bpmn-js/index.js";
import camunda from "bpmn-js-i18n-zh/lib/camunda-properties-panel/index.js";
import panel from "bpmn-js-i18n-zh/lib/properties-panel/index.js";
import official from "bpmn-js-i18n/translations/zn.js";
import { english } from "../../words";
import { overhear } from "../overhear";
import own from "./chinese.json";

const CHINESE: Record<string, string> = { ...official, ...panel, ...camunda, ...bpmn, ...own };

/** The translation that bpmn-js, dmn-js and their panels ask for most of their texts. */
export function speak(template: string, places: Record<string, string> = {}): string {
  const said = (text: string): string => (english ? text : (CHINESE[text] ?? text));
  return said(template).replace(/{([^}]+)}/g, (whole, name: string) => {
    const value = places[name];
    return value === undefined ? whole : said(value);
  });
}

export const speaking = { translate: ["value", speak] };

/** Once per page: the rest of what they say. */
export const speakTheRest = (): void => overhear(CHINESE);
