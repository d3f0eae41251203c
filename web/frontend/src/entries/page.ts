// Every page: styles, the small islands, and htmx where it is used.
import "../styles/index.css";
// Before any island reads what the device keeps.
import "../owner";
import "../islands/action-form";
import "../islands/copy-text";
import "../islands/live-region";
import "../islands/look-switch";
import "../islands/toast-line";
import { nameFiles, showCurrent } from "../dom";
import { enliven } from "../hypertext";
import { listen } from "../keys";

listen();
enliven(document.body);
nameFiles();
showCurrent();
