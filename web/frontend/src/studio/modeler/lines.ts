import type { Line } from "../outline-list";
import type { Modeler } from "./modeler";
import type { Element } from "./properties";

const ICONS: [RegExp, string][] = [
  [/UserTask|ManualTask/, "user"], [/ServiceTask|ScriptTask/, "settings"], [/BusinessRuleTask/, "table"], [/ReceiveTask|SendTask/, "mail"],
  [/ParallelGateway/, "plus"], [/Gateway/, "arrows-split-2"], [/BoundaryEvent|IntermediateCatch/, "clock-hour-4"], [/CallActivity|SubProcess/, "schema"], [/Event/, "circle"],
];

/** The flow nodes of a diagram in the order in which one reads it, nested ones below their container. */
export function lines(modeler: Modeler): Line[] {
  const all = modeler.get<{ getAll(): (Element & { x: number; y: number; waypoints?: unknown })[] }>("elementRegistry").getAll();
  const nodes = all.filter(({ businessObject, labelTarget }) => !labelTarget && businessObject?.$instanceOf?.("bpmn:FlowNode"));
  const below = (parent: Element | undefined, depth: number): Line[] =>
    nodes
      .filter((node) => node.parent === parent)
      .sort((a, b) => a.x - b.x || a.y - b.y)
      .flatMap((node) => [{ id: node.id, name: node.businessObject.name ?? "", icon: ICONS.find(([kind]) => kind.test(node.type))?.[1] ?? "square", depth }, ...below(node, depth + 1)]);
  const parents = new Set(nodes.map(({ parent }) => parent).filter((parent) => parent && !nodes.includes(parent as never)));
  return [...parents].flatMap((parent) => below(parent, 0));
}
