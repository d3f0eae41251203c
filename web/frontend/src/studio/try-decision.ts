import { make } from "../dom";
import { send, sentence } from "../http";
import { say } from "../words";

interface Asked {
  name: string;
  label: string;
  type: string;
  words: string[];
}
interface Answer {
  inputs: Asked[];
  value: string;
  rules: { number: number; id: string }[];
  warnings: string[];
}

/** 试算: values for the inputs of a decision, and the rows that fire with them. Values are FEEL; a bare word is taken as text. */
export class TryDecision extends HTMLElement {
  #form = make("form", { class: "stack", submit: (event: Event) => { event.preventDefault(); void this.#run(); } });
  #result = make("div", { class: "stack", "aria-live": "polite" });
  #place = { workspace: "", path: "", decision: "" };
  #text: () => Promise<string> = () => Promise.resolve("");

  connectedCallback(): void {
    this.append(make("h2", {}, say("试算")), this.#form, this.#result);
  }

  about(workspace: string, path: string, decision: string, text: () => Promise<string>): void {
    const same = this.#place.decision === decision && this.#place.path === path;
    this.#place = { workspace, path, decision };
    this.#text = text;
    if (!same) void this.#ask();
  }

  /** Which inputs there are: the decision is tried with none. */
  async #ask(): Promise<void> {
    this.#result.replaceChildren();
    const found = this.#place.decision ? await this.#try({}) : undefined;
    if (!found) return this.#form.replaceChildren(make("p", { class: "hint" }, say("打开一张决策表，在这里填几个值试试。")));
    const fields = found.inputs.map((asked) => this.#field(asked));
    this.#form.replaceChildren(...fields, make("button", { class: "btn btn-primary" }, say("试算")));
  }

  #field({ name, label, type, words }: Asked): HTMLElement {
    const id = `try-${name}`;
    const list = make("datalist", { id: `${id}-words` }, ...words.map((word) => make("option", { value: word })));
    return make("div", { class: "field" }, make("label", { for: id }, label, make("small", {}, label === name ? ` ${type}` : ` ${name} · ${type}`)), make("input", { class: "input", id, name, list: list.id, autocomplete: "off" }), list);
  }

  async #run(): Promise<void> {
    const inputs = Object.fromEntries([...new FormData(this.#form)].filter(([, value]) => value !== "")) as Record<string, string>;
    const found = await this.#try(inputs);
    if (found) this.#show(found);
  }

  async #try(inputs: Record<string, string>): Promise<Answer | undefined> {
    const { workspace, path, decision } = this.#place;
    const answer = await send(`/api/workspaces/${workspace}/try`, { path, text: await this.#text(), decision, inputs });
    if (answer.ok) return answer.body as unknown as Answer;
    this.#result.replaceChildren(make("p", { class: "error" }, sentence(answer.body)));
    return undefined;
  }

  #show({ value, rules, warnings }: Answer): void {
    const rows = rules.length ? say("第 {rows} 行符合", { rows: rules.map(({ number }) => number).join("、") }) : say("没有一行符合");
    this.#result.replaceChildren(make("p", {}, make("b", {}, rows)), make("pre", { class: "result" }, value), ...warnings.map((text) => make("p", { class: "hint" }, text)));
    document.querySelectorAll(".is-fired").forEach((row) => row.classList.remove("is-fired"));
    for (const { id } of rules) document.querySelectorAll(`[data-row-id="${CSS.escape(id)}"]`).forEach((cell) => cell.closest("tr")?.classList.add("is-fired"));
  }
}

customElements.define("try-decision", TryDecision);
