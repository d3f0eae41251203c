import { glyph, make } from "../dom";
import { sendFile, sentence } from "../http";
import { fault } from "../photo";
import { say, size } from "../words";
import "./signature-pad";

const LARGEST = 20_000_000;
const KINDS = /\.(pdf|png|jpe?g|docx|xlsx|ofd)$/i;

type Known = { name: string; size?: number; href?: string };

/**
 * Files of one document type: each is sent at once with progress, a refusal says the reason and the cure.
 * Attributes: url, kind, accept, multiple, known (JSON), locked, capture="signature". `show(ids)` sets the value; `documents` tells the new ids.
 */
export class UploadField extends HTMLElement {
  #ids: string[] = [];
  #known: Record<string, Known> = {};
  #list = make("ul", { class: "uploads" });
  #sending = new Map<HTMLElement, AbortController>();

  connectedCallback(): void {
    this.#known = { ...(JSON.parse(this.getAttribute("known") || "{}") as Record<string, Known>), ...this.#known };
    this.#render();
  }

  show(ids: string[]): void {
    this.#ids = [...ids];
    this.#render();
  }

  #render(): void {
    const rows = this.#ids.map((id) => this.#row(id));
    this.#list.replaceChildren(...rows, ...this.#list.querySelectorAll(".has-error"), ...this.#sending.keys());
    this.replaceChildren(this.#list, ...(this.hasAttribute("locked") ? [] : [this.#picker()]));
  }

  #picker(): HTMLElement {
    if (this.getAttribute("capture") === "signature" && !this.#ids.length) {
      return make("signature-pad", { signed: (event) => this.#choose([(event as CustomEvent<File>).detail]) });
    }
    const input = make("input", { type: "file", class: "said-only", accept: this.getAttribute("accept") || ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.ofd" });
    input.multiple = this.hasAttribute("multiple");
    input.addEventListener("change", () => this.#choose([...(input.files ?? [])]));
    const words = this.#ids.length && !input.multiple ? say("换一份") : say("拍照或上传");
    const icon = "camera";
    return make("label", { class: "btn" }, glyph(icon), words, input);
  }

  #row(id: string): HTMLElement {
    const known = this.#known[id];
    const name = known?.href ? make("a", { href: known.href, target: "_blank" }, known.name) : make("span", {}, known?.name ?? say("已上传"));
    const facts = make("small", {}, known?.size ? size(known.size) : "");
    const drop = make("button", { type: "button", class: "btn-link", click: () => this.#set(this.#ids.filter((one) => one !== id)) }, say("删去"));
    const done = make("span", { class: "ink-finished" }, glyph("circle-check"));
    return make("li", {}, done, name, facts, ...(this.hasAttribute("locked") ? [] : [drop]));
  }

  /** What was refused of the choice before goes away. */
  #choose(files: File[]): void {
    this.#list.querySelectorAll(".has-error").forEach((row) => row.remove());
    files.forEach((file) => void this.#take(file));
  }

  async #take(file: File, looked = false): Promise<void> {
    this.querySelector(`.has-error[data-file="${CSS.escape(file.name)}"]`)?.remove();
    if (file.size > LARGEST) return this.#refuse(file, say("这份 {size}，超过 20 MB。压缩或分开后再传。", { size: size(file.size) }));
    if (!KINDS.test(file.name)) return this.#refuse(file, say("只收照片、PDF、Word 和 Excel。换一种格式再传。"));
    const wrong = looked || this.getAttribute("capture") === "signature" ? undefined : await fault(file);
    if (wrong) return this.#refuse(file, wrong, make("button", { type: "button", class: "btn-link", click: () => void this.#take(file, true) }, say("仍然用这张")));
    const stop = new AbortController();
    const bar = make("progress", { max: file.size, value: 0 });
    const state = make("small", {}, say("正在上传 {done} / {all}", { done: size(0), all: size(file.size) }));
    const cancel = make("button", { type: "button", class: "btn-link", click: () => stop.abort() }, say("取消"));
    const row = make("li", {}, make("span", { class: "ink-active" }, glyph("progress")), make("span", {}, file.name), state, cancel, bar);
    this.#sending.set(row, stop);
    this.#list.append(row);
    const tell = (sent: number): void => {
      bar.value = sent;
      state.textContent = say("正在上传 {done} / {all}", { done: size(sent), all: size(file.size) });
    };
    const kind = this.getAttribute("kind") ?? "";
    const answer = await sendFile(this.getAttribute("url") ?? "", file, { type: kind, kind }, tell, stop.signal);
    this.#sending.delete(row);
    row.remove();
    if (answer.status === -1) return;
    if (!answer.ok) return this.#refuse(file, answer.status === 0 ? say("网络断了，再传一次。") : sentence(answer.body));
    const id = String(answer.body.id);
    this.#known[id] = { name: file.name, size: file.size };
    this.#set(this.hasAttribute("multiple") ? [...this.#ids, id] : [id]);
  }

  #set(ids: string[]): void {
    this.#ids = ids;
    this.#render();
    this.dispatchEvent(new CustomEvent("documents", { detail: ids }));
  }

  #refuse(file: File, why: string, ...more: Node[]): void {
    const row = make("li", { class: "has-error", role: "alert", "data-file": file.name }, make("span", { class: "ink-overdue" }, glyph("alert-circle")), make("span", {}, `${file.name}${say("：")}${why}`), ...more);
    this.#list.append(row);
  }
}

customElements.define("upload-field", UploadField);
