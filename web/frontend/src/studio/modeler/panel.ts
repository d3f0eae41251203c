import { Group, isFeelEntryEdited, isSelectEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { say } from "../../words";
import type { Kind, Words } from "../vocabulary";
import { Area, Choice, Feel, Text, type Entry, type Option } from "./entries";
import { helped } from "./helped";
import { property, setAttribute, setProperty, type Element, type Injector } from "./properties";
import { condition, guidance, script, type Value } from "./texts";

interface Grouped {
  id: string;
  label: string;
  component: unknown;
  shouldOpen?: boolean;
  entries: Entry[];
}

/** The library's group of conditions, which asks for expressions and scripts that are never run. */
const CONDITION = "CamundaPlatform__Condition";
const CLOCKS: [string, string][] = [["", "算本单位的时间"], ["customer", "等客户时停钟"], ["government", "等政府时停钟"]];

/** The groups 办理, 时限, 阶段与公开, 作业指导: what an analyst asks of a step, before the technical groups. */
class YekuoPanel {
  static readonly $inject = ["propertiesPanel", "injector", "yekuoWords"];

  constructor(
    panel: { registerProvider(priority: number, provider: unknown): void },
    readonly injector: Injector,
    readonly words: Words,
  ) {
    panel.registerProvider(200, this);
  }

  getGroups(element: Element): (groups: Grouped[]) => Grouped[] {
    return (groups) => [
      ...this.#own(element, groups),
      ...helped(groups.filter(({ id }) => id !== CONDITION || element.type !== "bpmn:SequenceFlow"), element, this.injector, this.words),
    ];
  }

  #own(element: Element, theirs: Grouped[]): Grouped[] {
    const kind = (element.labelTarget ?? element).businessObject;
    const is = (...types: string[]): boolean => types.some((type) => kind.$instanceOf(`bpmn:${type}`));
    const work: Entry[] = [];
    if (is("UserTask")) work.push(this.#attribute(element, "candidateGroups", "候选角色", "roles"), this.#attribute(element, "formRef", "表单", "forms"), this.#property(element, "four_eyes", "四眼", "不能由办过这些任务的人办，填任务编号，用逗号隔开"));
    if (is("BusinessRuleTask")) work.push(this.#attribute(element, "decisionRef", "决策", "decisions"));
    if (is("ServiceTask")) work.push(this.#attribute(element, "topic", "处理函数", "topics"));
    if (is("CallActivity")) work.push(this.#attribute(element, "calledElement", "被调用的流程", "processes"));
    const groups = [this.#group("work", "办理", work, true)];
    if (is("UserTask", "ReceiveTask", "SubProcess", "CallActivity")) {
      const stage = this.#choice("yekuo-stage", element, "阶段", this.#named("stage"), this.#offer("stages"));
      const limit = this.#suggested("yekuo-limit", element, "时限键", this.#named("limit"), "limits", say("不填就用元素编号"));
      const clock = this.#choice("yekuo-clock", element, "时钟", this.#named("clock"), CLOCKS.map(([id, label]) => ({ value: id, label: say(label) })));
      groups.push(this.#group("limit", "时限", [limit, clock], true), this.#group("stage", "阶段与公开", [stage], true));
    }
    if (is("SequenceFlow") && theirs.some(({ id }) => id === CONDITION)) groups.push(this.#condition(element));
    if (is("ScriptTask")) groups.push(this.#group("script", "脚本", [this.#feel("yekuo-script", element, "FEEL", script(this.injector))], true));
    if (is("UserTask")) groups.push(this.#group("guidance", "作业指导", [this.#guidance(element)], true));
    return groups.filter(({ entries }) => entries.length);
  }

  #group(id: string, label: string, entries: Entry[], shouldOpen = false): Grouped {
    return { id: `yekuo-${id}`, label: say(label), component: Group, shouldOpen, entries };
  }

  #named(name: string): Value {
    return { get: (element) => property(element, name), set: (element, value) => setProperty(this.injector, element, name, value) };
  }

  #offer(kind: Kind): Option[] {
    return [{ value: "", label: say("（没有）") }, ...this.words[kind].map(({ id, title }) => ({ value: id, label: title === id ? id : `${title} · ${id}` }))];
  }

  #attribute(element: Element, name: string, label: string, kind: Kind): Entry {
    const full = name === "calledElement" ? name : `camunda:${name}`;
    const set = (target: Element, value: string): void => {
      const more = name === "formRef" ? { "camunda:formRefBinding": value ? "deployment" : undefined } : {};
      setAttribute(this.injector, target, { [full]: value || undefined, ...more });
    };
    const value = { get: (target: Element): string => String(target.businessObject.get(full) ?? ""), set };
    return this.#suggested(`yekuo-${name}`, element, label, value, kind);
  }

  #property(element: Element, name: string, label: string, description: string): Entry {
    return this.#text(`yekuo-${name}`, element, label, this.#named(name), say(description));
  }

  /** A list when the present value is in it or empty; a field for everything else, so that nothing written by hand is lost. */
  #suggested(id: string, element: Element, label: string, value: Value, kind: Kind, description = ""): Entry {
    const present = value.get(element);
    const known = !present || this.words[kind].some((word) => word.id === present);
    return known && this.words[kind].length ? this.#choice(id, element, label, value, this.#offer(kind), description) : this.#text(id, element, label, value, description);
  }

  #choice(id: string, element: Element, label: string, value: Value, options: Option[], description = ""): Entry {
    return { ...this.#entry(id, element, label, value, description), options, component: Choice, isEdited: isSelectEntryEdited };
  }

  #text(id: string, element: Element, label: string, value: Value, description = ""): Entry {
    return { ...this.#entry(id, element, label, value, description), component: Text, isEdited: isTextFieldEntryEdited };
  }

  #feel(id: string, element: Element, label: string, value: Value, description = ""): Entry {
    return { ...this.#entry(id, element, label, value, description), words: this.words, component: Feel, isEdited: isFeelEntryEdited };
  }

  #condition(element: Element): Grouped {
    return this.#group("condition", "条件", [this.#feel("yekuo-condition", element, "条件", condition(this.injector), say("写 FEEL，例如 n > 100"))], true);
  }

  #guidance(element: Element): Entry {
    const description = say("目的、检查、材料各一行；办理人在任务旁看到");
    return { ...this.#entry("yekuo-guidance", element, "作业指导", guidance(this.injector), description), component: Area, isEdited: isTextFieldEntryEdited };
  }

  #entry(id: string, element: Element, label: string, held: Value, description: string): Omit<Entry, "component" | "isEdited"> {
    return { id, element, held, label: say(label), description, debounce: this.injector.get("debounceInput") };
  }
}

export const yekuoPanel = { __init__: ["yekuoPanel"], yekuoPanel: ["type", YekuoPanel] };
