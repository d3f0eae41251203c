// Pages with a live diagram.
import "../islands/bpmn-view";
