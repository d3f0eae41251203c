import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";
import { options, type VNode } from "preact";
import { PARTS, chineseError } from "./words";

type Props = Record<string, unknown> & { class?: unknown; className?: unknown; children?: unknown };

const SPOKEN = ["title", "placeholder", "aria-label"];

function translate(props: Props, words: Record<string, string>): void {
  const said = (value: unknown): unknown => (typeof value === "string" ? (words[value] ?? value) : value);
  props.children = Array.isArray(props.children) ? props.children.map(said) : said(props.children);
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

interface Validator {
  validateFieldInstance(instance: unknown, value: unknown): string[];
}

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
