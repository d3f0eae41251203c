import { glyph, make } from "../dom";
import { say } from "../words";
import type { Finding } from "./findings";

/**
 * The list of findings under an editor: how many, where, what, what to do. A click on a finding of this file fires `element-picked`, one on
 * its cure `cure-picked`; findings of other files are links to their editors. `show` replaces the list, `waiting` says that it is being made anew.
 */
export class CheckList extends HTMLElement {
  #title = make("h2", {}, say("检查"));
  #counts = make("span", { class: "row" });
  #rows = make("div", { class: "rows" });

  connectedCallback(): void {
    this.setAttribute("aria-live", "polite");
    this.append(make("header", {}, this.#title, this.#counts, make("small", {}, say("改完错误才能提交 · 与部署时同一套检查"))), this.#rows);
  }

  waiting(): void {
    this.setAttribute("aria-busy", "true");
  }

  show(found: Finding[], path: string, names: (element: string) => string): void {
    this.removeAttribute("aria-busy");
    const errors = found.filter(({ severity }) => severity === "error").length;
    this.#counts.replaceChildren(...this.#chips(errors, found.length - errors));
    const own = found.filter(({ file }) => file === path);
    const others = found.filter(({ file }) => file !== path);
    this.#rows.replaceChildren(...own.map((one) => this.#row(one, names)), ...others.map((one) => this.#link(one)));
  }

  #chips(errors: number, warnings: number): HTMLElement[] {
    const chip = (state: string, icon: string, text: string): HTMLElement => make("span", { class: `chip is-${state}` }, glyph(icon, 14), text);
    if (!errors && !warnings) return [chip("finished", "check", say("没有问题"))];
    const shown = [];
    if (errors) shown.push(chip("overdue", "alert-circle", say("{n} 个错误", { n: errors })));
    if (warnings) shown.push(chip("due_soon", "alert-triangle", say("{n} 个提醒", { n: warnings })));
    return shown;
  }

  #row(one: Finding, names: (element: string) => string): HTMLElement {
    const pick = (): boolean => this.dispatchEvent(new CustomEvent("element-picked", { bubbles: true, detail: { id: one.element } }));
    const place = make("button", { type: "button", class: "link", click: pick }, names(one.element) || one.element || one.file);
    return make("p", { class: "finding", "data-code": one.code }, this.#sign(one), make("b", {}, place), make("span", {}, one.message), make("span", {}, one.advice, ...this.#cure(one)));
  }

  /** The button that cures a finding; none where one may only look. */
  #cure(one: Finding): HTMLElement[] {
    const cure = (): boolean => this.dispatchEvent(new CustomEvent("cure-picked", { bubbles: true, detail: one }));
    return one.cure && !this.hasAttribute("readonly") ? [make("button", { type: "button", class: "btn cure", click: cure }, one.cure.title)] : [];
  }

  #link(one: Finding): HTMLElement {
    const address = new URL(location.href);
    address.searchParams.set("path", one.file);
    address.hash = one.element;
    const link = make("a", { href: address.href }, one.element || one.file);
    return make("p", { class: "finding" }, this.#sign(one), make("b", {}, link, make("small", {}, ` ${one.file}`)), make("span", {}, one.message), make("span", {}, one.advice));
  }

  #sign({ severity }: Finding): Node {
    const error = severity === "error";
    return make("span", { class: error ? "ink-overdue" : "ink-due_soon", title: error ? say("错误") : say("提醒") }, glyph(error ? "alert-circle" : "alert-triangle"));
  }
}

customElements.define("check-list", CheckList);
