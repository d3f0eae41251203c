"""A decision model: its elements and what they require of one another (DMN 1.5, chapter 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.dmn.document import Node, read
from engine.dmn.errors import DmnError, DmnProblem, problem
from engine.dmn.frame import Logic
from engine.dmn.itemtypes import ItemTypes
from engine.feel import Type

KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_REQUIREMENTS = {
    "informationRequirement": ("requiredDecision", "requiredInput"),
    "knowledgeRequirement": ("requiredKnowledge",),
}
#: most files that import one another
_MOST_IMPORTS = 50


@dataclass(slots=True, eq=False)
class Element:
    """An input, decision, business knowledge model or decision service."""

    id: str
    kind: str
    #: name of its variable
    name: str
    node: Node
    model: Model
    type: Type | None = None
    #: what it requires: (import name or "", element)
    requires: list[tuple[str, Element]] = field(default_factory=list)
    logic: Logic | None = None
    #: parameters of a knowledge model or service, with their types
    parameters: list[tuple[str, Type | None]] = field(default_factory=list)


class Model:
    """One file, with the models it imports."""

    def __init__(
        self, root: Node, files: Mapping[str, Node], problems: list[DmnProblem], path: tuple[str, ...]
    ) -> None:
        self.root = root
        self.namespace = root.get("namespace")
        self.name = root.get("name")
        self.problems = problems
        #: import name -> model
        self.imports: dict[str, Model] = {}
        for node in root.all("import"):
            self._import(node, files, path)
        self._refuse_languages(root)
        imported: dict[str, ItemTypes] = {name: model.types for name, model in self.imports.items()}
        self.types: ItemTypes = ItemTypes(root, imported, problems)
        self.elements: dict[str, Element] = {}
        for node in root.all(*KINDS):
            self._add(node)
        for element in self.elements.values():
            self._require(element)

    def _import(self, node: Node, files: Mapping[str, Node], path: tuple[str, ...]) -> None:
        if "/DMN/" not in node.get("importType"):
            return
        namespace, name = node.get("namespace"), node.get("name")
        file = files.get(namespace)
        place = node.get("id") or name or "import"
        if file is None:
            self.problems.append(problem(place, "import_missing", name=name))
        elif namespace in path or len(path) > _MOST_IMPORTS:
            self.problems.append(problem(place, "import_circular", name=name))
        else:
            self.imports[name] = Model(file, files, self.problems, (*path, namespace))

    def _refuse_languages(self, node: Node) -> None:
        """Report expressions in another language than FEEL: none of them is ever run."""
        language = node.get("expressionLanguage")
        if language and "feel" not in language.lower():
            place = node.get("id") or node.tag
            self.problems.append(problem(place, "language_unknown", name=language))
        for child in node.children:
            self._refuse_languages(child)

    def _add(self, node: Node) -> None:
        variable = node.first("variable")
        name = (variable.get("name") if variable else "") or node.get("name")
        identifier = node.get("id") or node.get("name")
        reference = variable.get("typeRef") if variable else ""
        if identifier in self.elements:
            self.problems.append(problem(identifier, "id_twice"))
        self.elements[identifier] = Element(
            identifier, node.tag, " ".join(name.split()), node, self, self.types.find(reference, identifier)
        )

    def _require(self, element: Element) -> None:
        for tag, inner in _REQUIREMENTS.items():
            for requirement in element.node.all(tag):
                for target in requirement.all(*inner):
                    found = self.resolve(target.get("href"))
                    if found is None:
                        self.problems.append(problem(element.id, "requirement_missing", name=target.get("href")))
                    else:
                        element.requires.append(found)

    def resolve(self, href: str) -> tuple[str, Element] | None:
        """Return the import name and the element that a reference names, None when there is none."""
        namespace, _, identifier = href.rpartition("#")
        if not namespace or namespace == self.namespace:
            found = self.elements.get(identifier)
            if found is not None:
                return "", found
        for name, model in self.imports.items():
            if model.namespace == namespace and identifier in model.elements:
                return name, model.elements[identifier]
        return None

    def targets(self, node: Node, tag: str) -> list[Element]:
        """Return the elements that the children `tag` of a node refer to; missing ones become problems."""
        found: list[Element] = []
        for child in node.all(tag):
            target = self.resolve(child.get("href"))
            if target is None:
                self.problems.append(problem(node.get("id"), "reference_missing", name=child.get("href")))
            else:
                found.append(target[1])
        return found

    def find(self, name: str) -> Element | None:
        """Return the decision or service with an id or a name."""
        found = self.elements.get(name)
        if found is not None:
            return found
        wanted = " ".join(name.split())
        matching = [e for e in self.elements.values() if wanted in (e.name, " ".join(e.node.get("name").split()))]
        return next((e for e in matching if e.kind != "inputData"), matching[0] if matching else None)


def read_beside(data: bytes, others: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """The other files that count for a file: all of them if it imports any, else none; raises DmnError like `read`."""
    return tuple(sorted(others.items())) if read(data).first("import") else ()


def read_model(data: bytes, imports: Mapping[str, bytes], problems: list[DmnProblem]) -> Model:
    """Return the model of a file together with those it imports; raises DmnError for unreadable files.

    `imports` may hold more than is imported, such as all files of a pack.
    """
    root = read(data)
    files = _readable(imports, problems) if root.first("import") else {}
    return Model(root, files, problems, (root.get("namespace"),))


def _readable(imports: Mapping[str, bytes], problems: list[DmnProblem]) -> dict[str, Node]:
    files: dict[str, Node] = {}
    for key, content in imports.items():
        try:
            root = read(content)
        except DmnError as error:
            problems.extend(replace(found, element=key) for found in error.problems)
            continue
        files[root.get("namespace")] = root
    return files
