import { make } from "../dom";
import { say } from "../words";
import type { Kept } from "./file";

/**
 * Says beside the title what became of the last change; a conflict gets a band with both ways out. The choice is fired on the
 * editor as `use-text` with the text that is to be drawn.
 */
export function keptLine(editor: HTMLElement): (kept: Kept) => void {
  const line = document.getElementById("saved");
  return (kept) => {
    editor.querySelector(".notice")?.remove();
    if (line) line.textContent = kept.state === "conflict" ? "" : kept.text;
    editor.dataset.kept = kept.state;
    if (kept.state === "conflict" || kept.state === "refused") editor.prepend(band(editor, kept));
  };
}

function band(editor: HTMLElement, kept: Kept): HTMLElement {
  const key = `studio|${editor.getAttribute("workspace")}|${editor.getAttribute("path")}`;
  const copy = localStorage.getItem(key);
  const use = (): void => {
    band.remove();
    editor.dispatchEvent(new CustomEvent("use-mine", { detail: { text: (JSON.parse(copy ?? "{}") as { text: string }).text } }));
  };
  const drop = (): void => {
    localStorage.removeItem(key);
    location.reload();
  };
  const band = make("div", { class: "notice is-due_soon", role: "alert" }, make("span", {}, kept.text));
  if (kept.state === "conflict" && copy) band.append(make("button", { type: "button", class: "btn", click: use }, say("用本机的")), make("button", { type: "button", class: "btn", click: drop }, say("用服务器的")));
  return band;
}
