import { typing } from "./dom";

/** Keys of every page; rows are `[data-row]` with a link `[data-main]` inside, goals are links with `data-go`. */
let pendingGo = 0;

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];

const selected = (): HTMLElement | undefined => rows().find((row) => row.getAttribute("aria-selected") === "true");

const choose = (chosen: HTMLElement): void => rows().forEach((row) => row.setAttribute("aria-selected", String(row === chosen)));

function move(step: number): void {
  const all = rows();
  const now = selected();
  const next = all[Math.min(all.length - 1, Math.max(0, (now ? all.indexOf(now) : -1) + step))];
  if (!next) return;
  choose(next);
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  next.dispatchEvent(new CustomEvent("row-selected", { bubbles: true }));
}

function press(part: string): boolean {
  const control = (selected() ?? document).querySelector<HTMLElement>(part) ?? document.querySelector<HTMLElement>(part);
  control?.click();
  return Boolean(control);
}

const COMMANDS: Record<string, () => unknown> = {
  "/": () => document.querySelector<HTMLElement>(".search input, [data-search]")?.focus(),
  "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
  g: () => (pendingGo = Date.now()),
  j: () => move(1),
  k: () => move(-1),
  Enter: () => selected() && press("[data-main]"),
  c: () => press("[data-claim]"),
  x: () => press("[data-tick]"),
};

function onKey(event: KeyboardEvent): void {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.target as HTMLElement).closest("dialog") || (event.key === "Enter" && !(event.target as HTMLElement).matches("[data-row], body"))) return;
  if (localStorage.getItem("letters") === "off" && event.key.length === 1) return;
  if (Date.now() - pendingGo < 1200) {
    pendingGo = 0;
    if (press(`[data-go="${event.key}"]`)) event.preventDefault();
    return;
  }
  const command = COMMANDS[event.key];
  if (!command) return;
  event.preventDefault();
  command();
}

function onOpen(event: Event): void {
  const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row][aria-selected]");
  if (row) choose(row);
  if ((event.target as HTMLElement).closest("[data-print]")) return print();
  const opener = (event.target as HTMLElement).closest<HTMLElement>("[data-opens]");
  const goal = opener && document.getElementById(opener.dataset.opens ?? "");
  if (!goal) return;
  event.preventDefault();
  if (goal instanceof HTMLDialogElement) goal.showModal();
  else if (goal instanceof HTMLDetailsElement) goal.open = !goal.open;
}

/** `<confirm-dialog>`: a button that opens a dialog, which begins on the button that closes it; the browser brings the focus back. */
function onAsk(event: Event): void {
  const part = (event.target as HTMLElement).closest<HTMLElement>("confirm-dialog [data-part]");
  const box = part?.closest("confirm-dialog");
  if (part?.dataset.part === "cancel") part.closest("dialog")?.close();
  if (part?.dataset.part !== "open") return;
  box?.querySelector("dialog")?.showModal();
  box?.querySelector<HTMLElement>("[data-part=cancel]")?.focus();
}

/** One menu at a time; a click elsewhere and Esc close it. */
function closeMenus(event: Event): void {
  if (event instanceof KeyboardEvent && event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    const inside = menu.contains(event.target as Node) || (event.target as HTMLElement).closest?.(`[data-opens="${menu.id}"]`);
    if (event instanceof KeyboardEvent) menu.querySelector("summary")?.focus();
    if (event instanceof KeyboardEvent || !inside) menu.open = false;
  }
}

export function listen(): void {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("click", closeMenus);
  document.addEventListener("click", onOpen);
  document.addEventListener("click", onAsk);
}
