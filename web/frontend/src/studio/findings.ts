import { send } from "../http";
import { say } from "../words";

/** One click that cures a finding: what it does, to which word, with which value, and what its button says. */
export interface Cure {
  how: string;
  name: string;
  value: string;
  title: string;
}

/** One finding of the checks, as the server gives it in the language of the reader. */
export interface Finding {
  file: string;
  element: string;
  /** Which check found it. */
  code: string;
  message: string;
  advice: string;
  severity: "error" | "warning";
  /** None where only a person can say how. */
  cure?: Cure | null;
}

/** The findings about the pack with one file as the editor has it; undefined while the server cannot be asked. */
export async function findings(workspace: string, path: string, text: string): Promise<Finding[] | undefined> {
  const answer = await send(`/api/workspaces/${workspace}/check`, { path, text });
  return answer.ok ? (answer.body.problems as Finding[]) : undefined;
}

/** The finding about a file that the editor itself cannot open. */
export function unreadable(file: string, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  return { file, element: "", code: "", message: say("打不开：{why}", { why }), advice: say("看看源文件，或恢复原样。"), severity: "error" };
}
