import { make } from "../../dom";
import type { Finding } from "../findings";
import type { Modeler } from "./modeler";
import type { Element } from "./properties";

interface Overlays {
  add(element: Element, type: string, overlay: object): void;
  remove(filter: { type: string }): void;
}

/** Marks the elements with findings on the canvas, and returns the worst severity by element for the outline. */
export function showSigns(modeler: Modeler, found: Finding[]): Map<string, string> {
  const overlays = modeler.get<Overlays>("overlays");
  const registry = modeler.get<{ get(id: string): Element | undefined }>("elementRegistry");
  overlays.remove({ type: "finding" });
  const worst = new Map<string, Finding>();
  for (const one of found) if (one.element && (one.severity === "error" || !worst.has(one.element))) worst.set(one.element, one);
  for (const [id, one] of worst) {
    const element = registry.get(id);
    if (element) overlays.add(element, "finding", { position: { top: -12, left: 4 }, scale: { min: 1, max: 1 }, html: make("span", { class: `badge-above is-${one.severity === "error" ? "overdue" : "due_soon"}`, title: one.message }, one.severity === "error" ? "!" : "?") });
  }
  return new Map([...worst].map(([id, one]) => [id, one.severity]));
}
