// Whether the conditions of a JSON file hold in the browser, as form-js asks its engine.
import { readFileSync } from "node:fs";
import { unaryTest } from "@bpmn-io/feelin";

const holds = ([source, data]) => {
  try {
    return unaryTest(source, data).value === true;
  } catch {
    return false;
  }
};
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(process.argv[2], "utf8")).map(holds)));
