/** Our words of an element: `camunda:property` names in its extension elements, read and changed through the command stack. */
export interface Element {
  id: string;
  type: string;
  businessObject: Moddle;
  parent?: Element;
  labelTarget?: Element;
}

export interface Moddle {
  id: string;
  name?: string;
  $type: string;
  $parent?: Moddle;
  $instanceOf(type: string): boolean;
  get(name: string): unknown;
  extensionElements?: Moddle & { values?: Moddle[] };
  values?: Moddle[];
  value?: string;
}

export interface Injector {
  get<T>(name: string): T;
}

export interface Factory {
  create(type: string, attributes: object): Moddle;
}
interface Modeling {
  updateModdleProperties(element: Element, moddle: Moddle, properties: object): void;
}
interface Stack {
  execute(command: string, context: unknown): void;
}

const holder = (element: Element): Moddle | undefined => element.businessObject.extensionElements?.values?.find(({ $type }) => $type === "camunda:Properties");

const list = (element: Element): Moddle[] => (holder(element)?.get("values") as Moddle[] | undefined) ?? [];

export function property(element: Element, name: string): string {
  return list(element).find((one) => one.name === name)?.value ?? "";
}

/** Writes one property, or takes it out when the text is empty; one step of undo. */
export function setProperty(injector: Injector, element: Element, name: string, value: string): void {
  const factory = injector.get<Factory>("bpmnFactory");
  const steps: { cmd: string; context: object }[] = [];
  const step = (moddleElement: Moddle, properties: object): unknown => steps.push({ cmd: "element.updateModdleProperties", context: { element, moddleElement, properties } });
  const business = element.businessObject;
  let extensions = business.extensionElements;
  if (!extensions) {
    extensions = factory.create("bpmn:ExtensionElements", { values: [] });
    (extensions as Moddle).$parent = business;
    step(business, { extensionElements: extensions });
  }
  let held = holder(element);
  if (!held) {
    held = factory.create("camunda:Properties", { values: [] });
    held.$parent = extensions;
    step(extensions, { values: [...(extensions.values ?? []), held] });
  }
  const rest = list(element).filter((one) => one.name !== name);
  const made = factory.create("camunda:Property", { name, value });
  made.$parent = held;
  step(held, { values: value ? [...rest, made] : rest });
  injector.get<Stack>("commandStack").execute("properties-panel.multi-command-executor", steps);
}

/** Writes a plain attribute such as `camunda:formRef`; empty takes it out. */
export function setAttribute(injector: Injector, element: Element, values: Record<string, string | Moddle | Moddle[] | undefined>): void {
  injector.get<Modeling>("modeling").updateModdleProperties(element, element.businessObject, values);
}
