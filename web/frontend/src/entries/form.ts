// Pages with a designed form.
import "../islands/form-fill";
