// The sprite holds the icons whose names stand between quotation marks in the templates, islands, Python files and packs.
// A name written as icon("name"), icon: "name", icon = "name" or icons.svg#name must be one that tabler has.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

const NAMED = [/\bicon["']?\s*[=:(]\s*["']([a-z0-9-]+)["']/g, /icons\.svg#([a-z0-9-]+)/g];
const QUOTED = /["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']/g;
const SOURCES = [
  ["web", /\.(html|ts|py)$/],
  ["bpmn", /\bpack\.toml$/],
];
const SKIPPED = new Set(["node_modules", "static", "__pycache__"]);

/** Yields every file below `folder` whose name matches. */
function* files(folder, pattern) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* files(path, pattern);
    else if (entry.isFile() && pattern.test(entry.name)) yield path;
  }
}

/** The icon's file, or null when tabler has no icon of that name. */
function drawing(root, name) {
  const path = join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
  return existsSync(path) ? path : null;
}

/** The names that a source text uses; throws for a name that is clearly meant as an icon and is none. */
function namesIn(root, path) {
  const text = readFileSync(path, "utf8");
  const meant = NAMED.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name));
  const unknown = meant.filter((name) => !drawing(root, name));
  if (unknown.length) throw new Error(`${relative(root, path)}: @tabler/icons has no icon "${unknown.join('", "')}": choose another name.`);
  return [...meant, ...[...text.matchAll(QUOTED)].map(([, name]) => name).filter((name) => drawing(root, name))];
}

/** The names of all icons in use, sorted. */
export function usedIcons(root) {
  const used = new Set();
  for (const [folder, pattern] of SOURCES) {
    for (const path of files(join(root, folder), pattern)) for (const name of namesIn(root, path)) used.add(name);
  }
  return [...used].sort();
}

// <use> inherits from the page, not from the sprite's root: the stroke is given on each symbol.
const STROKE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';

/** Turns one outline icon into a symbol in the colour of the text around it. */
function symbol(root, name) {
  const body = readFileSync(drawing(root, name), "utf8").replace(/<!--[\s\S]*?-->/, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "");
  return `<symbol id="${name}" viewBox="0 0 24 24" ${STROKE}>${body.replace(/\s*\n\s*/g, "")}</symbol>`;
}

/** The text of icons.svg. */
export function spriteText(root) {
  const symbols = usedIcons(root).map((name) => symbol(root, name));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Vite plugin: writes icons.svg beside the bundles. */
export function sprite(root) {
  return {
    name: "sprite",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icons.svg", source: spriteText(root) });
    },
  };
}
