/** Make an element: attributes as an object, `text` and event handlers included. */
type Given = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, given: Given = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** An icon of the sprite that the page already uses. */
export function glyph(name: string, size = 16): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  const sprite = document.querySelector("svg.glyph use")?.getAttribute("href")?.split("#")[0] ?? "/static/dist/icons.svg";
  use.setAttribute("href", `${sprite}#${name}`);
  const facts = { class: "glyph", width: size, height: size, "aria-hidden": true };
  for (const [name, value] of Object.entries(facts)) svg.setAttribute(name, String(value));
  svg.append(use);
  return svg;
}

/** JSON that the page carries for an island. */
export function part<T>(host: Element, name: string, otherwise: T): T {
  const text = host.querySelector(`script[data-part="${name}"]`)?.textContent;
  return text ? (JSON.parse(text) as T) : otherwise;
}

/** Typing into a field, or composing Chinese: single-letter keys are not commands then. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return event.isComposing || target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** When what was changed has been drawn and has had its effects. */
export async function drawn(): Promise<void> {
  for (const _ of [1, 2]) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

/** A plain file field is a button of ours; the name of the file that was taken stands beside it. */
export function nameFiles(): void {
  document.addEventListener("change", ({ target }) => {
    const place = target instanceof HTMLInputElement && target.type === "file" ? target.closest(".file-choice")?.querySelector("output") : undefined;
    if (place) place.textContent = (target as HTMLInputElement).files?.[0]?.name ?? "";
  });
}

/** In a row that is wider than the screen the current one is in sight. */
export function showCurrent(): void {
  for (const current of document.querySelectorAll<HTMLElement>(".segments > [aria-current], .tabs > [aria-current]")) {
    const row = current.parentElement!;
    row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  }
}
