// Two versions of a diagram side by side.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "../../styles/diagram.css";
import "../../styles/studio.css";
import "../words";
import "../bpmn-compare";
