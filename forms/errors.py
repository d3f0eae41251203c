"""What forms can refuse, as one tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.findings import Catalogue, Doubt

FINDINGS: Final = Catalogue("forms")


class FormError(Exception):
    """Root of all errors of forms."""


class FormUnreadable(FormError):
    """The document is no form-js schema; `doubt` says why."""

    def __init__(self, doubt: Doubt) -> None:
        self.doubt = doubt
        super().__init__(f"The form cannot be read: {doubt}. Open it in the form editor and save it again.")


class FormErrors(FormError):
    """The data do not fit the form; nothing was stored."""

    def __init__(self, errors: Mapping[str, Sequence[str]], by_id: Mapping[str, object]) -> None:
        #: Messages by component key, or by path such as `contacts.0.phone`.
        self.errors = {path: list(messages) for path, messages in errors.items()}
        #: The same by component id, nested by row number in lists, as form-js takes them.
        self.by_id = dict(by_id)
        super().__init__(f"{len(self.errors)} field(s) to correct: {', '.join(self.errors)}")
