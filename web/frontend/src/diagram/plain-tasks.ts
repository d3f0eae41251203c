/** Draws user tasks without the type icon: in a small box it runs into a four-character name. */
type Handlers = { handlers: Record<string, unknown> };

function PlainTasks(bpmnRenderer: Handlers): void {
  bpmnRenderer.handlers["bpmn:UserTask"] = bpmnRenderer.handlers["bpmn:Task"];
}
PlainTasks.$inject = ["bpmnRenderer"];

export const plainTasks = { __init__: ["plainTasks"], plainTasks: ["type", PlainTasks] };
