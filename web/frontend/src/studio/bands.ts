import { make } from "../dom";
import { say } from "../words";
import type { Kept } from "./file";

/**
 * Says beside the title what became of the last change; a conflict gets a band with both ways out. The choice is fired on the
 * editor: `use-mine` with the text that is to be drawn, or `use-theirs`.
 */
export function keptLine(editor: HTMLElement): (kept: Kept) => void {
  const line = document.getElementById("saved");
  return (kept) => {
    editor.querySelector("[data-part=kept]")?.remove();
    if (line) line.textContent = kept.state === "conflict" ? "" : kept.text;
    editor.dataset.kept = kept.state;
    if (kept.state === "conflict" || kept.state === "refused") editor.prepend(band(editor, kept));
  };
}

function band(editor: HTMLElement, { state, text, mine }: Kept): HTMLElement {
  const choose = (event: string) => (): void => {
    band.remove();
    editor.dispatchEvent(new CustomEvent(event, { detail: { text: mine } }));
  };
  const band = make("div", { class: "notice is-due_soon", role: "alert", "data-part": "kept" }, make("span", {}, text));
  const way = (event: string, label: string): HTMLElement => make("button", { type: "button", class: "btn", click: choose(event) }, say(label));
  if (state === "conflict" && mine) band.append(way("use-mine", "用本机的"), way("use-theirs", "用服务器的"));
  return band;
}

/** What is not understood is not written either: the page says so before anything is saved. */
export function tellLost(editor: HTMLElement, lost: string[]): void {
  editor.querySelector("[data-part=lost]")?.remove();
  const text = say("有 {n} 处读不懂，保存后就没有了：{what}", { n: lost.length, what: lost.join("; ") });
  if (lost.length) editor.prepend(make("div", { class: "notice is-due_soon", role: "alert", "data-part": "lost" }, text));
}

/** Somebody else draws, one may not, or the screen is too narrow for it: then the page says so and takes no lock. */
export function looksOnly(editor: HTMLElement): boolean {
  if (editor.hasAttribute("readonly")) return true;
  if (!matchMedia("(max-width: 900px)").matches) return false;
  document.getElementById("save")?.remove();
  editor.prepend(make("div", { class: "notice is-info" }, say("屏幕太窄，这里只能看；要改请用电脑。")));
  return true;
}

/** The buttons above an editor, and Ctrl S; who goes on to submit takes along what was just drawn. */
export function listen(save: () => Promise<void>, asSource: (on: boolean) => void): void {
  document.getElementById("save")?.addEventListener("click", () => void save());
  document.getElementById("to-submit")?.addEventListener("click", (event) => {
    event.preventDefault();
    void save().then(() => location.assign((event.target as HTMLAnchorElement).href));
  });
  document.getElementById("as-source")?.addEventListener("click", () => asSource(true));
  document.getElementById("as-drawing")?.addEventListener("click", () => asSource(false));
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    void save();
  });
}
