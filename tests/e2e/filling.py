"""Typing into designed forms as people do: by label and mouse, field by field, with real files."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

#: Said instead of a value: a file of this kind is chosen and uploaded.
PDF: Final = "a PDF"
PHOTO: Final = "a photo"
#: A stroke of the pen on the page.
SIGNED: Final = "a signature"
#: One empty page.
_PAGE: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def photo(shade: int = 255, stripe: int = 8, width: int = 960) -> bytes:
    """A picture that can be read: stripes as sharp as print; `stripe` 0 leaves the paper blank."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    line = bytes(0 if stripe and x // stripe % 2 else shade for x in range(width))
    rows = (b"\0" + line) * (width * 2 // 3)
    head = struct.pack(">IIBBBBB", width, width * 2 // 3, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def document(folder: Path, name: str) -> dict[str, Any]:
    """A form file."""
    found: dict[str, Any] = json.loads((folder / f"{name}.form").read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Entry:
    """One field to fill in."""

    component: Mapping[str, Any]
    value: Any
    #: Rows of the lists that it stands in.
    rows: tuple[int, ...] = ()
    #: Shown only after an outcome has been chosen.
    after_outcome: bool = False

    @property
    def place(self) -> str:
        """How the id of its element ends."""
        return "-".join(("", str(self.component["id"]))) + "".join(f"_{row}" for row in self.rows)


def entries(components: list[Any], answers: Mapping[str, Any]) -> list[Entry]:
    """The fields of these components that have an answer, in the order of the form.

    Raises:
        KeyError: An answer has no field.
    """
    answers = dict(answers)
    found = list(_entries(components, answers, (), False))
    if answers:
        raise KeyError(f"The form has no fields {sorted(answers)}.")
    return found


def _entries(components: list[Any], answers: dict[str, Any], rows: tuple[int, ...], late: bool) -> Iterator[Entry]:
    for component in components:
        hidden = late or "outcome" in str(component.get("conditional", {}).get("hide", ""))
        path = component.get("path")
        if component["type"] == "dynamiclist" and path in answers:
            for row, one in enumerate(answers.pop(path)):
                yield Entry(component, row + 1, rows, hidden)
                rest = dict(one)
                yield from _entries(component["components"], rest, (*rows, row), hidden)
                if rest:
                    raise KeyError(f"A row of {path} has no fields {sorted(rest)}.")
        elif component["type"] == "group":
            inner = dict(answers.pop(path, {})) if path else answers
            yield from _entries(component["components"], inner, rows, hidden)
            if path and inner:
                raise KeyError(f"The group {path} has no fields {sorted(inner)}.")
        elif component.get("key") in answers and component["type"] != "expression":
            yield Entry(component, answers.pop(component["key"]), rows, hidden)


class Sheet:
    """The form on a page."""

    def __init__(self, page: Page, schema: Mapping[str, Any]) -> None:
        self._page, self._schema = page, schema
        self._form = page.locator("form-fill")

    def submit(self, answers: Mapping[str, Any], outcome: str = "") -> None:
        """Fill everything in and press the button of the outcome, or the only one; waits for the next page."""
        all_ = entries(self._schema["components"], answers)
        self.type(one for one in all_ if not one.after_outcome)
        late = [one for one in all_ if one.after_outcome]
        if late:
            self.press(outcome)
            # The first of the fields that the outcome opens takes the focus.
            expect(self._form.locator(".fjs-container :focus")).to_have_count(1)
            self.type(late)
        self.go_on(outcome)

    def steps(self) -> list[tuple[str, list[Any]]]:
        """Title and components of each step of a stepwise form."""
        return [(group["label"], [group]) for group in self._schema["components"] if group["type"] == "group"]

    def press(self, outcome: str = "") -> None:
        """Press the button of an outcome, or the primary one."""
        chosen = f'button[value="{outcome}"]' if outcome else "button.btn-primary"
        self._form.locator(".form-foot").locator(chosen).click()

    def go_on(self, outcome: str = "") -> None:
        """Press and wait until another page has come; a refusal fails with its words."""
        self._page.locator("body").evaluate("body => { body.dataset.before = '' }")
        self.press(outcome)
        refused = self._page.locator("body[data-before] form-fill .errors")
        self._page.locator("body:not([data-before])").or_(refused).first.wait_for()
        if refused.count():
            raise AssertionError(f"The form was refused: {refused.inner_text()}")
        self._page.wait_for_load_state("load")

    def expect_no_refusal(self) -> None:
        """Nothing is listed as wrong; a failure says what is."""
        expect(self._form.locator(".errors")).to_have_text([])

    def type(self, chosen: Iterator[Entry] | list[Entry]) -> None:
        """Fill fields in, each in the way of its kind."""
        for entry in chosen:
            kind = str(entry.component["type"])
            getattr(self, f"_{kind}")(entry)

    def _at(self, entry: Entry, more: str = "") -> Locator:
        return self._form.locator(f'[id^="fjs-form-"][id$="{entry.place}{more}"]')

    def _around(self, entry: Entry, more: str = "") -> Locator:
        """The field with its label and all that belongs to it."""
        inner = self._page.locator(f'[id^="fjs-form-"][id$="{entry.place}{more}"]')
        return self._form.locator(f".fjs-form-field-{entry.component['type']}").filter(has=inner)

    def _textfield(self, entry: Entry) -> None:
        self._at(entry).fill(str(entry.value))

    _textarea = _number = _textfield

    def _checkbox(self, entry: Entry) -> None:
        self._at(entry).set_checked(bool(entry.value))

    def _radio(self, entry: Entry) -> None:
        self._check(self._at(entry, f"-{self._number_of(entry.component, entry.value)}"))

    def _checklist(self, entry: Entry) -> None:
        """Values, or labels where the choices are computed."""
        for value in entry.value:
            if entry.component.get("values"):
                self._check(self._at(entry, f"-{self._number_of(entry.component, value)}"))
            else:
                self._check(self._around(entry, "-0").get_by_label(value, exact=True))

    @staticmethod
    def _check(box: Locator) -> None:
        """The form draws what was chosen a moment after the click."""
        if not box.is_checked():
            box.click()
        expect(box).to_be_checked()

    def _select(self, entry: Entry) -> None:
        """A value, or a label where the choices are computed."""
        label = entry.value
        if entry.component.get("values"):
            label = entry.component["values"][self._number_of(entry.component, entry.value)]["label"]
        field = self._around(entry)
        if not field.locator(".fjs-dropdownlist").is_visible():
            field.locator(".fjs-input-group").click()
        field.locator(".fjs-dropdownlist-item").get_by_text(label, exact=True).click()
        expect(self._at(entry, "-display")).to_have_text(label)

    def _datetime(self, entry: Entry) -> None:
        """`2026-12-01`, with ` 09:30` where the time is asked too."""
        day, _, time = str(entry.value).replace("T", " ").partition(" ")
        date = self._at(entry, "-date")
        date.fill(day.replace("-", "/"))
        date.press("Enter")
        date.press("Escape")
        if time:
            clock = self._at(entry, "-time")
            clock.fill(time)
            clock.press("Enter")

    def _filepicker(self, entry: Entry) -> None:
        field = self._at(entry)
        if entry.value == SIGNED:
            self._sign(field)
        else:
            self._upload(field, entry.value)
        expect(field.locator("li .ink-finished")).to_have_count(1)

    def _upload(self, field: Locator, value: str) -> None:
        name, kind, data = (
            ("照片.png", "image/png", photo()) if value == PHOTO else ("扫描件.pdf", "application/pdf", _PAGE)
        )
        field.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": data})

    def _sign(self, field: Locator) -> None:
        pad = field.locator("canvas")
        # Away from the bar at the foot of the window.
        pad.evaluate("canvas => canvas.scrollIntoView({ block: 'center', behavior: 'instant' })")
        box = pad.bounding_box()
        assert box is not None
        self._page.mouse.move(box["x"] + 20, box["y"] + 40)
        self._page.mouse.down()
        self._page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
        self._page.mouse.up()
        field.get_by_role("button", name="签好了").click()

    def _dynamiclist(self, entry: Entry) -> None:
        """As many rows as wanted."""
        field = self._around(entry)
        rows = field.locator(".fjs-repeat-row-container")
        expect(field).to_be_visible()
        for count in range(rows.count(), entry.value):
            field.locator(".fjs-repeat-render-add").click()
            expect(rows).to_have_count(count + 1)

    @staticmethod
    def _number_of(component: Mapping[str, Any], value: Any) -> int:
        return [choice["value"] for choice in component["values"]].index(value)
