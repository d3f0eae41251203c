"""Forms drawn with form-js, understood and validated on the server."""

from forms.checks import check_files
from forms.errors import FormError, FormErrors, FormUnreadable
from forms.form import Clean, Form
from forms.formats import FORMATS, Format
from forms.sealing import sealed
from forms.summary import Row

__all__ = [
    "FORMATS",
    "Clean",
    "Form",
    "FormError",
    "FormErrors",
    "FormUnreadable",
    "Format",
    "Row",
    "check_files",
    "sealed",
]
