"""An analyst and a reviewer at the studio: drafts, editors, and the page of a version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from engine import workspaces
from tests.e2e.people import Staff
from tests.e2e.site import Site

#: Suffix -> the element that edits such a file.
EDITORS = {"bpmn": "bpmn-edit", "dmn": "dmn-edit", "form": "form-edit"}
#: Where a point of a line is on the screen, measured along it.
_POINT = """(path, along) => {
    const { x, y } = path.getPointAtLength(along), at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
    return [at.x, at.y];
}"""

_COLOUR = """name => {
    const one = document.body.appendChild(document.createElement("i"));
    one.style.color = `var(${name})`;
    const told = getComputedStyle(one).color;
    one.remove();
    return told;
}"""


class Studio:
    """A desk at which packs are drawn."""

    def __init__(self, site: Site, page: Page, login: str = "analyst1") -> None:
        self.site, self.page, self.login = site, page, login
        self.draft = ""
        self.sign_in()

    def sign_in(self) -> None:
        Staff(self.site, self.page).sign_in(self.login, "studio")

    def begin(self) -> str:
        """Open a draft on the newest version; its address."""
        self.page.goto(f"{self.site.url}/studio")
        self.page.get_by_role("button", name="上开草稿").first.click()
        self.page.wait_for_url("**/studio/*")
        self.draft = self.page.url
        return self.draft

    def open(self, path: str) -> Locator:
        """The editor of a file, ready to draw."""
        self.page.goto(f"{self.draft}/edit?path={quote(path)}")
        return self.ready(path)

    def ready(self, path: str) -> Locator:
        editor = self.page.locator(EDITORS[path.rsplit(".", 1)[1]])
        expect(editor).to_have_attribute("data-ready", "")
        return editor

    def pick(self, name: str) -> None:
        """Choose an element in the outline, the keyboard way to the canvas."""
        self.page.locator("outline-list li").filter(has_text=name).first.click()

    def entry(self, id: str) -> Locator:
        """A field of the properties panel."""
        return self.page.locator(f"#bio-properties-panel-{id}")

    def group(self, id: str) -> None:
        """Open a group of the properties panel."""
        self.page.locator(f"[data-group-id=group-{id}] .bio-properties-panel-group-header").first.click()

    def insert(self, name: str, flow: str, along: float) -> None:
        """Put a user task from the palette onto a flow, so many units behind its beginning."""
        page = self.page
        page.locator(".djs-palette [data-action='create.task']").click()
        x, y = page.locator(f".djs-connection[data-element-id={flow}] .djs-visual > path").evaluate(_POINT, along)
        page.mouse.move(x + 30, y)
        page.mouse.move(x, y, steps=4)
        page.mouse.click(x, y)
        page.locator(".djs-direct-editing-content").press_sequentially(name)
        page.mouse.click(x + 260, y)
        self.pick(name)
        page.locator(".djs-context-pad [data-action='replace']").click()
        page.locator(".djs-popup [data-id='replace-with-user-task']").click()

    def rename(self, name: str, to: str) -> None:
        """Give an element another name in the properties panel; the field keeps the cursor."""
        self.pick(name)
        self.name(to)

    def name(self, to: str) -> None:
        """Name the chosen element."""
        if not self.entry("name").is_visible():
            self.group("general")
        self.entry("name").fill(to)

    def type_cell(self, entry: str, text: str) -> None:
        """Type into a cell of the decision table."""
        cell = self.page.locator(f"td[data-element-id={entry}]")
        cell.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Escape")

    def upload(self, files: Sequence[Path], folder: str = "") -> None:
        """Put files of the desktop into a folder of the draft."""
        page = self.page
        page.goto(self.draft)
        page.get_by_label("放进哪个文件夹").fill(folder)
        page.locator("#files").set_input_files(files)
        with page.expect_navigation():
            page.get_by_role("button", name="放进草稿").click()

    def shown(self) -> str:
        """What the editor writes of what it shows, read from the source."""
        source = self.page.locator("textarea.source")
        self.page.locator("#as-source").click()
        expect(source).to_be_visible()
        return source.input_value()

    def export(self) -> str:
        """What the editor writes of what it shows; it is read from the source, taken over and saved."""
        page, text = self.page, self.shown()
        page.locator("#as-drawing").click()
        expect(page.locator("textarea.source")).to_be_hidden()
        page.keyboard.press("Control+s")
        return text

    def downloaded(self, path: str) -> str:
        """A file as it is given to be kept."""
        api = self.draft.replace("/studio/", "/api/workspaces/")
        answer = self.page.request.get(f"{api}/raw?path={quote(path)}")
        assert answer.ok, answer.status_text
        return answer.text()

    def stored(self, path: str) -> str:
        """The text of a file as the server has it."""
        with self.site.reading() as connection:
            return workspaces.read(connection, self.draft.rsplit("/", 1)[1], path).content.decode()

    def wait_stored(self, path: str, text: str) -> None:
        """Wait until the server has a file in which the text stands."""
        for _ in range(100):
            if text in self.stored(path):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{text} never came to the server.")

    def findings(self) -> Locator:
        return self.page.locator("check-list .finding")

    def save(self) -> None:
        """Ctrl S; the line beside the title says that it is kept."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator("[data-kept]")).to_have_attribute("data-kept", "saved")


class Reviewer:
    """An administrator who reads, remarks, activates and takes back; who just signed in need not prove it again."""

    def __init__(self, site: Site, page: Page) -> None:
        self.site, self.page = site, page
        Staff(site, page).sign_in("admin1")

    def open(self, version: str) -> None:
        self.page.goto(f"{self.site.url}/studio")
        self.page.get_by_role("link", name=version, exact=True).first.click()
        self.page.wait_for_url("**/admin/deployments/*")

    def colour(self, name: str) -> str:
        """A colour of the theme as the browser writes it."""
        found: str = self.page.evaluate(_COLOUR, name)
        return found
