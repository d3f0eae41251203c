// Writes a module of our own front end as a plain script. Given: the module and the name that the script gives it.
import { readFileSync } from "node:fs";
import { rolldown } from "rolldown";

const [input, name] = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { output } = await (await rolldown({ input })).generate({ format: "iife", name });
console.log(JSON.stringify(output[0].code));
