import { Editor } from "./editor";
import type { Finding } from "./findings";
import { lines } from "./modeler/lines";
import { makeModeler, type Modeler } from "./modeler/modeler";
import type { Element } from "./modeler/properties";
import { showSigns } from "./modeler/signs";
import type { Line } from "./outline-list";

interface Registry {
  get(id: string): Element | undefined;
}
interface Canvas {
  zoom(to: string, centre: string): void;
  scrollToElement(element: Element, padding: number): void;
}

/** The modeler of one diagram. */
class BpmnEdit extends Editor {
  #modeler!: Modeler;

  protected build(readonly: boolean): void {
    this.#modeler = makeModeler(this.sheet, this.beside, this.words, readonly);
    this.#modeler.on("commandStack.changed", () => this.changed());
    this.#modeler.on("selection.changed", ({ newSelection }: { newSelection: Element[] }) => this.chosen(newSelection[0]?.id ?? ""));
  }

  protected async draw(text: string): Promise<void> {
    await this.#modeler.importXML(text);
    this.#canvas.zoom("fit-viewport", "auto");
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

  get #registry(): Registry {
    return this.#modeler.get<Registry>("elementRegistry");
  }

  get #canvas(): Canvas {
    return this.#modeler.get<Canvas>("canvas");
  }
}

customElements.define("bpmn-edit", BpmnEdit);
