import { isFeelEntryEdited } from "@bpmn-io/properties-panel";
import { Feel, type Entry } from "./entries";
import { setAttribute, type Element, type Injector, type Moddle } from "./properties";
import { speak } from "./speak";
import type { Value } from "./texts";
import type { Words } from "../vocabulary";

/** A field of the library with what it was made for. */
interface Theirs extends Entry {
  timerEventDefinition?: Moddle;
  timerEventDefinitionType?: string;
  parameter?: Moddle;
  mapping?: Moddle;
}
interface Group {
  entries?: Theirs[];
  items?: { entries: Theirs[] }[];
}
interface Modeling {
  updateModdleProperties(element: Element, moddle: Moddle, properties: object): void;
}

/** Fields of the library that take FEEL, by their ids, with what the library calls them. */
const ATTRIBUTES: Record<string, string> = { assignee: "Assignee", candidateUsers: "Candidate users", dueDate: "Due date", followUpDate: "Follow up date" };
const LOOPS: Record<string, string> = { loopCardinality: "Loop cardinality", completionCondition: "Completion condition" };

/** The library's groups, in which texts that may be FEEL are written with completion; what is no FEEL stays a plain text there. */
export function helped<G>(groups: G[], element: Element, injector: Injector, words: Words): G[] {
  const entry = (one: Theirs): Theirs => {
    const found = field(one, element, injector);
    if (!found) return one;
    const { label, held, feel } = found;
    const made = { id: one.id, element, held, label: speak(label), description: "", debounce: injector.get("debounceInput"), words, ...(feel && { feel }) };
    return { ...made, component: Feel, isEdited: isFeelEntryEdited };
  };
  return groups.map((group) => {
    const { entries, items } = group as Group;
    return { ...group, ...(entries && { entries: entries.map(entry) }), ...(items && { items: items.map((item) => ({ ...item, entries: item.entries?.map(entry) })) }) };
  });
}

/** A moment, a span or a cycle as the standard writes it; everything else in a timer is FEEL, with or without its sign. */
const FIXED = /^[\dPR]/;
const signed = (text: string): string => (!text || text.startsWith("=") || FIXED.test(text) ? text : `=${text}`);

interface Field {
  label: string;
  held: Value;
  feel?: "optional";
}

/** What a field of the library holds, and its name; nothing for those that take no FEEL. */
function field(one: Theirs, element: Element, injector: Injector): Field | undefined {
  const { id, timerEventDefinition: timer, timerEventDefinitionType: kind, parameter, mapping } = one;
  if (timer && kind && id.endsWith("timerEventDefinitionValue")) {
    const held = body(injector, () => timer.get(kind) as Moddle | undefined, "body");
    return { label: "Value", held: { ...held, get: (target) => signed(held.get(target)) }, feel: "optional" };
  }
  if (mapping && id.endsWith("-sourceExpression")) return { label: "Source expression", held: body(injector, () => mapping, "sourceExpression") };
  if (parameter && id.endsWith("-stringOrExpression")) return { label: "Value", held: body(injector, () => parameter, "value"), feel: "optional" };
  const loop = element.businessObject.get("loopCharacteristics") as Moddle | undefined;
  // One that is not there yet is made by the library's own field.
  if (LOOPS[id] && loop?.get(id)) return { label: LOOPS[id], held: body(injector, () => loop.get(id) as Moddle | undefined, "body") };
  if (!ATTRIBUTES[id]) return undefined;
  const name = `camunda:${id}`;
  const set = (target: Element, value: string): void => setAttribute(injector, target, { [name]: value || undefined });
  return { label: ATTRIBUTES[id], feel: "optional", held: { get: ({ businessObject }) => String(businessObject.get(name) ?? ""), set } };
}

/** The text of a part of an element. */
const body = (injector: Injector, part: () => Moddle | undefined, key: string): Value => ({
  get: () => String(part()?.get(key) ?? ""),
  set: (element, value) => {
    const moddle = part();
    if (moddle) injector.get<Modeling>("modeling").updateModdleProperties(element, moddle, { [key]: value || undefined });
  },
});
