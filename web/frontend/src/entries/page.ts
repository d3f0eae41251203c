// Every page: styles, htmx, and the small islands.
import "../styles/index.css";
import "htmx.org";
import "../islands/action-form";
import "../islands/confirm-dialog";
import "../islands/copy-text";
import "../islands/error-summary";
import "../islands/live-region";
import "../islands/look-switch";
import "../islands/reading-time";
import "../islands/toast-line";
import { listen } from "../keys";

listen();
