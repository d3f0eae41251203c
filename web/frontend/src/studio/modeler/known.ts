import { say } from "../../words";
import type { Words } from "../vocabulary";
import type { Moddle } from "./properties";

/** A name that FEEL may use, as its editor offers it. */
export interface Name {
  name: string;
  type?: "function";
  info?: string;
  detail?: string;
  params?: { name: string }[];
}

const list = (holder: Moddle | undefined, name: string): Moddle[] => (holder?.get(name) as Moddle[] | undefined) ?? [];
const text = (holder: Moddle, name: string): string => String(holder.get(name) ?? "");
const extensions = (node: Moddle, type: string): Moddle[] => (node.extensionElements?.values ?? []).filter(({ $type }) => $type === type);

/** Everything that has happened when a token stands at a node: what leads to it, and to the sub-processes around it. */
function before(node: Moddle): Set<Moddle> {
  const found = new Set<Moddle>();
  const ahead = [node];
  for (let one = ahead.pop(); one; one = ahead.pop()) {
    const host = one.get("attachedToRef") as Moddle | undefined;
    const sources = [...list(one, "incoming").map((flow) => flow.get("sourceRef") as Moddle), host, one.$parent?.$instanceOf?.("bpmn:SubProcess") ? one.$parent : undefined];
    for (const source of sources) if (source && !found.has(source)) ahead.push(source), found.add(source);
  }
  return found;
}

/** What a node writes itself: results, outputs of its mappings, what a called process gives back; `file` of its form. */
function written(node: Moddle, words: Words): Name[] {
  const by = node.name || node.id;
  const form = words.forms.find(({ id }) => id === node.get("camunda:formRef"))?.file;
  const fields = form ? words.variables.filter(({ file }) => file === form).map(({ id, title }) => ({ name: id, info: title, detail: by })) : [];
  const outputs = extensions(node, "camunda:InputOutput").flatMap((mapping) => list(mapping, "outputParameters")).map((one) => text(one, "name"));
  const given = extensions(node, "camunda:Out").map((one) => text(one, "target"));
  return [...fields, ...[text(node, "camunda:resultVariable"), ...outputs, ...given].filter(Boolean).map((name) => ({ name, detail: by }))];
}

/** What is known only inside a node and what it contains: its inputs, and the item of a repetition. */
function inside(node: Moddle): Name[] {
  const inputs = extensions(node, "camunda:InputOutput").flatMap((mapping) => list(mapping, "inputParameters")).map((one) => text(one, "name"));
  const item = node.get("loopCharacteristics") as Moddle | undefined;
  return [...inputs, item ? text(item, "camunda:elementVariable") : ""].filter(Boolean).map((name) => ({ name, detail: node.name || node.id }));
}

/** Forms that no step of this file asks for are filled in elsewhere: at the beginning, or in the process that calls this one. */
function brought(node: Moddle, words: Words): Name[] {
  let root = node;
  while (root.$parent) root = root.$parent;
  const asked = new Set<unknown>();
  const look = (holder: Moddle): void => list(holder, "flowElements").forEach((one) => (asked.add(one.get("camunda:formRef")), look(one)));
  list(root, "rootElements").forEach(look);
  const own = new Set(words.forms.filter(({ id }) => asked.has(id)).map(({ file }) => file));
  return words.variables.filter(({ file }) => !own.has(file)).map(({ id, title }) => ({ name: id, info: title, detail: say("别处填的") }));
}

/** The functions of FEEL with their parameters. */
export const functions = (words: Words): Name[] =>
  words.functions.map(({ id, title }) => ({ name: id, type: "function", params: title ? title.split(", ").map((name) => ({ name })) : [] }));

/** The names that FEEL knows at a flow node, or on a flow: behind its source. Each once, the nearest meaning first. */
export function known(place: Moddle, words: Words): Name[] {
  const source = place.$instanceOf("bpmn:SequenceFlow") ? (place.get("sourceRef") as Moddle) : undefined;
  const node = source ?? place;
  const around: Moddle[] = [];
  for (let one: Moddle | undefined = node; one; one = one.$parent) around.push(one);
  const scopes = around.filter((one) => one.$instanceOf("bpmn:Activity")).flatMap(inside);
  const names = [...(source ? written(source, words) : []), ...scopes, ...[...before(node)].flatMap((one) => written(one, words)), ...brought(node, words)];
  return [...new Map([...names].reverse().map((one) => [one.name, one])).values()].reverse();
}
