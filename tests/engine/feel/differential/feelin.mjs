// Evaluates the expressions of a JSON file with feelin, the FEEL of the browser, and prints their values as JSON.
import { readFileSync } from "node:fs";
import { evaluate } from "@bpmn-io/feelin";

const { context, sources } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const values = sources.map((source) => {
  try {
    return { value: evaluate(source, context).value ?? null };
  } catch (error) {
    return { error: String(error) };
  }
});
process.stdout.write(JSON.stringify(values));
