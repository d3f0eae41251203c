// feelin for QuickJS: expressions are read once, then evaluated over variables that come and go as JSON.
import { InterpreterContext, evaluate, interpreter } from "@bpmn-io/feelin";

const known = new Map();

/** Reads an expression every time, as feelin's own door does. */
export function read(source, variables) {
  return JSON.stringify(evaluate(source, JSON.parse(variables)).value);
}

/** Reads an expression the first time only. */
export function cached(source, variables) {
  const context = JSON.parse(variables);
  if (!known.has(source)) known.set(source, interpreter.evaluate(source, context, undefined, new InterpreterContext()).root);
  return JSON.stringify(known.get(source)(context));
}
