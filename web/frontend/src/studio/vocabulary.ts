/** What an editor may offer, as the server reads it from the files of the workspace. */
export interface Word {
  id: string;
  title: string;
  file: string;
}

export type Kind = "roles" | "stages" | "regions" | "forms" | "decisions" | "processes" | "messages" | "limits" | "topics" | "variables" | "functions";
export type Words = Record<Kind, Word[]>;

const NOTHING: Words = { roles: [], stages: [], regions: [], forms: [], decisions: [], processes: [], messages: [], limits: [], topics: [], variables: [], functions: [] };

/** The words of a workspace; none when they cannot be read, so that drawing goes on. */
export async function vocabulary(workspace: string): Promise<Words> {
  const response = await fetch(`/api/workspaces/${workspace}/words`, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => undefined);
  return response?.ok ? ((await response.json()) as Words) : NOTHING;
}
