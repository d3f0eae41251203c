import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";
import { Fragment, isValidElement, options, type VNode } from "preact";
import CHINESE from "./chinese.json";

type Props = Record<string, unknown> & { class?: unknown; className?: unknown; children?: unknown };

/** A word of form-js is translated only on an element whose class names one of these: labels of the form stay untouched. */
const PARTS: Record<string, Record<string, string>> = CHINESE.parts;
/** What the validator of form-js says. */
const SENTENCES = CHINESE.sentences.map(([pattern, chinese]) => [new RegExp(pattern!), chinese!] as const);

/** The validator's sentence in Chinese; what the form's author wrote stays. */
function chineseError(english: string): string {
  for (const [pattern, chinese] of SENTENCES) {
    const found = pattern.exec(english);
    if (found) return chinese.replace(/\$(\d)/g, (_, n: string) => found[Number(n)] ?? "");
  }
  return english;
}

const SPOKEN = ["title", "placeholder", "aria-label"];

function translate(props: Props, words: Record<string, string>): void {
  const said = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(said);
    // A fragment has no class of its own; a count behind the words stays: `Expand all (7)`.
    if (isValidElement(value) && value.type === Fragment) translate(value.props as Props, words);
    return typeof value === "string" ? value.replace(/^.+?(?= \(\d+\)$|$)/, (text) => words[text] ?? text) : value;
  };
  props.children = said(props.children);
  for (const name of SPOKEN) if (name in props) props[name] = said(props[name]);
}

/** Preact shows every element to this hook before it is drawn; only the parts named in PARTS are touched. */
function listen(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    const props = vnode.props as Props;
    const classes = typeof vnode.type === "string" ? (props.class ?? props.className) : undefined;
    if (typeof classes === "string" && classes.includes("fjs-")) {
      for (const name of classes.split(" ")) if (PARTS[name]) translate(props, PARTS[name]);
      if (classes.includes("fjs-repeat-row-remove")) props["aria-label"] = String(props["aria-label"]).replace("Remove list item", "去掉第") + " 项";
    }
    before?.(vnode);
  };
}

type Validator = { validateFieldInstance(instance: unknown, value: unknown): string[] };

/** The validator of form-js with its sentences in Chinese. */
function ChineseValidator(validator: Validator): void {
  const ask = validator.validateFieldInstance.bind(validator);
  validator.validateFieldInstance = (instance, value) => ask(instance, value).map(chineseError);
}
ChineseValidator.$inject = ["validator"];

export const chinese = { __init__: ["chineseValidator"], chineseValidator: ["type", ChineseValidator] };

let done = false;

/** Once per page, and only where the page is Chinese. */
export function speakChinese(): object[] {
  if (document.documentElement.lang.startsWith("en")) return [];
  if (!done) {
    listen();
    flatpickr.localize(Mandarin);
    done = true;
  }
  return [chinese];
}
