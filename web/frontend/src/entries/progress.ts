// The public progress page.
import "../islands/progress-query";
