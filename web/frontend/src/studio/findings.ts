import { send } from "../http";

/** One finding of the checks, as the server gives it in the language of the reader. */
export interface Finding {
  file: string;
  element: string;
  /** Which check found it. */
  code: string;
  message: string;
  advice: string;
  severity: "error" | "warning";
}

/** The findings about the pack with one file as the editor has it; undefined while the server cannot be asked. */
export async function findings(workspace: string, path: string, text: string): Promise<Finding[] | undefined> {
  const answer = await send(`/api/workspaces/${workspace}/check`, { path, text });
  return answer.ok ? (answer.body.problems as Finding[]) : undefined;
}
