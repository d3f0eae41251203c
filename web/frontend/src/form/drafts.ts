import type { Data } from "./schema";
import { send } from "../http";
import { clock, say } from "../words";

/** Keeps what is typed: every 5 s, on blur and on leaving to the server; on this device until the server has it. */
export class Drafts {
  #kept = "";
  #timer = 0;

  constructor(private readonly url: string, private readonly read: () => Data, private readonly tell: (text: string) => void) {}

  start(): void {
    this.#kept = this.left ? "" : JSON.stringify(this.read());
    if (!this.url) return;
    this.#timer = window.setInterval(() => void this.save(), 5000);
    window.addEventListener("online", () => void this.save());
    // A phone may end a page that was only put aside, without another word.
    for (const left of ["pagehide", "visibilitychange"]) window.addEventListener(left, () => void this.save(true));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
    localStorage.removeItem(this.#name);
  }

  /** Text that this device kept when the network or the session was gone. */
  get left(): Data | null {
    return JSON.parse(localStorage.getItem(this.#name) ?? "null") as Data | null;
  }

  /** Forms without a draft on the server are known by their page. */
  get #name(): string {
    return `draft:${this.url || location.pathname}`;
  }

  keep(): void {
    localStorage.setItem(this.#name, JSON.stringify(this.read()));
  }

  async save(leaving = false): Promise<void> {
    const data = this.read();
    const text = JSON.stringify(data);
    if (!this.#timer || text === this.#kept) return;
    if (leaving) this.keep();
    const answer = await send(this.url, { data }, "POST", leaving);
    if (answer.ok) {
      this.#kept = text;
      localStorage.removeItem(this.#name);
      this.tell(say("{time} 已保存，可换设备继续", { time: clock() }));
    } else {
      this.keep();
      const time = { time: clock() };
      this.tell(answer.status === 0 ? say("没有网络，已存本机 {time}，连上后自动上传", time) : say("服务器没有收下，已存本机 {time}", time));
    }
  }
}
