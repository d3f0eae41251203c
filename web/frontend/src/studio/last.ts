/** A command that the browser carries out even while the page goes away; nobody waits for its answer. */
export function sendLast(url: string, body: object): void {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token };
  void fetch(url, { method: "POST", keepalive: true, headers, body: JSON.stringify(body) }).catch(() => undefined);
}
