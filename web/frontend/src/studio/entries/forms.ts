// The editor of forms.
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "@bpmn-io/form-js/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js/dist/assets/properties-panel.css";
import "../../styles/form.css";
import "../../styles/studio.css";
import "../words";
import "../form-edit";
