import { make } from "../dom";
import { Editor } from "./editor";
import type { Cure, Finding } from "./findings";
import { curing } from "./modeler/cures";
import { lines } from "./modeler/lines";
import { makeModeler, type Modeler } from "./modeler/modeler";
import type { Element } from "./modeler/properties";
import { showSigns } from "./modeler/signs";
import { speakTheRest } from "./modeler/speak";
import type { Line } from "./outline-list";

interface Registry {
  get(id: string): Element | undefined;
}
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Canvas {
  viewbox(box?: Box): { inner: Box; outer: Box };
  resized(): void;
  scrollToElement(element: Element, padding: number): void;
}

/** Room for the palette, and around a drawing for the tools and the mark. */
const LEFT = 108;
const ROUND = 56;
/** Below this scale nobody reads the names of steps. */
const READABLE = 0.8;

/** The modeler of one diagram. */
class BpmnEdit extends Editor {
  #modeler!: Modeler;

  protected build(readonly: boolean): void {
    // Fields of a disabled set can be read and their groups opened, but nothing typed.
    const panel = make("fieldset", { disabled: readonly });
    this.beside.append(panel);
    speakTheRest();
    this.#modeler = makeModeler(this.sheet, panel, this.words, readonly);
    new ResizeObserver(() => this.#canvas.resized()).observe(this.sheet);
    this.#modeler.on("commandStack.changed", () => this.changed());
    this.#modeler.on("selection.changed", ({ newSelection }: { newSelection: Element[] }) => this.chosen(newSelection[0]?.id ?? ""));
  }

  protected async draw(text: string): Promise<string[]> {
    const { warnings } = await this.#modeler.importXML(text);
    this.#fit();
    return warnings.map(({ message }) => message);
  }

  /** The whole drawing between palette, tools and mark, at most in its own size; where it is too large for that, its beginning. */
  #fit(): void {
    const { inner, outer } = this.#canvas.viewbox();
    const whole = Math.min(1, (outer.width - LEFT - ROUND) / (inner.width || 1), (outer.height - 2 * ROUND) / (inner.height || 1));
    const scale = Math.max(whole, READABLE);
    const [width, height] = [outer.width / scale, outer.height / scale];
    const start = this.lines()[0];
    const first = (start && this.#registry.get(start.id)) as (Element & { y: number }) | undefined;
    const middle = inner.height * scale > outer.height - 2 * ROUND && first ? first.y : inner.y + inner.height / 2;
    this.#canvas.viewbox({ x: inner.x - LEFT / scale, y: middle - height / 2, width, height });
  }

  protected async text(): Promise<string> {
    return (await this.#modeler.saveXML({ format: true })).xml ?? "";
  }

  protected lines(): Line[] {
    return lines(this.#modeler);
  }

  protected pick(id: string): void {
    const element = this.#registry.get(id);
    if (!element) return;
    this.#modeler.get<{ select(element: Element): void }>("selection").select(element);
    this.#canvas.scrollToElement(element, 100);
  }

  protected nameOf(id: string): string {
    return this.#registry.get(id)?.businessObject.name ?? "";
  }

  protected mark(found: Finding[]): Map<string, string> {
    return showSigns(this.#modeler, found);
  }

  protected cure(element: string, cure: Cure): void {
    if (curing(this.#modeler, element, cure)) this.pick(element);
  }

  get #registry(): Registry {
    return this.#modeler.get<Registry>("elementRegistry");
  }

  get #canvas(): Canvas {
    return this.#modeler.get<Canvas>("canvas");
  }
}

customElements.define("bpmn-edit", BpmnEdit);
