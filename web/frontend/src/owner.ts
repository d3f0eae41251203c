/** What was typed at this device (drafts, files of the studio, forms of a lost session) is not for the next person. */
export function forget(): void {
  for (const store of [localStorage, sessionStorage]) for (const key of Object.keys(store)) if (/^(draft:|studio\||form:|owner$)/.test(key)) store.removeItem(key);
}

// A page without anybody keeps everything, so that a lost session loses nothing.
const owner = document.querySelector<HTMLMetaElement>("meta[name=owner]")?.content;
if (owner && (localStorage.getItem("owner") ?? owner) !== owner) forget();
if (owner) localStorage.setItem("owner", owner);
