"""Who may do what with a task: every cell of the table, and the texts by which candidates are found."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ALL, Actor
from engine.errors import EngineError
from engine.rights import (
    actor_of,
    audience_key,
    candidate_groups,
    candidate_users,
    check_assign,
    check_claim,
    check_complete,
    check_release,
    members,
)

ACTS = {"claim": check_claim, "release": check_release, "assign": check_assign, "complete": check_complete}
NAMES = st.text(min_size=1, max_size=8)

PEOPLE = {
    "holder": Actor("holder"),
    "candidate": Actor("candidate", frozenset({"DESK"}), frozenset({"east"})),
    "named": Actor("named", regions=ALL),
    "elsewhere": Actor("elsewhere", frozenset({"DESK"}), frozenset({"west"})),
    "no region": Actor("no region", frozenset({"DESK"})),
    "other role": Actor("other role", frozenset({"CASHIER"}), ALL),
    "admin": Actor("admin", admin=True),
    "nobody": Actor(""),
}
FREE, HELD = "", "holder"
#: Who may do it, for a task that nobody holds and for one that is held; everybody else may not.
ALLOWED = {
    ("claim", FREE): {"candidate", "named", "admin"},
    ("claim", HELD): {"holder"},
    ("release", FREE): {"admin"},
    ("release", HELD): {"holder", "admin"},
    ("assign", FREE): {"candidate", "named", "admin"},
    ("assign", HELD): {"holder", "admin"},
    ("complete", FREE): {"candidate", "named", "admin"},
    ("complete", HELD): {"holder", "admin"},
}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("act", "assignee"), ALLOWED)
def test_only_the_listed_people_may_act(act: str, assignee: str, person: str) -> None:
    audience = audience_key(["DESK"], ["named"])
    row: Any = SimpleNamespace(id="t", assignee=assignee, audience=audience, region="east", owner="")
    if person in ALLOWED[act, assignee]:
        ACTS[act](PEOPLE[person], row)
    else:
        with pytest.raises(EngineError):
            ACTS[act](PEOPLE[person], row)


def test_a_task_without_candidates_is_nobodys_but_an_administrators() -> None:
    row: Any = SimpleNamespace(id="t", assignee="", audience="", region="", owner="")
    with pytest.raises(EngineError):
        check_claim(PEOPLE["candidate"], row)
    check_claim(PEOPLE["admin"], row)


def test_a_bare_id_has_no_group_and_no_region() -> None:
    assert actor_of("li") == Actor("li", frozenset(), frozenset(), admin=False)
    assert not actor_of("li").covers("east")
    assert actor_of("li").covers("")


@given(st.sets(NAMES), st.sets(NAMES))
def test_an_audience_is_the_same_whatever_its_order_and_holds_each_candidate(groups: set[str], users: set[str]) -> None:
    key = audience_key(groups, users)
    assert key == audience_key(sorted(groups, reverse=True), sorted(users, reverse=True))
    for group in groups:
        assert Actor("", frozenset({group})).identities & members(key)
    for user in users:
        assert Actor(user).identities & members(key)
    assert len(members(key)) <= len(groups) + len(users)
    assert all("|" not in name for name in (*candidate_groups(key), *candidate_users(key)))


@given(NAMES, NAMES)
def test_a_group_never_passes_for_a_user_of_the_same_name(group: str, user: str) -> None:
    assert not Actor(group).identities & members(audience_key([group], []))
    assert not Actor("", frozenset({user})).identities & members(audience_key([], [user]))
