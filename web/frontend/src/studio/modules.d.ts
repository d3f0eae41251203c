// Packages that bring no types along.
declare module "@bpmn-io/properties-panel";
declare module "bpmn-js-color-picker";
declare module "bpmn-js-create-append-anything";
declare module "bpmn-js-properties-panel";
declare module "bpmn-js-token-simulation";
declare module "camunda-bpmn-js-behaviors/lib/camunda-platform";
declare module "diagram-js-minimap";
declare module "bpmn-js-i18n/translations/zn.js" {
  const words: Record<string, string>;
  export default words;
}
declare module "bpmn-js-i18n-zh/lib/*" {
  const words: Record<string, string>;
  export default words;
}
declare module "dmn-js/lib/*";
