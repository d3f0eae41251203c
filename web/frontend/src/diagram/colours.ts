/** The colours of the running theme, read from the tokens so that no colour stands in a script. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Done green, active blue, due soon amber, overdue red, paused violet, incident magenta; everything else grey. */
export function pair(state: string): { stroke: string; fill: string } {
  if (state === "on_time") return { stroke: token("--accent"), fill: token("--active-ground") };
  const name = state.replace("_", "-");
  const stroke = token(`--${name === "active" ? "accent" : name}`);
  return stroke ? { stroke, fill: token(`--${name}-ground`) } : { stroke: token("--strong"), fill: token("--surface") };
}

export function defaults(): { defaultStrokeColor: string; defaultFillColor: string; defaultLabelColor: string } {
  return { defaultStrokeColor: token("--strong"), defaultFillColor: token("--surface"), defaultLabelColor: token("--text") };
}
