import type { Component } from "../../form/schema";
import { say } from "../../words";
import { choice } from "./choice";

interface Format {
  id: string;
  title: string;
  pattern: string;
  message: string;
}
type Edit = (field: Component, path: string[], value: unknown) => void;
type Grouped = { id: string; label: string; shouldOpen?: boolean; entries: object[] };

/** Kinds of personal data that are kept encrypted, as `properties.sensitive` names them; "none" says that it names no person. */
const SEALS: [string, string][] = [
  ["", "不加密"], ["name", "姓名、户名"], ["contact", "联系人"], ["phone", "电话"], ["email", "邮箱"], ["id_no", "证件号"], ["credit_code", "统一社会信用代码"],
  ["account", "户号、账号"], ["address", "地址"], ["location", "坐标"], ["other", "其他个人信息"], ["none", "看着像，但不是个人信息"],
];
const TEXTS = ["textfield", "textarea", "number"];
const FORMATS: Format[] = [
  { id: "mobile", title: "手机号", pattern: "^1[3-9]\\d{9}$", message: "手机号应为 11 位数字" },
  { id: "id_card", title: "身份证号", pattern: "^[1-9]\\d{5}(18|19|20)\\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])\\d{3}[\\dXx]$", message: "身份证号应为 18 位，请对照证件核一遍" },
  { id: "credit_code", title: "统一社会信用代码", pattern: "^[0-9A-HJ-NPQRTUWXY]{2}\\d{6}[0-9A-HJ-NPQRTUWXY]{10}$", message: "统一社会信用代码应为 18 位大写字母和数字" },
  { id: "meter_no", title: "电表号", pattern: "^\\d{10,22}$", message: "电表号只写数字，10 到 22 位" },
];

/** The group 加密与格式: which personal data a field holds, and the ready patterns that browser and server check alike. */
class Sealing {
  static readonly $inject = ["propertiesPanel"];

  constructor(panel: { registerProvider(provider: unknown, priority: number): void }) {
    panel.registerProvider(this, 400);
  }

  getGroups(field: Component, edit: Edit): (groups: Grouped[]) => Grouped[] {
    return (groups) => {
      if (!TEXTS.includes(field.type)) return groups;
      const entries = [this.#seal(field, edit), ...(field.type === "textfield" ? [this.#format(field, edit)] : [])];
      const own = { id: "yekuo-seal", label: say("加密与格式"), shouldOpen: true, entries };
      return [groups[0]!, own, ...groups.slice(1)].filter(Boolean);
    };
  }

  #seal(field: Component, edit: Edit): object {
    const set = (value: string): void => edit(field, ["properties"], this.#properties(field, "sensitive", value));
    return choice({ id: "yekuo-sensitive", label: say("加密字段"), description: say("加密的值不进流程、日志和导出，只按角色显示"), value: field.properties?.sensitive ?? "", set, options: SEALS.map(([value, label]) => [value, say(label)]) });
  }

  #format(field: Component, edit: Edit): object {
    const options: [string, string][] = [["", say("（没有）")], ...FORMATS.map(({ id, title }): [string, string] => [id, say(title)])];
    const set = (value: string): void => {
      const chosen = FORMATS.find(({ id }) => id === value);
      edit(field, ["properties"], this.#properties(field, "format", value));
      edit(field, ["validate"], { ...field.validate, pattern: chosen?.pattern, patternErrorMessage: chosen?.message });
    };
    return choice({ id: "yekuo-format", label: say("现成的格式"), value: field.properties?.format ?? "", set, options });
  }

  #properties(field: Component, name: string, value: string): Record<string, string> | undefined {
    const rest = Object.fromEntries(Object.entries(field.properties ?? {}).filter(([key]) => key !== name));
    const next = value ? { ...rest, [name]: value } : rest;
    return Object.keys(next).length ? next : undefined;
  }
}

export const sealing = { __init__: ["yekuoSealing"], yekuoSealing: ["type", Sealing] };
