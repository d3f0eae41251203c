// feelin for QuickJS: expressions are read once, then evaluated over variables that come and go as JSON.
import { InterpreterContext, evaluate, interpreter } from "@bpmn-io/feelin";

const known = new Map();

/** Reads an expression every time, as feelin's own door does. */
export function read(source, variables) {
  return JSON.stringify(evaluate(source, JSON.parse(variables)).value);
}

let held = {};

/** Keeps variables for `bare`. */
export function hold(variables) {
  held = JSON.parse(variables);
}

/** The closure of an expression over variables that are here already: what is left when nothing is handed over. */
export function bare(source) {
  return JSON.stringify(closure(source, held)(held));
}

function closure(source, context) {
  if (!known.has(source)) known.set(source, interpreter.evaluate(source, context, undefined, new InterpreterContext()).root);
  return known.get(source);
}

/** Reads an expression the first time only. */
export function cached(source, variables) {
  const context = JSON.parse(variables);
  return JSON.stringify(closure(source, context)(context));
}
