import BpmnModeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule } from "bpmn-js-properties-panel";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import BpmnColorPickerModule from "bpmn-js-color-picker";
import TokenSimulationModule from "bpmn-js-token-simulation";
import behaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import minimap from "diagram-js-minimap";
import { token } from "../../diagram/colours";
import type { Words } from "../vocabulary";
import { yekuoPanel } from "./panel";
import { speaking } from "./speak";

/** What the editor asks of bpmn-js; the rest of its services is reached by `get`. */
export interface Modeler {
  importXML(xml: string): Promise<{ warnings: { message: string }[] }>;
  saveXML(options: { format: boolean }): Promise<{ xml?: string }>;
  get<T>(name: string): T;
  on(event: string, listener: (event: never) => void): void;
  destroy(): void;
}

/** bpmn-js with the panel of the C7 dialect, our own panel above it, minimap, colours, simulation and keyboard. */
export function makeModeler(canvas: HTMLElement, panel: HTMLElement, words: Words, readonly: boolean): Modeler {
  const drawing = [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule, behaviors, TokenSimulationModule, minimap];
  const tools = readonly ? [still] : [CreateAppendAnythingModule, BpmnColorPickerModule];
  return new BpmnModeler({
    container: canvas,
    propertiesPanel: { parent: panel },
    moddleExtensions: { camunda },
    keyboard: { bind: !readonly },
    textRenderer: { defaultStyle: { fontFamily: token("--font"), fontSize: 14 }, externalStyle: { fontSize: 13 } },
    additionalModules: [...drawing, ...tools, speaking, yekuoPanel, { yekuoWords: ["value", words] }],
  } as unknown as ConstructorParameters<typeof BpmnModeler>[0]) as unknown as Modeler;
}

/** A diagram that is only looked at: nothing can be picked up, and no tool is offered. */
const nothing = ["value", {}];
const still = {
  bendpoints: nothing,
  bpmnReplace: nothing,
  paletteProvider: nothing,
  contextPad: ["value", { open() {}, close() {}, registerProvider() {}, isOpen: () => false }],
  directEditing: ["value", { cancel() {}, complete() {}, registerProvider() {}, isActive: () => false }],
  dragging: ["value", { init() {}, setOptions() {}, active() {}, cancel() {} }],
};
