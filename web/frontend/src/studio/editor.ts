import { drawn, make } from "../dom";
import "./check-list";
import type { CheckList } from "./check-list";
import { WorkspaceFile } from "./file";
import { findings, unreadable, type Cure, type Finding } from "./findings";
import { keptLine, listen, looksOnly, tellLost } from "./bands";
import "./outline-list";
import type { Line, OutlineList } from "./outline-list";
import { SourceText } from "./source";
import { keepInside } from "./inside";
import { usedIn } from "./used";
import { vocabulary, type Words } from "./vocabulary";

const CHECK_AFTER = 1_000;
/**
 * What the editors of diagrams, decisions and forms have in common. Attributes: `workspace`, `path`, `readonly`. Outline left, drawing,
 * something beside it right, findings below; text kept a second after the last change; Ctrl S; the text itself for experts.
 */
export abstract class Editor extends HTMLElement {
  protected readonly sheet = make("div", { class: "canvas paper" });
  protected readonly beside = make("div", { class: "panel-properties" });
  protected file!: WorkspaceFile;
  protected words!: Words;
  #outline = document.createElement("outline-list") as OutlineList;
  #checks = document.createElement("check-list") as CheckList;
  #source = new SourceText(this.sheet);
  #timer = 0;
  /** The drawing as it was opened: libraries write the same thing in other words, which is no change of anybody. */
  #opened = "";

  protected abstract build(readonly: boolean): void; // on `sheet` and `beside`; `changed` is called after every change
  /** Show a text and give what in it is not understood and would be lost; it throws when it cannot be read. */
  protected abstract draw(text: string): Promise<string[]>;
  protected abstract text(): Promise<string>; // of what is drawn
  protected abstract lines(): Line[];
  protected abstract pick(id: string): void; // choose an element and bring it into sight
  protected abstract nameOf(id: string): string;
  protected abstract mark(found: Finding[]): Map<string, string>; // the elements with findings; the worst by id of the outline
  protected abstract cure(element: string, cure: Cure): void; // do what a cure says, as one may undo it

  connectedCallback(): void {
    const readonly = looksOnly(this);
    this.file = new WorkspaceFile(this.getAttribute("workspace")!, this.getAttribute("path")!, readonly, keptLine(this));
    this.#source.readonly = readonly;
    this.#checks.toggleAttribute("readonly", readonly);
    this.append(this.#outline, make("div", { class: "middle" }, this.sheet, this.#source.field, this.#checks), this.beside);
    this.addEventListener("element-picked", (event) => this.pick((event as CustomEvent<{ id: string }>).detail.id));
    this.addEventListener("cure-picked", (event) => void this.#cure((event as CustomEvent<Finding>).detail));
    this.addEventListener("use-theirs", () => (this.file.forget(), location.reload()));
    this.addEventListener("use-mine", (event) => void this.#useMine((event as CustomEvent<{ text: string }>).detail.text));
    listen(() => this.#save(), (on) => void this.#asSource(on));
    addEventListener("pagehide", () => void this.#leave());
    keepInside(this);
    void this.#open(readonly);
  }

  async #open(readonly: boolean): Promise<void> {
    const [words, text] = await Promise.all([vocabulary(this.file.workspace), this.file.open()]);
    this.words = words;
    this.build(readonly);
    await this.#show(text);
    await drawn(); // panels listen to what is chosen only then
    if (location.hash.length > 1) this.pick(decodeURIComponent(location.hash.slice(1)));
    this.dataset.ready = "";
    this.#outline.append(await usedIn(this.file.workspace, this.file.path));
  }

  async #show(text: string): Promise<void> {
    try {
      tellLost(this, await this.draw(text));
      this.#opened = await this.text();
      this.#outline.show(this.lines());
    } catch (error) {
      return this.#say([unreadable(this.file.path, error)]);
    }
    void this.#check(text);
  }

  /** Called by the editor after each change; a second later the text is kept and checked. */
  protected changed(): void {
    this.#outline.show(this.lines());
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#keep(true), CHECK_AFTER);
  }

  protected chosen(id: string): void {
    this.#outline.mark(id);
  }

  /** Keeps on the device what was drawn, if that is not what was opened, and checks it. */
  async #keep(checked: boolean): Promise<void> {
    const text = await this.text();
    if (text === this.#opened) return;
    this.#opened = "";
    this.file.change(text);
    if (checked) await this.#check(text);
  }

  /** The page goes away: what was drawn in the last second is kept too, without waiting for anything outside of the page. */
  async #leave(): Promise<void> {
    (document.activeElement as HTMLElement | null)?.blur();
    const { typed } = this.#source;
    typed === undefined ? await this.#keep(false) : this.file.change(typed);
    this.file.leave();
  }

  async #check(text: string): Promise<void> {
    this.#checks.waiting();
    const found = await findings(this.file.workspace, this.file.path, text);
    if (found) this.#say(found);
  }

  /** A missing file is added to the workspace; all else is a change of the drawing. */
  async #cure({ element, cure }: Finding): Promise<void> {
    if (!cure) return;
    if (cure.how !== "create") return this.cure(element, cure);
    await this.file.add(cure.name, cure.value);
    this.words = Object.assign(this.words, await vocabulary(this.file.workspace));
    await this.#check(await this.text());
  }

  #say(found: Finding[]): void {
    this.#checks.show(found, this.file.path, (id) => this.nameOf(id));
    this.#outline.warn(this.mark(found.filter(({ file }) => file === this.file.path)));
  }

  /** What is being typed in a panel counts, so the field is left first. */
  async #save(): Promise<void> {
    (document.activeElement as HTMLElement | null)?.blur();
    clearTimeout(this.#timer);
    await this.#asSource(false);
    await this.#keep(true);
    await this.file.save();
  }

  async #useMine(text: string): Promise<void> {
    await this.#show(text);
    await this.file.overwrite(text);
  }

  async #asSource(on: boolean): Promise<void> {
    const { typed } = this.#source;
    this.#source.show(on ? await this.text() : undefined);
    if (on || typed === undefined) return;
    await this.#show(typed);
    this.file.change(typed);
  }
}
