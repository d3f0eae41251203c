import type { Cure } from "../findings";
import type { Modeler } from "./modeler";
import { setAttribute, setProperty, type Element, type Injector, type Moddle } from "./properties";

interface Shape extends Element {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Modeling {
  resizeShape(shape: Shape, bounds: object): void;
  removeElements(elements: Element[]): void;
}
interface Registry {
  get(id: string): Element | undefined;
}
interface AutoPlace {
  append(source: Element, shape: Element): void;
}
interface ElementFactory {
  createShape(attributes: object): Element;
}
type Act = (injector: Injector, element: Element, cure: Cure) => void;

const flow = (injector: Injector, id: string): Element | undefined => injector.get<Registry>("elementRegistry").get(id);

/** Takes the condition of a flow out. */
function unconditional(injector: Injector, id: string): void {
  const found = flow(injector, id);
  if (found?.businessObject.get("conditionExpression")) setAttribute(injector, found, { conditionExpression: undefined });
}

/** What each cure of a diagram does; every change goes through the command stack, so that undo takes it back. */
const ACTS: Record<string, Act> = {
  property: (injector, element, { name, value }) => setProperty(injector, element, name, value),
  attribute: (injector, element, { name, value }) => {
    const more = name === "camunda:formRef" ? { "camunda:formRefBinding": "deployment" } : {};
    setAttribute(injector, element, { [name]: value || undefined, ...more });
  },
  default: (injector, element, { value }) => {
    unconditional(injector, value);
    setAttribute(injector, element, { default: flow(injector, value)?.businessObject });
  },
  unconditional: (injector, _, { value }) => unconditional(injector, value),
  resize: (injector, element, { value }) => {
    const shape = element as Shape;
    const [width, height] = value.split("x").map(Number) as [number, number];
    const bounds = { x: shape.x - (width - shape.width) / 2, y: shape.y - (height - shape.height) / 2, width, height };
    injector.get<Modeling>("modeling").resizeShape(shape, bounds);
  },
  rename: (injector, element, { name, value }) => rename(injector, element, name, value),
  remove: (injector, element) => injector.get<Modeling>("modeling").removeElements([element]),
  end: (injector, element) => injector.get<AutoPlace>("autoPlace").append(element, injector.get<ElementFactory>("elementFactory").createShape({ type: "bpmn:EndEvent" })),
};

/** Reads another variable wherever the element, or a condition behind it, reads this one. */
function rename(injector: Injector, element: Element, name: string, value: string): void {
  const plain = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const word = new RegExp(`(?<![\\p{L}\\p{N}_.])${plain}(?![\\p{L}\\p{N}_])`, "gu");
  for (const { holder, key, owner } of texts(injector, element)) {
    const text = String(holder.get(key) ?? "");
    const changed = text.replace(word, value);
    if (changed !== text) injector.get<{ updateModdleProperties(owner: Element, moddle: Moddle, values: object): void }>("modeling").updateModdleProperties(owner, holder, { [key]: changed });
  }
}

/** Where FEEL stands: attributes, scripts, mappings and timers of an element, and the conditions of the flows that leave it. */
function* texts(injector: Injector, element: Element): Generator<{ holder: Moddle; key: string; owner: Element }> {
  const leaving = ((element as Element & { outgoing?: Element[] }).outgoing ?? []).map(({ id }) => flow(injector, id)!);
  for (const owner of [element, ...leaving]) {
    const business = owner.businessObject;
    yield* inside(business, owner, new Set());
  }
}

const FEEL = ["body", "script", "value", "source", "sourceExpression", "definition", "camunda:assignee", "camunda:candidateGroups", "camunda:candidateUsers", "camunda:dueDate", "camunda:followUpDate", "camunda:collection", "calledElement"];
const PARTS = ["conditionExpression", "extensionElements", "values", "inputParameters", "outputParameters", "eventDefinitions", "timeDate", "timeDuration", "timeCycle", "condition", "loopCharacteristics", "loopCardinality", "completionCondition", "loopCondition"];

function* inside(moddle: Moddle, owner: Element, seen: Set<Moddle>): Generator<{ holder: Moddle; key: string; owner: Element }> {
  if (seen.has(moddle)) return;
  seen.add(moddle);
  for (const key of FEEL) if (typeof moddle.get(key) === "string") yield { holder: moddle, key, owner };
  for (const part of PARTS) {
    const found = moddle.get(part) as Moddle | Moddle[] | undefined;
    for (const one of Array.isArray(found) ? found : found ? [found] : []) if (typeof one.get === "function") yield* inside(one, owner, seen);
  }
}

/** Does what a cure says; false where the drawing has no such element any more. */
export function curing(modeler: Modeler, id: string, cure: Cure): boolean {
  const element = modeler.get<Registry>("elementRegistry").get(id);
  const act = ACTS[cure.how];
  if (!element || !act) return false;
  act({ get: (name) => modeler.get(name) }, element, cure);
  return true;
}
