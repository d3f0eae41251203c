import { make } from "../dom";
import { say } from "../words";
import { titleOf, walk, type Component, type Schema } from "./schema";

type Data = Record<string, unknown>;

/** All answers before they are sent, step by step, each with a way back to change them. */
export function outline(steps: Schema[], data: Data, change: (index: number) => void): HTMLElement {
  const sheets = steps.map((step, index) => {
    const button = make("button", { type: "button", class: "btn-link push", click: () => change(index) }, say("修改"));
    const rows = [...walk(step.components)].filter((one) => one.key && one.label).flatMap((one) => row(one, data));
    return make("section", { class: "sheet" }, make("h2", {}, titleOf(step), button), make("dl", { class: "facts" }, ...rows));
  });
  return make("div", { class: "outline stack" }, ...sheets);
}

function row(component: Component, data: Data): Node[] {
  const value = data[component.key ?? ""];
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length)) return [];
  return [make("dt", {}, component.label ?? ""), make("dd", {}, words(component, value))];
}

function words(component: Component, value: unknown): string {
  if (typeof value === "boolean") return say(value ? "是" : "否");
  if (component.type === "filepicker") return say("已上传");
  const label = (one: unknown): string => component.values?.find((choice) => choice.value === one)?.label ?? String(one);
  return Array.isArray(value) ? value.map(label).join("、") : label(value);
}
