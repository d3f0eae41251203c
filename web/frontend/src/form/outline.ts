import { make } from "../dom";
import { say } from "../words";
import { titleOf, type Component, type Schema, type Data } from "./schema";

/** All answers before they are sent, step by step, each with a way back to change them. */
export function outline(steps: Schema[], data: Data, change: (index: number) => void): HTMLElement {
  const sheets = steps.map((step, index) => {
    const button = make("button", { type: "button", class: "btn-link push", click: () => change(index) }, say("修改"));
    const rows = step.components.flatMap((one) => row(one, data));
    return make("section", { class: "sheet" }, make("h2", {}, titleOf(step), button), make("dl", { class: "facts" }, ...rows));
  });
  return make("div", { class: "outline stack" }, ...sheets);
}

/** A component at its own place in the data: a group passes its parts on, a list has a line with the labels of its parts for each row. */
function row(component: Component, data: Data): Node[] {
  const parts = component.components ?? [];
  const own = component.path ? data[component.path] : data;
  if (component.type === "group") return parts.flatMap((one) => row(one, (own ?? {}) as Data));
  const lines = Array.isArray(own) ? own.map((one: Data) => parts.map((part) => answer(part, one).join(" ")).filter(Boolean).join("，")) : answer(component, data).slice(1);
  return lines.length ? [make("dt", {}, labelOf(component)), make("dd", {}, ...lines.map((one) => make("p", {}, one)))] : [];
}

const labelOf = ({ label, dateLabel, timeLabel }: Component): string => label || dateLabel || timeLabel || "";

/** Label and value with its unit; nothing without both. */
function answer(component: Component, data: Data): string[] {
  const value = data[component.key ?? ""] ?? "";
  if (!labelOf(component) || value === "" || (Array.isArray(value) && !value.length)) return [];
  const label = (one: unknown): string => (typeof one === "boolean" ? say(one ? "是" : "否") : component.values?.find((choice) => choice.value === one)?.label ?? String(one));
  const said = component.type === "filepicker" ? say("已上传") : [value].flat().map(label).join("、");
  return [labelOf(component), [said, component.appearance?.suffixAdorner].filter(Boolean).join(" ")];
}
