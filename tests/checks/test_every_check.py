"""Every code of every `findings.toml` has a pack in which it is found, and a right pack in which nothing is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.checks import check
from engine.spiff.parser import Parser
from forms import check_files
from scripts.checks_page import CATALOGUES, ROOT
from tests.bpmn.pack import files as connection_files
from tests.checks.edits import EDITS, RIGHT, STEP_SOON, TIMED, TIMED_EDITS, WARN_SOON
from tests.engine.core.house import PARCEL, files_of, parcel_handlers
from tests.engine.core.test_across_files import PACKS
from tests.engine.core.test_refused import REFUSED, WARNED, refused_files

#: Told when a decision is evaluated, as `migration_…` are when a running case is carried over: no check finds them.
NO_CHECK = {"decision_unknown", "too_deep_to_evaluate"}


#: Codes with a test of their own below; that of the order of steps is `test_order`.
ELSEWHERE = {"limit_above_ceiling", "role_unheld", "role_untold", "element_invalid", "variable_later"}


def codes(files: Mapping[str, bytes], held: bool = True) -> set[str]:
    """What is found where everybody, or nobody, holds each role."""
    return {problem.code for problem in check(files, [check_files], parcel_handlers(), lambda *_: held).problems}


@cache
def catalogued() -> frozenset[str]:
    """Every code of a check, whatever the file."""
    read = [tomllib.loads((ROOT / name).read_text("utf-8")) for name in CATALOGUES]
    found = {code for entries in read for code, entry in entries.items() if "fact" in entry}
    return frozenset(code for code in found - NO_CHECK if not code.startswith("migration_"))


@cache
def fired_by_folders() -> frozenset[str]:
    """The codes of the packs that stand in folders of their own, each of which has a test elsewhere."""
    packs = [*map(refused_files, sorted(path.name for path in REFUSED.iterdir())), files_of(PACKS / "wrong")]
    packs += [{**files_of(PARCEL), **_without_notes(files_of(path))} for path in sorted(WARNED.iterdir())]
    return frozenset().union(*map(codes, packs))


def _without_notes(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path != "expected.toml"}


@pytest.mark.parametrize("code", sorted(EDITS))
def test_a_check_finds_the_smallest_edit_that_it_is_for(code: str) -> None:
    assert code in codes({**RIGHT, **EDITS[code]})


@pytest.mark.parametrize("code", sorted(TIMED_EDITS))
def test_a_check_of_the_tables_of_time_finds_its_edit_and_nothing_before_it(code: str) -> None:
    assert code not in codes(TIMED)
    assert code in codes({**TIMED, **TIMED_EDITS[code]})


def test_nothing_is_found_in_the_packs_before_the_edits() -> None:
    assert codes(RIGHT) == codes(files_of(PARCEL)) == set()


def test_a_limit_above_its_ceiling_is_found_in_the_pack_that_has_one_and_not_in_the_one_that_has_none() -> None:
    assert "limit_above_ceiling" in codes(connection_files())
    assert "limit_above_ceiling" not in codes(TIMED)


@pytest.mark.parametrize("code", ["role_unheld", "role_untold"])
def test_roles_are_missed_where_nobody_holds_them(code: str) -> None:
    assert code in codes(connection_files(), held=False)
    assert code not in codes(connection_files())


def test_what_the_library_refuses_and_we_did_not_foresee_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_parser: Parser) -> None:
        raise ValidationException("It cannot be")

    monkeypatch.setattr(Parser, "definitions", refuse)
    assert "element_invalid" in codes({**RIGHT, "edit.bpmn": RIGHT["edit.bpmn"] + b"<!-- not read before -->"})


def test_no_check_is_without_a_pack_in_which_it_is_found() -> None:
    shown = {*EDITS, *TIMED_EDITS, *fired_by_folders(), *ELSEWHERE}
    assert catalogued() - shown == set()
    assert shown - catalogued() - {"gap"} == set(), "these are no codes of a check"


def test_a_percentage_that_is_no_number_is_told_and_breaks_nothing() -> None:
    soon = [problem.message_en for problem in check({**TIMED, **STEP_SOON}).problems if problem.severity == "error"]
    assert len(soon) == 1 and "percent of 'late_head' is 'soon', not a percentage." in soon[0]
    late = [problem.message_en for problem in check({**TIMED, **WARN_SOON}).problems if problem.severity == "error"]
    assert len(late) == 1 and "warn_pct of 'look' is 'soon', not a percentage." in late[0]
