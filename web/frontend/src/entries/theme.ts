// Runs before the first paint: without a choice of the reader the page follows the system.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = (): void => {
  if (!document.cookie.includes("theme=dark") && !document.cookie.includes("theme=light")) {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }
};
follow();
dark.addEventListener("change", follow);
