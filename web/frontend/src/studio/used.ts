import { make } from "../dom";
import { say } from "../words";

interface Use {
  id: string;
  file: string;
  element: string;
  name: string;
}

/** Who refers to what stands in a file, as links that choose the element; nothing while the server cannot be asked. */
export async function usedIn(workspace: string, path: string): Promise<HTMLElement | string> {
  const response = await fetch(`/api/workspaces/${workspace}/uses?path=${encodeURIComponent(path)}`, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => undefined);
  const uses = response?.ok ? ((await response.json()) as Use[]) : [];
  if (!uses.length) return "";
  const rows = uses.map((use) => make("li", {}, place(use), make("small", {}, ` ${use.file}`)));
  return make("details", { class: "uses" }, make("summary", {}, say("用在 {n} 处", { n: uses.length })), make("p", { class: "hint" }, say("改编号或移出会断开它们。")), make("ul", { class: "places" }, ...rows));
}

function place({ file, element, name }: Use): HTMLElement {
  if (!element) return make("code", {}, name);
  const address = new URL(location.href);
  address.searchParams.set("path", file);
  address.hash = element;
  return make("a", { href: address.href }, name);
}
