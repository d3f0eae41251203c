import { glyph, make } from "../dom";
import { send, sentence } from "../http";
import { STATUSES } from "../status";
import { say } from "../words";

interface Stage {
  label: string;
  state: string;
  text: string;
  current: boolean;
}

interface Forecast {
  label: string;
  basis: string;
  days: string;
  day: string;
}

/** Progress for people who are not signed in: number and four digits are posted, so that neither stands in an address. */
class ProgressQuery extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#ask(event.target as HTMLFormElement);
    });
  }

  async #ask(form: HTMLFormElement): Promise<void> {
    const answer = await send(form.action, Object.fromEntries(new FormData(form)));
    const place = this.querySelector("[data-part=answer]");
    if (!answer.ok) return place?.replaceChildren(make("div", { class: "errors", role: "alert" }, glyph("alert-circle"), sentence(answer.body)));
    const { stages = [], in_charge = [], forecast = [] } = answer.body as { stages?: Stage[]; in_charge?: string[]; forecast?: Forecast[] };
    const now = stages.find((stage) => stage.current);
    const people = in_charge.length ? [make("p", { class: "lead" }, say("现在由 {who} 办理", { who: in_charge.join("、") }))] : [];
    const way = make("ol", { class: "way" }, ...stages.map((stage) => this.#stage(stage)));
    place?.replaceChildren(make("h2", {}, now?.label ?? say("已办结")), ...this.#finish(forecast), ...people, way);
  }

  #stage({ label, state, text, current }: Stage): HTMLElement {
    const coming = state === "on_time" && !current;
    const icon = state === "finished" ? "circle-check" : coming ? "circle" : "progress";
    const ink = state === "finished" ? "ink-finished" : coming ? "" : "ink-active";
    const words = current ? make("span", { class: `chip is-${state}` }, say(STATUSES[state]?.label ?? "")) : make("span", { class: "when" });
    return make("li", { class: `is-${coming ? "future" : state}` }, make("span", { class: ink }, glyph(icon, 20)), make("b", {}, label), words, make("p", {}, text));
  }

  #finish(forecast: Forecast[]): HTMLElement[] {
    const last = forecast.at(-1);
    if (!last) return [];
    const reasons = { due: "到它的时限", usual: "同类用时的中位数 {days} 个工作日", limit: "承诺时限 {days} 个工作日" } as Record<string, string>;
    const lines = forecast.map(({ label, basis, days, day }) => make("li", {}, make("span", {}, `${label} `, make("small", {}, say(reasons[basis] ?? "", { days }))), make("span", {}, day)));
    const how = make("details", { class: "sheet how" }, make("summary", {}, say("预计日期怎么算的")), make("ol", { class: "lines" }, ...lines));
    return [make("p", { class: "lead" }, say("预计 {day} 送电", { day: last.day })), how];
  }
}

customElements.define("progress-query", ProgressQuery);
