/**
 * htmx comes only to pages that use it, and only when the page is complete: before, it would miss its own start.
 * Beside a designed form, which is heavy enough, it comes with the first form that needs it.
 */
const WANTED = "[hx-get], [hx-post], [hx-trigger], [hx-boost]";

async function bring(root: Element): Promise<void> {
  const { default: htmx } = await import("htmx.org");
  htmx.process(root);
  // A row chosen before this came, or kept in a list made anew, shows its own preview; the first one has it from the start.
  const rows = [...root.querySelectorAll("[data-row]")];
  const chosen = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (chosen > 0) rows[chosen]!.dispatchEvent(new CustomEvent("row-selected", { bubbles: true }));
}

async function onFirstUse(event: SubmitEvent): Promise<void> {
  const form = event.target as HTMLFormElement;
  if (!form.matches(WANTED)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.removeEventListener("submit", onFirstUse, true);
  await bring(document.body);
  form.requestSubmit(event.submitter);
}

/** Make the htmx attributes below `root` work. */
export function enliven(root: Element): void {
  if (!root.matches(WANTED) && !root.querySelector(WANTED)) return;
  if (document.querySelector("form-fill")) document.addEventListener("submit", onFirstUse, true);
  else if (document.readyState === "complete") void bring(root);
  else addEventListener("load", () => void bring(root), { once: true });
}
