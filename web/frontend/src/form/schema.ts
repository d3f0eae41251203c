import { say } from "../words";

/** Answers by key, those of groups with a path and of list rows inside. */
export type Data = Record<string, unknown>;

/** What we read of a .form file. */
export interface Component {
  id: string;
  type: string;
  key?: string;
  label?: string;
  dateLabel?: string;
  timeLabel?: string;
  appearance?: { prefixAdorner?: string; suffixAdorner?: string };
  text?: string;
  description?: string;
  components?: Component[];
  values?: Choice[];
  path?: string;
  multiple?: boolean | string;
  accept?: string;
  properties?: Record<string, string>;
  validate?: { required?: boolean };
  conditional?: { hide?: string };
}

export type Choice = { label: string; value: string };

export type Schema = { id?: string; type: string; components: Component[] };

/** All components, those of groups and lists included. */
export function* walk(components: Component[]): Generator<Component> {
  for (const component of components) {
    yield component;
    if (component.components) yield* walk(component.components);
  }
}

/** The choice that ends the form: its values become the buttons at the foot. */
export function outcomeOf(schema: Schema): Component | undefined {
  return [...walk(schema.components)].find((component) => component.key === "outcome" && (component.values?.length ?? 0) > 0);
}

/** A copy with hints for sealed fields, and without the outcome question: it is asked by buttons. */
export function prepared(schema: Schema): Schema {
  const copy = structuredClone(schema);
  const outcome = outcomeOf(copy);
  if (outcome) outcome.type = "outcome";
  for (const component of walk(copy.components)) {
    if (component.type === "group") component.label ??= "";
    if (component.properties?.sensitive && "key" in component) {
      component.description = [component.description, say("加密保存，只显示一部分")].filter(Boolean).join(" ");
    }
  }
  return copy;
}

/** The top groups as steps; what stands before or between them belongs to the group that follows. */
export function steps(schema: Schema): Schema[] {
  const found: Schema[] = [];
  let loose: Component[] = [];
  for (const component of schema.components) {
    loose.push(component);
    if (component.type !== "group") continue;
    found.push({ ...schema, components: loose });
    loose = [];
  }
  if (loose.length) {
    const last = found.pop();
    found.push({ ...schema, components: [...(last?.components ?? []), ...loose] });
  }
  return found;
}

/** The title of a step: the label of its group. */
export function titleOf(step: Schema): string {
  return step.components.find((component) => component.type === "group")?.label ?? "";
}
