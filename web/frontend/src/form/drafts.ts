import type { Data } from "./schema";
import { send } from "../http";
import { clock, say } from "../words";

/** Keeps what is typed: every 5 s and on blur to the server; on this device while the server does not take it. */
export class Drafts {
  #kept = "";
  #timer = 0;

  constructor(
    private readonly url: string,
    private readonly read: () => Data,
    private readonly tell: (text: string) => void,
  ) {}

  start(): void {
    this.#kept = JSON.stringify(this.read());
    if (!this.url) return;
    this.#timer = window.setInterval(() => void this.save(), 5000);
    window.addEventListener("online", () => void this.save());
  }

  stop(): void {
    clearInterval(this.#timer);
    localStorage.removeItem(this.#name);
  }

  /** Text that this device kept when the network or the session was gone. */
  get left(): Data | undefined {
    const text = localStorage.getItem(this.#name);
    return text ? (JSON.parse(text) as Data) : undefined;
  }

  /** Forms without a draft on the server are known by their page. */
  get #name(): string {
    return `draft:${this.url || location.pathname}`;
  }

  keep(): void {
    localStorage.setItem(this.#name, JSON.stringify(this.read()));
  }

  async save(): Promise<void> {
    const data = this.read();
    const text = JSON.stringify(data);
    if (!this.url || text === this.#kept) return;
    const answer = await send(this.url, { data });
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
