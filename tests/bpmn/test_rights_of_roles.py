"""Roles see and open what the table of permissions gives them: denied unless it is listed."""

from __future__ import annotations

from typing import Any

import pytest

from engine.pack import Pack, read_pack
from tests.bpmn.pack import components, files, forms, manifest
from web.auth.rights import RIGHTS
from web.packs import Role, described


def read() -> Pack:
    """The pack, which has no fault."""
    found, problems = read_pack(files())
    assert found is not None, problems
    return found


ROLES = described("d", read()).roles
IDENTITY = {"id_no", "credit_code"}
ON_SITE = ("SURVEY_DISPATCH", "SURVEYOR", "INSPECTOR", "CONSTRUCTION")
TECHNICAL = ("PLANNING", "OM", "GRID_DISPATCH", "DESIGN_REVIEW", "METERING")


def kinds() -> set[str]:
    """Every kind of sealed value that a form of the pack asks for."""
    found: list[dict[str, Any]] = [c.get("properties", {}) for form in forms().values() for c in components(form)]
    return {entry["sensitive"] for entry in found if "sensitive" in entry}


def who(field: str, kind: str) -> set[str]:
    return {role.id for role in ROLES.values() if kind in getattr(role, field)}


def test_every_role_is_described_with_words_that_the_house_knows() -> None:
    assert set(ROLES) == set(manifest()["roles"])
    for role in ROLES.values():
        assert role.rights <= RIGHTS and role.cases in ("none", "tasks", "region", "all"), role.id
        assert role.sees | role.unmask <= kinds() and not role.sees & role.unmask, role.id
        assert role.names.keys() == {"zh", "en"} and role.department, role.id


def test_numbers_of_identity_are_never_open_and_only_acceptance_and_supervision_open_them() -> None:
    for kind in IDENTITY:
        assert who("sees", kind) == set()
        assert who("unmask", kind) == {"ACCEPT", "SUPERVISION"}


def test_only_finance_sees_bank_accounts() -> None:
    assert who("sees", "account") == {"FINANCE"}


@pytest.mark.parametrize("role", ON_SITE)
def test_people_on_site_see_where_and_whom_to_call(role: str) -> None:
    assert {"address", "contact", "phone"} <= ROLES[role].sees
    assert not ROLES[role].unmask and ROLES[role].cases == "tasks"


@pytest.mark.parametrize("role", TECHNICAL)
def test_technical_roles_see_the_customers_name_but_no_way_to_reach_him(role: str) -> None:
    assert "name" in ROLES[role].sees
    assert not (ROLES[role].sees | ROLES[role].unmask) & {"phone", "contact", "email", "account", *IDENTITY}


def test_analysts_and_administrators_see_no_personal_data() -> None:
    for role in (ROLES["ANALYST"], ROLES["ADMIN"]):
        assert (role.cases, role.sees, role.unmask, role.rights) == ("none", frozenset(), frozenset(), frozenset())


def test_supervision_reads_every_case_and_opens_everything_with_a_reason() -> None:
    role: Role = ROLES["SUPERVISION"]
    assert (role.cases, role.sees | role.unmask) == ("all", kinds())
    assert "audit" in role.rights
    assert {name for name, found in ROLES.items() if found.cases == "all"} == {"SUPERVISION"}


def test_heads_give_tasks_to_others_and_acceptance_applies_for_customers_at_the_counter() -> None:
    assert {name for name, role in ROLES.items() if "assign" in role.rights} == {"HEAD", "MANAGER"}
    assert {name for name, role in ROLES.items() if "behalf" in role.rights} == {"ACCEPT"}
