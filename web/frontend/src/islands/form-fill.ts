import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "../styles/form.css";
import { merge } from "min-dash";
import { drawn, part } from "../dom";
import { asking } from "../form/asking";
import { Drafts } from "../form/drafts";
import { difference, refusal, summary } from "../form/errors";
import { Foot } from "../form/foot";
import { Paper } from "../form/paper";
import { outcomeOf, type Schema, type Data } from "../form/schema";
import { sections } from "../form/sections";
import { Steps } from "../form/steps";
import type { Uploads } from "../form/parts";
import { newId, send, type Problem } from "../http";
import { say } from "../words";
import { carry } from "./toast-line";

/**
 * A designed form. Inside: JSON parts `schema`, `data`, `variables` (read by FEEL), `extra` (sent along; `documents` are the
 * files already there). Attributes: action, draft, upload, next, task, rev, button, readonly, stepwise. Posts
 * `{request_id, rev, data}`; fires `filled` with the answer. Outcomes of the form are the buttons at its foot.
 */
class FormFill extends HTMLElement {
  #request = newId();
  #foot = new Foot();
  #top = document.createElement("div");
  #sheet = document.createElement("div");
  #paper!: Paper;
  #drafts!: Drafts;
  #steps: Steps | undefined;
  #extra: Data = {};
  #rev: number | undefined;

  connectedCallback(): void {
    this.#rev = this.hasAttribute("rev") ? Number(this.getAttribute("rev")) : undefined;
    void this.#open();
  }

  disconnectedCallback(): void {
    this.#drafts?.stop();
    this.#paper?.destroy();
  }

  async #open(): Promise<void> {
    const schema = part<Schema>(this, "schema", { type: "default", components: [] });
    const { documents = {}, ...extra } = part<Data>(this, "extra", {});
    this.#extra = extra;
    const given = merge({}, part<Data>(this, "variables", {}), part<Data>(this, "data", {}));
    this.replaceChildren(this.#top, this.#sheet);
    const uploads = { url: this.getAttribute("upload") ?? "", known: documents } as Uploads;
    this.#paper = new Paper(this.#sheet, uploads, this.hasAttribute("readonly"));
    this.#drafts = new Drafts(this.getAttribute("draft") ?? "", () => this.#answers, (text) => this.#foot.tell(text));
    const data = merge({}, given, this.#drafts.left ?? {});
    if (this.hasAttribute("stepwise")) this.#steps = new Steps(this, this.#paper, schema, data, this.#foot, () => void this.#submit(""));
    await (this.#steps ? this.#steps.show() : this.#paper.open(schema, data));
    sections(this, this.#paper, schema);
    if (!this.hasAttribute("readonly")) this.#begin(schema);
  }

  get #answers(): Data {
    return this.#steps ? this.#steps.answers : this.#paper.answers;
  }

  #begin(schema: Schema): void {
    this.append(this.#foot.element, asking(this, this.#paper));
    if (!this.#steps)
      this.#foot.offer(outcomeOf(schema)?.values ?? [{ label: this.getAttribute("button") ?? "", value: "" }], (value) => void this.#choose(value));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("step-refused", () => this.#complain());
    this.addEventListener("step-shown", () => this.#top.replaceChildren());
    this.#paper.onBlur(() => void this.#drafts.save());
    this.#drafts.start();
  }

  #key(event: KeyboardEvent): void {
    if (!event.ctrlKey || event.isComposing || !["s", "Enter"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "s") void this.#drafts.save();
    else if (!this.#steps) this.#foot.element.querySelector<HTMLElement>(".btn-primary")?.click();
  }

  /** An outcome may open fields of its own (a reason): then they are asked first and the second press submits. */
  async #choose(value: string): Promise<void> {
    const before = new Set(this.#paper.fieldIds);
    if (value) this.#paper.set("outcome", value);
    this.#foot.mark(value);
    await drawn();
    this.#paper.validate();
    if (this.#paper.wrong().some(({ id }) => before.has(id))) return this.#complain();
    const opened = this.#paper.fieldIds.find((id) => !before.has(id));
    if (opened) {
      this.#paper.clearErrors();
      return this.#paper.focus(opened);
    }
    await this.#submit(value);
  }

  #complain(): void {
    const count = this.#paper.wrong().length;
    const title = this.#steps ? say("有 {n} 处要改", { n: count }) : say("还不能提交：{n} 处要改", { n: count });
    this.#top.replaceChildren(...[summary(this.#paper, title)].filter((found) => found !== undefined));
  }

  async #submit(value: string): Promise<void> {
    this.#foot.busy(value);
    const body = { request_id: this.#request, rev: this.#rev, data: this.#answers, ...this.#extra };
    const answer = await send(this.getAttribute("action") ?? "", body);
    this.#foot.busy(undefined);
    if (answer.status === 409) return this.#conflict(answer.body, value);
    if (answer.status === 401 || answer.status === 0) this.#drafts.keep();
    if (!answer.ok) return this.#refused(answer.body);
    this.#drafts.stop();
    this.dispatchEvent(new CustomEvent("filled", { bubbles: true, detail: answer.body }));
    const next = typeof answer.body.next === "string" ? answer.body.next : this.getAttribute("next");
    carry(answer.body.message);
    // Back shows what has become of it, not the form as it stood.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    if (next) location.assign(next);
  }

  #refused(problem: Problem): void {
    if (this.#steps && problem.errors) return void this.#steps.refuse(problem.errors).then((lost) => this.#list(lost, problem));
    this.#list(this.#paper.refuse(problem.errors ?? {}), problem);
  }

  #list(lost: string[], problem: Problem): void {
    this.#complain();
    if (lost.length || !this.#paper.wrong().length) {
      this.#top.append(refusal({ ...problem, remedy: [...lost, problem.remedy ?? ""].join(" ") }));
    }
  }

  /** Somebody was faster: who and when, and three ways on; nothing typed is lost. */
  #conflict(problem: Problem, value: string): void {
    const other = problem.conflict;
    const choices: [string, () => void][] = [[say("用新的"), () => (this.#drafts.stop(), location.reload())]];
    if (other?.rev !== undefined) choices.unshift([say("用我的"), () => this.#again(other.rev!, value)]);
    if (other?.data) choices.unshift([say("看差异"), () => this.#top.append(difference(this.#paper, other.data ?? {}))]);
    this.#top.replaceChildren(refusal(problem, choices));
  }

  #again(rev: number, value: string): void {
    this.#rev = rev;
    this.#request = newId();
    this.#top.replaceChildren();
    void this.#submit(value);
  }
}

customElements.define("form-fill", FormFill);
