import { say } from "./words";

/** What the API answered; refusals are problem+json and never throw. */
export type Answer = { ok: boolean; status: number; body: Problem & Record<string, unknown> };

export interface Problem {
  title?: string;
  detail?: string;
  remedy?: string;
  reference?: string;
  errors?: Record<string, string[]>;
  status?: number;
  conflict?: { kind?: string; by?: string; at?: string; rev?: number; data?: Record<string, unknown> };
}

const HEADERS = (): Record<string, string> => ({ Accept: "application/json", "X-CSRF-Token": document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "" });

/** A command's own number, so that a repeated request is answered once. */
export const newId = (): string => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

const offline = (): Answer => ({ ok: false, status: 0, body: { title: say("没有网络，连上后再试") } });

function parsed(status: number, text: string): Answer {
  let body: Answer["body"] = {};
  try {
    body = text ? (JSON.parse(text) as Answer["body"]) : {};
  } catch {
    body = { title: say("这一步没有办成，您填的都还在。"), remedy: say("稍后再试。") };
  }
  return { ok: status >= 200 && status < 300, status, body };
}

/** Send one command as JSON; a last one is carried out even while the page goes away, up to 64 KiB. */
export async function send(url: string, body: unknown, method = "POST", keepalive = false): Promise<Answer> {
  try {
    const headers = { ...HEADERS(), "Content-Type": "application/json" };
    const response = await fetch(url, { method, keepalive, headers, body: JSON.stringify(body), credentials: "same-origin" });
    return parsed(response.status, await response.text());
  } catch {
    return offline();
  }
}

const PART = 500_000;

/** Send one file part by part with progress; after a cut connection the next part goes where the last one ended. */
export async function sendFile(url: string, file: File, fields: Record<string, string>, progress: (sent: number) => void, signal: AbortSignal): Promise<Answer> {
  const upload = newId();
  for (let offset = 0, cuts = 0; ; ) {
    const part = new File([file.slice(offset, offset + PART)], file.name, { type: file.type });
    const given = { ...fields, upload, offset: String(offset), total: String(file.size) };
    const answer = await sendPart(url, part, given, (sent) => progress(Math.min(offset + sent, file.size)), signal);
    const cut = answer.status === 0 || answer.status >= 502;
    if (cut ? cuts++ >= 20 : answer.status !== 202) return answer;
    if (cut) await new Promise((done) => setTimeout(done, Math.min(500 * cuts, 5000)));
    else [offset, cuts] = [Number(answer.body.offset), 0];
  }
}

function sendPart(url: string, part: File, fields: Record<string, string>, progress: (sent: number) => void, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", part, part.name);
    request.open("POST", url);
    for (const [name, value] of Object.entries(HEADERS())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => resolve(parsed(request.status, request.responseText)));
    request.addEventListener("error", () => resolve(offline()));
    request.addEventListener("abort", () => resolve({ ok: false, status: -1, body: {} }));
    if (signal.aborted) return resolve({ ok: false, status: -1, body: {} });
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Sign in again and come back to this place. */
export function signIn(): void {
  const door = document.body.classList.contains("portal") ? "/sign-in" : "/login";
  location.assign(`${door}?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** What went wrong and what to do, as one line. */
export function sentence(problem: Problem): string {
  const { title = say("这一步没有办成，您填的都还在。"), remedy = "", reference = "" } = problem;
  return [title, remedy, reference && say("编号 {reference}", { reference })].filter(Boolean).join(" ");
}
