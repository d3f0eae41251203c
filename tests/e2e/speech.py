"""Hears what the editors of the studio say in the language that is not the page's, with every corner of them opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

_SCRIPT: Final = Path(__file__).with_suffix(".js")
#: Names, abbreviations and words of FEEL that are the same in both languages.
SAME: Final = (
    *(
        "ID",
        "FEEL",
        "XML",
        "DMN",
        "BPMN",
        "CMMN",
        "JSON",
        "URL",
        "URI",
        "HTML",
        "HTTP",
        "ISO",
        "EL",
        "MIME",
        "JUEL",
        "UTC",
    ),
    *(
        "Java",
        "iFrame",
        "Groovy",
        "JavaScript",
        "Markdown",
        "Camunda",
        "Ctrl",
        "io",
        "px",
        "PT",
        "pdf",
        "image",
        "due",
        "plan",
    ),
    *("number", "string", "boolean", "time", "dateTime", "dayTimeDuration", "yearMonthDuration", "data", "class"),
)
#: What people wrote: names in a drawing, cells, ids, code, values that lists offer; findings are the server's.
WRITTEN: Final = ", ".join(
    (
        *(
            ".djs-visual",
            ".djs-direct-editing-parent",
            ".djs-minimap svg",
            ".bjs-crumb",
            ".bjs-drilldown",
            ".bts-scope",
        ),
        *("outline-list", ".rows", ".badge-above", ".cm-editor", "code", "pre", "kbd", "textarea", "datalist"),
        *("[contenteditable]", ".flatpickr-calendar", "try-decision label", ".bjs-powered-by", ".fjs-powered-by"),
        *("[data-entry-id^=yekuo-] option", "[data-group-id*=ProcessVariables] label"),
        "[data-entry-id$=Ref] option:not([value='']):not([value=create-new])",
        *(".bio-properties-panel-header-label", ".bio-properties-panel-collapsible-entry-header-title"),
        *(".fjs-form-field-label", ".fjs-form-field-text", ".fjs-form-field option"),
        *("td.input-cell .cell", "td.output-cell .cell", ".input-expression", ".input-label", ".output-label"),
        *(".output-name", ".input-variable", ".output-variable", ".decision-table-name", ".dms-input-select option"),
        *(".djs-search-result-primary", ".djs-search-result-secondary"),
    )
)


class Ear:
    """Listens to a page for words of the wrong language; `heard` holds each once.

    `files` are texts of what is drawn: what stands in them was written by people and may be in any language.
    """

    def __init__(self, page: Page, language: str, files: Iterable[str]) -> None:
        self.page, self.language = page, language
        self.pattern = r"[A-Za-z]{2,}" if language == "zh" else "[㐀-鿿]+"
        self.files = "\n".join(files)
        self.heard: set[str] = set()
        page.add_init_script(path=_SCRIPT)

    def listen(self) -> None:
        """Hear everything that the page says now."""
        found = self.page.evaluate("asked => speech.heard(asked)", [WRITTEN, SAME, self.pattern])
        self.heard |= {text for text in found if not self._written(text)}

    def _written(self, text: str) -> bool:
        said = text.rpartition(" (")[0]
        whole = re.search(rf"""[">]\s*{re.escape(said)}\s*["<]""", self.files) is not None
        return whole or (self.language == "en" and all(run in self.files for run in re.findall(self.pattern, said)))

    def panel(self) -> None:
        """Hear the whole properties panel of what is selected."""
        self.page.evaluate("() => speech.openPanel()")
        self.listen()

    def select(self, element: str) -> None:
        self.page.evaluate("id => speech.select(id)", element)

    def menu(self, button: str) -> None:
        """Hear what a button of palette or pad opens; it is shut again."""
        found = self.page.locator(button)
        if not found.count():
            return
        found.first.dispatch_event("click")
        self.page.wait_for_timeout(50)
        self.listen()
        self.page.keyboard.press("Escape")
