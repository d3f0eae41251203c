import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { defaults, token } from "../diagram/colours";
import { glyph, make, part } from "../dom";
import { say } from "../words";

interface Mark {
  element: string;
  act: "added" | "removed" | "changed" | "moved";
  layout: boolean;
}
interface Shape {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  waypoints?: unknown;
  di: { set(name: string, value: string): void };
}
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const COLOURS: Record<Mark["act"], string> = { added: "finished", removed: "overdue", changed: "due-soon", moved: "due-soon" };
/** Below this scale nobody reads the names of steps: then the first change is shown, not the whole. */
const READABLE = 0.8;
const WORDS: Record<Mark["act"], string> = { added: "新增", removed: "删除", changed: "改动", moved: "挪动" };

/**
 * Two versions of a diagram beside one another. Attributes: `old`, `new` (addresses), `old-title`, `new-title`; part `marks`. Both
 * sides move together; ‹ › step through what was changed; a line of the table below with `data-change` shows its element.
 */
class BpmnCompare extends HTMLElement {
  #sides: { viewer: NavigatedViewer; plate: HTMLElement }[] = [];
  #marks: Mark[] = [];
  #at = -1;
  #place = make("output", {}, "");
  #following = false;

  connectedCallback(): void {
    this.#marks = part<Mark[]>(this, "marks", []).filter(({ layout }) => !layout);
    const titles = [this.getAttribute("old-title") ?? "", this.getAttribute("new-title") ?? ""];
    for (const title of titles) {
      const plate = make("div", { class: "canvas" });
      this.append(make("figure", {}, make("figcaption", {}, make("b", {}, title)), plate));
      this.#sides.push({ plate, viewer: new NavigatedViewer({ container: plate, bpmnRenderer: defaults(), textRenderer: { defaultStyle: { fontFamily: token("--font") } } } as never) });
    }
    this.prepend(this.#tools());
    document.addEventListener("click", (event) => this.#row(event.target as Element));
    void this.#open();
  }

  #tools(): HTMLElement {
    const step = (by: number, icon: string, label: string): HTMLElement => make("button", { type: "button", class: "btn-icon", "aria-label": label, title: label, click: () => this.#go(this.#at + by) }, glyph(icon));
    const legend = (Object.keys(WORDS) as Mark["act"][]).filter((act) => this.#marks.some((mark) => mark.act === act)).map((act) => make("span", { class: `ink-${COLOURS[act].replace("-", "_")}` }, say(WORDS[act])));
    return make("div", { class: "row compare-tools" }, step(-1, "chevron-left", say("上一处改动")), this.#place, step(1, "chevron-right", say("下一处改动")), ...legend);
  }

  async #open(): Promise<void> {
    const addresses = [this.getAttribute("old")!, this.getAttribute("new")!];
    const texts = await Promise.all(addresses.map(async (address) => (await fetch(address, { credentials: "same-origin" })).text()));
    for (const [place, text] of texts.entries()) await this.#sides[place]!.viewer.importXML(text);
    for (const { viewer } of this.#sides) {
      this.#colour(viewer);
      const canvas = viewer.get<{ zoom(to?: string | number, centre?: string): number }>("canvas");
      canvas.zoom("fit-viewport", "auto");
      if (canvas.zoom() < READABLE) canvas.zoom(READABLE, "auto");
      viewer.on("canvas.viewbox.changed", ({ viewbox }: { viewbox: Box }) => this.#follow(viewer, viewbox));
    }
    this.#tell();
    this.#go(0);
    this.dataset.ready = "";
  }

  #colour(viewer: NavigatedViewer): void {
    const registry = viewer.get<{ get(id: string): Shape | undefined }>("elementRegistry");
    const factory = viewer.get<{ update(type: string, element: Shape, graphics: SVGElement): void }>("graphicsFactory");
    const canvas = viewer.get<{ getGraphics(element: Shape): SVGElement }>("canvas");
    for (const { element, act } of this.#marks) {
      const shape = registry.get(element);
      if (!shape) continue;
      shape.di.set("bioc:stroke", token(`--${COLOURS[act]}`));
      if (!shape.waypoints) shape.di.set("bioc:fill", token(`--${COLOURS[act]}-ground`));
      factory.update(shape.waypoints ? "connection" : "shape", shape, canvas.getGraphics(shape));
    }
  }

  /** Both sides show the same part of the page. */
  #follow(from: NavigatedViewer, { x, y, width, height }: Box): void {
    if (this.#following) return;
    this.#following = true;
    for (const { viewer } of this.#sides) if (viewer !== from) viewer.get<{ viewbox(box: Box): void }>("canvas").viewbox({ x, y, width, height });
    this.#following = false;
  }

  #go(to: number): void {
    if (!this.#marks.length) return;
    this.#at = (to + this.#marks.length) % this.#marks.length;
    this.#show(this.#marks[this.#at]!.element);
    this.#tell();
  }

  #show(id: string): void {
    for (const { viewer } of [...this.#sides].reverse()) {
      const shape = viewer.get<{ get(id: string): Shape | undefined }>("elementRegistry").get(id);
      if (!shape) continue;
      viewer.get<{ scrollToElement(element: Shape, padding: number): void }>("canvas").scrollToElement(shape, 120);
      return;
    }
  }

  #tell(): void {
    this.#place.textContent = this.#marks.length ? `${say("改动")} ${this.#at < 0 ? "–" : this.#at + 1} / ${this.#marks.length}` : say("这张图没有改动");
  }

  #row(target: Element): void {
    const id = target.closest<HTMLElement>("[data-change]")?.dataset.change;
    const at = this.#marks.findIndex(({ element }) => element === id);
    if (at >= 0) this.#go(at);
  }
}

customElements.define("bpmn-compare", BpmnCompare);
