import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { make } from "../dom";
import { defaults, pair, token } from "./colours";
import { around, within, type Box } from "./place";
import { plainTasks } from "./plain-tasks";

/** Where a case stands: an element, its state of the vocabulary, and the words of the badge above it. */
export interface Token {
  element: string;
  state: string;
  text?: string;
  paper?: string;
  href?: string;
}

interface Drawn extends Box {
  id: string;
  type: string;
  di: { set(name: string, value: string | undefined): void };
  waypoints?: unknown;
  children?: unknown[];
}
interface Canvas {
  viewbox(box?: Box): { inner: Box; outer: { width: number; height: number }; scale: number };
  zoom(scale: number): number;
  addMarker(element: string, marker: string): void;
  getGraphics(element: Drawn): SVGElement;
  resized(): void;
}
type Registry = { get(id: string): Drawn | undefined; getAll(): Drawn[] };
type Factory = { update(type: "shape" | "connection", element: Drawn, graphics: SVGElement): void };
type Overlays = { add(element: string, type: string, overlay: object): void; remove(filter: { type: string }): void };

/** The room around a drawing in pixels, above it for badges. Tools, legend and mark have strips of their own. */
const ROOM = { top: 24, bottom: 8, side: 16 };

/** One diagram on a plate of HTML: draw, colour, look at all or at the current step. */
export class Drawing {
  readonly #viewer: NavigatedViewer;

  constructor(container: HTMLElement) {
    this.#viewer = new NavigatedViewer({
      container,
      bpmnRenderer: defaults(),
      textRenderer: { defaultStyle: { fontFamily: token("--font"), fontSize: 15 }, externalStyle: { fontSize: 14 } },
      zoomScroll: { enabled: false },
      additionalModules: [plainTasks],
    } as unknown as ConstructorParameters<typeof NavigatedViewer>[0]);
  }

  async open(xml: string): Promise<void> {
    await this.#viewer.importXML(xml);
    const scroll = this.#viewer.get<{ toggle(on: boolean): void }>("zoomScroll");
    const container = this.#canvas.getGraphics(this.#registry.getAll()[0]!).closest<HTMLElement>(".djs-container");
    container?.addEventListener("pointerdown", () => scroll.toggle(true));
    container?.addEventListener("pointerleave", () => scroll.toggle(false));
  }

  get #canvas(): Canvas {
    return this.#viewer.get("canvas") as Canvas;
  }

  get #registry(): Registry {
    return this.#viewer.get("elementRegistry") as Registry;
  }

  onPick(pick: (id: string) => void): void {
    this.#viewer.on("element.click", (event: { element: Drawn }) => pick(event.element.id));
  }

  /** Colour shapes and taken flows, put the badges above; the rest stays grey. */
  paint(tokens: Token[], flows: string[]): void {
    const overlays = this.#viewer.get("overlays") as Overlays;
    overlays.remove({ type: "badge" });
    for (const id of flows) this.#colour(id, "finished");
    for (const { element, state, text, paper } of tokens) {
      const shape = this.#colour(element, state);
      if (shape && state === "paused") this.#canvas.addMarker(element, "is-paused-shape");
      if (!shape || !text) continue;
      const html = make("span", { class: `badge-above is-${state}` }, make("span", { class: "screen-only" }, text), make("span", { class: "paper-only" }, paper || text));
      overlays.add(element, "badge", { position: { top: 0, left: shape.width / 2 }, scale: { min: 1, max: 1 }, html });
    }
  }

  #colour(id: string, state: string): Drawn | undefined {
    const element = this.#registry.get(id);
    if (!element) return undefined;
    const { stroke, fill } = pair(state);
    element.di.set("bioc:stroke", stroke);
    // A container keeps its ground, else what is inside would all look alike.
    if (!element.waypoints && !element.children?.length) element.di.set("bioc:fill", fill);
    const factory = this.#viewer.get("graphicsFactory") as Factory;
    factory.update(element.waypoints ? "connection" : "shape", element, this.#canvas.getGraphics(element));
    return element;
  }

  /** The scale at which the whole process fits between tools and mark. */
  get wholeScale(): number {
    const { inner, outer } = this.#canvas.viewbox();
    const across = (outer.width - 2 * ROOM.side) / inner.width;
    return Math.min(1.1, across, (outer.height - ROOM.top - ROOM.bottom) / inner.height);
  }

  showWhole(): void {
    this.#canvas.resized();
    const { inner } = this.#canvas.viewbox();
    this.#look(inner.x + inner.width / 2, inner.y + inner.height / 2, this.wholeScale);
  }

  /** The elements that are being worked on: all of them where that stays readable, else the first. */
  showNow(ids: string[], scale: number): void {
    const shapes = ids.map((id) => this.#registry.get(id)).filter((shape) => shape && !shape.children?.length) as Drawn[];
    if (!shapes.length) return this.showWhole();
    const { outer } = this.#canvas.viewbox();
    const [left, upper, right, lower] = around(shapes);
    const fit = Math.min(scale, (outer.width - 2 * ROOM.side) / (right - left), (outer.height - ROOM.top - ROOM.bottom) / (lower - upper));
    const [x, y, xx, yy] = fit < 0.6 ? around([shapes[0]!]) : [left, upper, right, lower];
    this.#look((x + xx) / 2, (y + yy) / 2, fit < 0.6 ? scale : fit);
  }

  /** Puts a point into the middle, as far as the drawing reaches: no empty half beside its first or last step. */
  #look(x: number, y: number, scale: number): void {
    this.#canvas.resized();
    const { inner, outer } = this.#canvas.viewbox();
    const { top, bottom, side } = ROOM;
    const [width, height] = [outer.width / scale, outer.height / scale];
    const left = within(x - width / 2, inner.x - side / scale, inner.x + inner.width + side / scale - width);
    const upper = within(y - height / 2, inner.y - top / scale, inner.y + inner.height + bottom / scale - height);
    this.#canvas.viewbox({ x: left, y: upper, width, height });
  }

  zoom(factor: number): void {
    this.#canvas.zoom(Math.min(3, Math.max(0.2, this.#canvas.viewbox().scale * factor)));
  }

  destroy(): void {
    this.#viewer.destroy();
  }
}
