/** The status vocabulary, the same as templates/parts/status.html; a test compares the two. */
export type Status = { label: string; icon: string };

export const STATUSES: Record<string, Status> = {
  incident: { label: "异常", icon: "alert-triangle" },
  overdue: { label: "超期", icon: "alert-circle" },
  due_soon: { label: "临期", icon: "clock-exclamation" },
  on_time: { label: "按时", icon: "circle" },
  active: { label: "办理中", icon: "progress" },
  paused: { label: "已暂停", icon: "player-pause" },
  finished: { label: "已办结", icon: "check" },
};
