// Every page: styles, the small islands, and htmx where it is used.
import "../styles/index.css";
import "../islands/action-form";
import "../islands/copy-text";
import "../islands/error-summary";
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
