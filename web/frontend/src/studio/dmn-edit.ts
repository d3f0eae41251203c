import DmnModeler from "dmn-js/lib/Modeler";
import DmnViewer from "dmn-js/lib/NavigatedViewer";
import { say } from "../words";
import { Editor } from "./editor";
import type { Finding } from "./findings";
import { functions, type Name } from "./modeler/known";
import { speakTheRest, speaking } from "./modeler/speak";
import type { Line } from "./outline-list";
import "./row-facts";
import type { RowFacts, Table } from "./row-facts";
import "./try-decision";
import type { TryDecision } from "./try-decision";

interface View {
  id: string;
  type: string;
  element: { id: string; name?: string };
}
interface Viewer {
  get<T>(name: string, strict?: boolean): T;
  on(event: string, listener: (event: never) => void): void;
  off(event: string, listener: (event: never) => void): void;
}
interface Dmn {
  importXML(xml: string): Promise<{ warnings: { message: string }[] }>;
  saveXML(options: { format: boolean }): Promise<{ xml?: string }>;
  getViews(): View[];
  getActiveView(): View | undefined;
  getActiveViewer(): Viewer | undefined;
  open(view: View): Promise<unknown>;
  on(event: string, listener: () => void): void;
}

const ICONS: Record<string, string> = { drd: "schema", decisionTable: "table", literalExpression: "math-function", boxedExpression: "math-function" };

/** Gives the FEEL editors of dmn-js more names to offer. */
function names(more: () => Name[]): object {
  const offer = (resolver: { registerProvider(provider: object): void }): void =>
    resolver.registerProvider({ getVariables: (own: Name[]) => [...own, ...more().filter(({ name }) => !own.some((one) => one.name === name))] });
  return { __init__: [["variableResolver", offer]] };
}

/** The editor of one decision file: dmn-js, and beside it the panel that tries a decision. */
class DmnEdit extends Editor {
  #dmn!: Dmn;
  #try = document.createElement("try-decision") as TryDecision;
  #facts = document.createElement("row-facts") as RowFacts;
  #listen = (): void => (this.changed(), this.#facts.about(this.#table()));
  #follow = ({ elementId }: { elementId?: string }): void => this.#facts.choose(elementId ?? "");

  protected build(readonly: boolean): void {
    speakTheRest();
    const common = { additionalModules: [speaking] };
    const helped = { additionalModules: [speaking, names(() => this.#names())], feelLanguageContext: { builtins: functions(this.words) } };
    const offering = readonly ? common : helped;
    const options = { container: this.sheet, common, drd: common, decisionTable: offering, literalExpression: offering };
    this.#dmn = (readonly ? new DmnViewer(options as never) : new DmnModeler(options as never)) as unknown as Dmn;
    this.beside.append(this.#try, this.#facts);
    this.#dmn.on("views.changed", () => this.#opened());
  }

  /** What FEEL may use in a decision beside its own inputs: everything that forms write, and other decisions. */
  #names(): Name[] {
    const fields = this.words.variables.map(({ id, title, file }) => ({ name: id, info: title, detail: file.split("/").pop()! }));
    const others = this.#dmn.getViews().map(({ element }) => ({ name: element.id, info: element.name ?? "", detail: say("决策") }));
    return [...new Map([...fields, ...others].map((one) => [one.name, one])).values()];
  }

  #opened(): void {
    const viewer = this.#dmn.getActiveViewer();
    viewer?.off("elements.changed", this.#listen);
    viewer?.on("elements.changed", this.#listen);
    viewer?.off("cellSelection.changed", this.#follow);
    viewer?.on("cellSelection.changed", this.#follow);
    this.#facts.about(this.#table());
    const view = this.#dmn.getActiveView();
    if (view) this.chosen(view.element.id);
    this.#try.about(this.file.workspace, this.file.path, view && view.type !== "drd" ? view.element.id : "", () => this.text());
  }

  /** The rows of the table that is open, and how an annotation of theirs is written. */
  #table(): Table | undefined {
    if (this.#dmn.getActiveView()?.type !== "decisionTable") return undefined;
    const viewer = this.#dmn.getActiveViewer()!;
    const modeling = viewer.get<{ editAnnotation: NonNullable<Table["write"]> } | null>("modeling", false);
    return { rows: () => viewer.get<{ getRoot(): { rows: ReturnType<Table["rows"]> } }>("sheet").getRoot().rows, write: modeling?.editAnnotation.bind(modeling) };
  }

  protected async draw(text: string): Promise<string[]> {
    const { warnings } = await this.#dmn.importXML(text);
    const table = this.#dmn.getViews().find(({ type }) => type === "decisionTable");
    if (table && this.#dmn.getActiveView()?.type === "drd") await this.#dmn.open(table);
    return warnings.map(({ message }) => message);
  }

  protected async text(): Promise<string> {
    return (await this.#dmn.saveXML({ format: true })).xml ?? "";
  }

  protected lines(): Line[] {
    return this.#dmn.getViews().map(({ element, type }) => ({ id: element.id, name: type === "drd" ? say("决策关系图") : (element.name ?? element.id), icon: ICONS[type] ?? "table", depth: 0 }));
  }

  /** A decision, or anything inside the table that is open. */
  protected pick(id: string): void {
    const view = this.#dmn.getViews().find(({ element }) => element.id === id);
    if (view) return void this.#dmn.open(view);
    this.sheet.querySelector(`[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
  }

  protected nameOf(id: string): string {
    return this.#dmn.getViews().find(({ element }) => element.id === id)?.element.name ?? "";
  }

  /** A table is cured by who knows the rule; no finding about one names a click. */
  protected cure(element: string): void {
    this.pick(element);
  }

  protected mark(found: Finding[]): Map<string, string> {
    this.sheet.querySelectorAll(".has-finding").forEach((cell) => cell.classList.remove("has-finding"));
    for (const { element } of found) this.sheet.querySelector(`[data-element-id="${CSS.escape(element)}"], [data-row-id="${CSS.escape(element)}"]`)?.classList.add("has-finding");
    return new Map(found.map(({ element, severity }) => [element, severity]));
  }
}

customElements.define("dmn-edit", DmnEdit);
