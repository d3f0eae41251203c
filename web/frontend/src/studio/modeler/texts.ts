import { setAttribute, type Element, type Factory, type Injector, type Moddle } from "./properties";

/** How a value of ours is read from and written to an element. */
export interface Value {
  get(element: Element): string;
  set(element: Element, value: string): void;
}

/** A new element of the file below the one that is edited. */
function made(injector: Injector, element: Element, type: string, values: object): Moddle {
  const one = injector.get<Factory>("bpmnFactory").create(type, values);
  one.$parent = element.businessObject;
  return one;
}

/** The condition of a flow. */
export const condition = (injector: Injector): Value => ({
  get: (element) => String((element.businessObject.get("conditionExpression") as Moddle | undefined)?.get("body") ?? ""),
  set: (element, body) => setAttribute(injector, element, { conditionExpression: body ? made(injector, element, "bpmn:FormalExpression", { body }) : undefined }),
});

/** The FEEL of a script task, which is written without `=`. */
export const script = (injector: Injector): Value => ({
  get: (element) => String(element.businessObject.get("script") ?? ""),
  set: (element, text) => setAttribute(injector, element, { script: text.replace(/^=/, "") || undefined, scriptFormat: text ? "feel" : undefined }),
});

/** What people read beside a task: the documentation of the element. */
export const guidance = (injector: Injector): Value => ({
  get: (element) => String((element.businessObject.get("documentation") as Moddle[] | undefined)?.[0]?.get("text") ?? ""),
  set: (element, text) => setAttribute(injector, element, { documentation: text ? [made(injector, element, "bpmn:Documentation", { text })] : [] }),
});
