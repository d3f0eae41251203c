import { options as panelOptions } from "@bpmn-io/properties-panel/preact";
import { options, type VNode } from "preact";
import { speakChinese } from "../../form/chinese";
import { unsaid } from "../modeler/speak";
import { words } from "./chinese";

type Hooked = { vnode?: (vnode: VNode) => void };

const SPOKEN = ["title", "placeholder", "aria-label", "label", "description", "tooltip"];
const OWN = /(^|\s)(fjs-(?!label|form-field|properties)|bio-properties-panel)/;
let done = false;

/** A text of the libraries in Chinese; texts of the form's author never come here, their elements have other classes. */
function said(value: unknown): unknown {
  if (typeof value !== "string" || !/[A-Za-z]{2}/.test(value)) return value;
  const found = words[value.trim()];
  if (found === undefined && !/[㐀-鿿]/.test(value) && /^[A-Z][a-z]/.test(value)) unsaid.add(value);
  return found ?? value;
}

function listen(hooked: Hooked): void {
  const before = hooked.vnode;
  hooked.vnode = (vnode: VNode) => {
    const props = vnode.props as Record<string, unknown>;
    const classes = typeof vnode.type === "string" ? (props.class ?? props.className) : undefined;
    if (typeof classes === "string" && OWN.test(classes)) {
      props.children = Array.isArray(props.children) ? props.children.map(said) : said(props.children);
      for (const name of SPOKEN) if (name in props) props[name] = said(props[name]);
    }
    before?.(vnode);
  };
}

/** Once per page and only where it is Chinese: form-js has no translation of its own, so its elements are translated as they are made. */
export function speakFormEditor(): void {
  if (!document.documentElement.lang.startsWith("en") && !done) {
    listen(options as Hooked);
    listen(panelOptions as unknown as Hooked);
    done = true;
  }
  speakChinese();
}
