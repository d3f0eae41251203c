// Bundles entry.js into the file given as argument; feelin keeps its reader to itself, so two names more are exported.
import { basename, dirname, resolve } from "node:path";
import { build } from "vite";

const target = resolve(process.argv[2]);
const opened = {
  name: "opened",
  transform: (code, id) => (id.includes("/@bpmn-io/feelin/") ? `${code}\nexport { interpreter, InterpreterContext };` : null),
};
await build({
  configFile: false,
  logLevel: "warn",
  plugins: [opened],
  build: {
    outDir: dirname(target),
    emptyOutDir: false,
    minify: false,
    target: "es2020",
    lib: { entry: resolve(import.meta.dirname, "entry.js"), formats: ["iife"], name: "feelin", fileName: () => basename(target) },
  },
});
