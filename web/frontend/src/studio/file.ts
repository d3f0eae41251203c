import { send, sentence } from "../http";
import { clock, say } from "../words";

/** What the page shows beside the title: kept, not kept and why, or in conflict; `mine` is the copy of the device that the server did not take. */
export type Kept = { state: "saved" | "local" | "conflict" | "refused"; text: string; mine?: string };

interface Copy {
  text: string;
  rev: number;
}

const SAVE_AFTER = 2_000;
const RENEW_EVERY = 30_000;

/**
 * One file of a workspace: read, kept on the device at every change, saved to the server two seconds later, and held by a lock
 * while it is open. Nothing drawn is lost: without network, session or right to save, the copy of the device stays.
 */
export class WorkspaceFile {
  rev = 0;
  #saved = "";
  #text = "";
  #timer = 0;
  #busy: Promise<void> | undefined;
  #renewal = 0;

  constructor(
    readonly workspace: string,
    readonly path: string,
    readonly readonly: boolean,
    readonly tell: (kept: Kept) => void,
  ) {}

  get address(): string {
    return `/api/workspaces/${this.workspace}`;
  }

  /** The text to draw: the server's, or the device's if that was drawn on the same revision and never reached the server. */
  async open(): Promise<string> {
    const text = fetch(`${this.address}/file?path=${encodeURIComponent(this.path)}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const [response] = await Promise.all([text, this.readonly ? undefined : this.#hold()]);
    if (!response.ok) throw new Error(String(response.status));
    const found = (await response.json()) as Copy;
    this.rev = found.rev;
    this.#saved = this.#text = found.text;
    const copy = this.#copy;
    if (copy?.text === found.text) this.forget(); // it got there as the page went away
    if (!copy || this.readonly || copy.text === found.text) return found.text;
    if (copy.rev !== found.rev) {
      this.#quarrel(say("这台设备上还有一份没存上去的改动，服务器上已经有了更新的。"));
      return found.text;
    }
    this.#text = copy.text;
    this.#plan();
    return copy.text;
  }

  get #key(): string {
    return `studio|${this.workspace}|${this.path}`;
  }

  get #copy(): Copy | undefined {
    return (JSON.parse(localStorage.getItem(this.#key) ?? "null") as Copy | null) ?? undefined;
  }

  set #copy(copy: Copy) {
    localStorage.setItem(this.#key, JSON.stringify(copy));
  }

  /** The file was changed in the editor. */
  change(text: string): void {
    if (this.readonly || text === this.#text) return;
    this.#text = text;
    this.#copy = { text, rev: this.rev };
    this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.save(), SAVE_AFTER);
  }

  /** Sends what is not saved yet; one request at a time, the last text wins. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#busy;
    if (this.readonly || this.#text === this.#saved) return;
    this.#busy = this.#send(this.#text).finally(() => (this.#busy = undefined));
    await this.#busy;
  }

  async #send(text: string): Promise<void> {
    const answer = await send(`${this.address}/file`, { path: this.path, text, rev: this.rev });
    if (answer.ok) {
      this.rev = answer.body.rev as number;
      this.#saved = text;
      if (this.#text === text) this.forget();
      else this.#copy = { text: this.#text, rev: this.rev };
      return this.tell({ state: "saved", text: say("{time} 已保存", { time: clock() }) });
    }
    if (answer.status === 409) return this.#quarrel(sentence(answer.body));
    if (answer.status === 0) this.#plan();
    const why = answer.status === 0 ? say("没有网络，已存本机 {time}，连上后自动上传", { time: clock() }) : `${sentence(answer.body)} ${say("已存本机 {time}", { time: clock() })}`;
    this.tell({ state: answer.status === 0 ? "local" : "refused", text: why });
  }

  #quarrel(text: string): void {
    this.tell({ state: "conflict", text, mine: this.#copy?.text });
  }

  /** Give up what the device holds: the server's text is the one to go on with. */
  forget(): void {
    localStorage.removeItem(this.#key);
  }

  /** Put a new file beside this one into the workspace; one that is there already stays as it is. */
  async add(path: string, text: string): Promise<void> {
    const answer = await send(`${this.address}/file`, { path, text, rev: 0 });
    if (!answer.ok && answer.status !== 409) this.tell({ state: "refused", text: sentence(answer.body) });
  }

  /** Save mine over what is there now: the reader has seen both. */
  async overwrite(text: string): Promise<void> {
    const response = await fetch(`${this.address}/file?path=${encodeURIComponent(this.path)}`, { credentials: "same-origin" });
    if (response.ok) this.rev = ((await response.json()) as Copy).rev;
    this.#text = text;
    await this.save();
  }

  async #hold(): Promise<void> {
    const ask = async (): Promise<void> => {
      const answer = await send(`${this.address}/lock`, { path: this.path });
      if (answer.status === 409) this.#quarrel(sentence(answer.body));
    };
    await ask();
    this.#renewal = window.setInterval(() => void ask(), RENEW_EVERY);
    addEventListener("online", () => void this.save());
  }

  /** The page goes away: what is not saved yet goes to the server where a browser can send it then, else waits here; others may draw. */
  leave(): void {
    if (this.readonly) return;
    clearInterval(this.#renewal);
    clearTimeout(this.#timer);
    if (this.#text !== this.#saved) void send(`${this.address}/file`, { path: this.path, text: this.#text, rev: this.rev }, "POST", true);
    void send(`${this.address}/unlock`, { path: this.path }, "POST", true);
  }
}
