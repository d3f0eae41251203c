import { say } from "../words";
import type { Paper } from "./paper";

/** For a form: a link with a hash asks its page with the answers that the hash names, no others; `data-set` there is taken over. */
export function asking(form: HTMLElement, paper: Paper): HTMLDialogElement {
  const box = Object.assign(document.createElement("dialog"), { className: "dialog" });
  form.addEventListener("click", async (event) => {
    const [offer, link] = ["dialog [data-set]", '.fjs-container a[href^="/"][href*="#"]'].map((part) => (event.target as Element).closest<HTMLAnchorElement>(part));
    for (const [key, value] of Object.entries(JSON.parse(offer?.dataset.set ?? "{}") as object)) paper.set(key, value);
    if (offer) box.close();
    if (!link) return;
    event.preventDefault();
    const asked = Object.fromEntries(link.hash.slice(1).split(",").map((key) => [key, paper.data[key]]));
    const answer = await fetch(`${link.pathname}?answers=${encodeURIComponent(JSON.stringify(asked))}`);
    box.innerHTML = `${await answer.text()}<form method="dialog"><button class="btn">${say("取消")}</button></form>`;
    box.showModal();
  });
  return box;
}
