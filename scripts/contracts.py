"""Two kinds of import contract that import-linter does not bring along: doors and leaves (see pyproject.toml)."""

from __future__ import annotations

from abc import abstractmethod
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def inside(module: str, package: str) -> bool:
    """Whether the module is the package or lies in it."""
    return module == package or module.startswith(f"{package}.")


class Imports(Contract):
    """Common part: `check` asks `wrong` about every import, and the broken ones are shown with their lines."""

    @abstractmethod
    def wrong(self, importer: str, imported: str) -> bool:
        """Whether this import breaks the contract."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Asks about every direct import of the graph."""
        pairs = ((a, b) for a in sorted(graph.modules) for b in sorted(graph.find_modules_directly_imported_by(a)))
        broken = [(a, b) for a, b in pairs if self.wrong(a, b)]
        places = {pair: graph.get_import_details(importer=pair[0], imported=pair[1]) for pair in broken}
        return ContractCheck(kept=not broken, metadata={"places": places})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints one line per import: who, what, where."""
        for (importer, imported), details in check.metadata["places"].items():
            lines = ", ".join(str(detail["line_number"]) for detail in details)
            output.print_error(f"- {importer} -> {imported} (l.{lines})", bold=False)
        output.new_line()


class DoorsContract(Imports):
    """From outside `package` only its `doors` are imported."""

    type_name = "doors"

    package = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())

    def wrong(self, importer: str, imported: str) -> bool:
        """An import from outside that passes by the doors."""
        package, doors = cast(str, self.package), cast(list[str], self.doors)
        return inside(imported, package) and not inside(importer, package) and imported not in doors


class LeafContract(Imports):
    """Of our own packages, `package` imports nothing but itself and `may_import`."""

    type_name = "leaf"

    package = fields.StringField()
    may_import = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def wrong(self, importer: str, imported: str) -> bool:
        """An import out of the package, into one of ours that is not named."""
        package = cast(str, self.package)
        ours = imported.split(".")[0] in cast(list[str], self.session_options["root_packages"])
        allowed = (package, *cast(list[str], self.may_import))
        return ours and inside(importer, package) and not any(inside(imported, name) for name in allowed)
