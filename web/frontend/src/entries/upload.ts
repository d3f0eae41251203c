// Pages that take files outside a designed form.
import "../islands/upload-field";
