import { english } from "../words";

const SPOKEN = ["title", "aria-label", "placeholder"];
/** Where the libraries speak: canvas, panel, and what they lay over the page. */
const THEIRS = ".studio :is(.canvas, .panel-properties) *, body > :is([class*='bio-properties-panel'], [class*='djs-'], [class*='dms-'], .dmn-popup) *";
/** What people wrote into a file, and the mark of bpmn.io, which stays as it is. */
const WRITTEN =
  ".djs-visual *, .djs-direct-editing-parent *, .cm-editor *, [contenteditable], textarea, .dmn-decision-table-container td, .dmn-decision-table-container td *, .bio-properties-panel-header-label, " +
  ".bio-properties-panel-collapsible-entry-header-title, .bio-properties-panel-list-item-title, .fjs-form-field-label, .fjs-form-field-label *, " +
  ".fjs-form-field-text *, .fjs-form-field option, .fjs-inline-label *, .bjs-powered-by, .fjs-powered-by *, [data-entry-id^='yekuo-'] option, try-decision *";

type Translated = (text: string) => string | undefined;

/** The texts of a dictionary by what they say: case, hyphens and blanks aside; a key with {} stands for any word there. */
function glossary(words: Record<string, string>): Translated {
  const plain = (text: string): string => text.trim().replace(/[-\s]+/g, " ").toLowerCase();
  const known = new Map(Object.entries(words).map(([key, chinese]) => [plain(key), chinese]));
  const open = [...known].filter(([key]) => key.includes("{}")).map(([key, chinese]) => [key.split("{}"), chinese] as const);
  return (text) => {
    const asked = plain(text);
    if (!/[a-z]/.test(asked)) return undefined;
    if (known.has(asked)) return known.get(asked);
    const found = open.find(([[before, after]]) => asked.startsWith(before!) && asked.endsWith(after!));
    if (!found) return undefined;
    const [[before, after], chinese] = found;
    const word = text.trim().slice(before!.length, text.trim().length - after!.length);
    return chinese.replace("{}", known.get(plain(word)) ?? word);
  };
}

/**
 * Libraries leave texts of theirs in English, some for want of any translation. Where the page is Chinese they are replaced as
 * they appear, before the browser paints them, and again whenever they change.
 */
export function overhear(words: Record<string, string>): void {
  if (english) return;
  const said = glossary(words);
  const listen = (node: Node): void => {
    const element = node instanceof Element ? node : node.parentElement;
    if (!element?.matches(THEIRS) || element.matches(WRITTEN)) return;
    for (const text of node instanceof Text ? [node] : [...node.childNodes].filter((child) => child instanceof Text)) {
      const chinese = said(text.data);
      if (chinese !== undefined && text.data !== chinese) text.data = chinese;
    }
    for (const name of SPOKEN) {
      const chinese = said(element.getAttribute(name) ?? "");
      if (chinese !== undefined) element.setAttribute(name, chinese);
    }
  };
  const listenAll = (node: Node): void => {
    listen(node);
    if (node instanceof Element) node.querySelectorAll("*").forEach(listen);
  };
  new MutationObserver((changes) => {
    for (const { target, type, addedNodes } of changes) type === "childList" ? addedNodes.forEach(listenAll) : listen(target);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SPOKEN });
}
