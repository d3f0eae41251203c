"""One case of every story of the demonstration: together they visit everything that is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import Connection, Row, Select, select

from bpmn.connection import variant_of
from bpmn.connection.demonstration import OWNER, STORIES
from bpmn.outlook import open_elements
from bpmn.player import Play
from engine import metadata
from engine.models import deployment, document, history, incident, instance, job, task
from tests.bpmn.pack import BPMN, CLASSES, diagrams, elements, kind, manifest
from tests.bpmn.paths import reached
from web import demo
from web.app import create_app
from web.auth.models import party
from web.config import Settings
from web.context import House
from web.demo_cases import plans

#: Some hundred and sixty cases are played once for the file.
pytestmark = [pytest.mark.deep, pytest.mark.timeout(400)]

#: A Friday afternoon.
NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
#: Waits that somebody or time must have ended, and steps that somebody must have been given.
WAITS = ("receiveTask", "intermediateCatchEvent")
OWNED = {"rt_documents", "on_confirmed", "rt_design", "rt_completion", "rt_contract", "ut_rev_om", "MSG_CONNECTED"}
OWNED |= {"on_signed", "rt_supplement", "rt_repaired", "ut_credit_objection"}
VARIANTS = sorted(manifest()["variants"])
#: An entry of the credit record lasts longer than the invented past; papers come late only while no clock strikes.
LATER = {"on_expiry", "on_silent"}
NEVER = {("credit", "end_expired"), ("deferral", "end_late"), ("parallel_review", "end_silent")}


@dataclass(frozen=True)
class Told:
    """The demonstration with one case of each story."""

    house: House
    plays: list[Play]

    def rows(self, statement: Select[Any]) -> list[Row[Any]]:
        with self.house.database.snapshot() as connection:
            return list(connection.execute(statement))

    def visited(self, *kinds: str) -> set[tuple[str, str]]:
        found = self.rows(select(history.c.process_id, history.c.element).where(history.c.kind.in_(kinds)).distinct())
        return {(row.process_id, row.element) for row in found}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("demonstration")
    keys = {"seal_keys": {"k1": bytes(range(32))}, "index_key": bytes(range(32, 64)), "partner_keys": {}}
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'yekuo.sqlite'}",
        url="http://localhost",
        threads=2,
        secret_keys=("k" * 40,),
        demonstration=True,
        **keys,
    )
    app = create_app(settings, clock=lambda: NOW)
    house: House = app.extensions["yekuo"]
    with app.test_request_context():
        metadata.create_all(house.database.engine)
        with house.database.transaction() as connection:
            plays = demo.fill(connection, house, most=1)
        yield Told(house, plays)
        house.database.engine.dispose()


def drawn(*kinds: str) -> set[tuple[str, str]]:
    """Process and id of every element of some kinds in the shipped diagrams."""
    processes = {name: next(diagram.iter(f"{BPMN}process")).attrib["id"] for name, diagram in diagrams().items()}
    return {(processes[name], element.attrib["id"]) for name, element in elements(*kinds)}


def test_every_user_task_and_wait_is_reached_and_every_end_too(told: Told) -> None:
    assert len(drawn("userTask")) > 25 and len(drawn(*WAITS)) > 10 and len(drawn("endEvent")) > 25
    assert drawn("userTask", *WAITS) - told.visited("entered") == {("parallel_review", "on_silent")}
    assert drawn("endEvent") - told.visited("entered", "passed") == NEVER
    taken = {element for _, element in told.visited("message_taken", "timer_fired")}
    assert {element for _, element in drawn(*WAITS)} - taken == LATER


@pytest.mark.parametrize("variant", VARIANTS)
def test_cases_of_every_variant_stand_at_all_its_waiting_places(told: Told, variant: str) -> None:
    """Also those that are not routed yet: they stand at the acceptance of the variant that their story says."""
    with told.house.database.snapshot() as connection:
        runs_as = {play.number: _variant(connection, play) for play in told.plays}
        numbers = [number for number, run in runs_as.items() if run == variant]
        standing = set().union(*(open_elements(connection, number) for number in numbers))
    places = waiting_places(variant)
    # Nothing goes on beside the survey of the standard variant, and so no inquiry that it could wait for.
    assert len(places) > 25
    assert places - standing == ({"on_inquiry_closed"} if variant == "standard" else set())


def waiting_places(variant: str) -> set[str]:
    """Tasks of people and waits for a message that a case of any class can come to on a variant."""
    flags = ("important", "design_required", "mid_inspection_required")
    found: set[str] = set()
    for customer_class, *chosen in product(CLASSES, *[(True, False)] * len(flags)):
        facts = {"customer_class": customer_class, "hv": customer_class.startswith("HV")}
        facts |= {**dict(zip(flags, chosen, strict=True)), "skipped_approvals": [], "external_works_required": True}
        found |= {node.attrib["id"] for node in reached(variant, facts) if _waits(node)}
    return found


def _waits(node: Xml.Element) -> bool:
    return kind(node) in ("userTask", *WAITS) and node.find(f"{BPMN}timerEventDefinition") is None


def _variant(connection: Connection, play: Play) -> str:
    known = variant_of(connection, play.number)
    return known.actual if known else str(getattr(play.script, "variant", ""))


def test_every_story_comes_to_its_halt_in_about_as_many_steps_as_it_says(told: Told) -> None:
    assert len(told.plays) == len(STORIES)
    for play in told.plays:
        story: Any = play.script
        assert play.halted == bool(story.halt), story.title
        assert abs(play.actions - story.steps) <= 2, (story.title, story.customer_class, play.actions)


def test_cases_begin_in_the_order_of_their_numbers_and_none_in_the_future(told: Told) -> None:
    rows = told.rows(select(instance).where(instance.c.process_id == "intake").order_by(instance.c.business_key))
    begun = [row.started_at for row in rows]
    assert begun == sorted(begun) and begun[-1] < NOW
    assert max(row.at for row in told.rows(select(history))) <= NOW


def test_only_the_broken_gateway_makes_incidents(told: Told) -> None:
    broken = {play.instance_id for play in told.plays if getattr(play.script, "broken", False)}
    assert {row.instance_id for row in told.rows(select(incident))} == broken != set()


def test_the_customer_who_can_sign_in_has_one_case_of_each_kind(told: Told) -> None:
    numbers = [row.business_key for row in told.rows(select(party))]
    plays = [play for play in told.plays if play.number in numbers]
    with told.house.database.snapshot() as connection:
        standing = {play.number: open_elements(connection, play.number) for play in plays}
        main = select(instance).where(instance.c.process_id == "intake")
        ends = {row.business_key: row.end_event for row in connection.execute(main)}
    where = [OWNED & (standing[number] or {ends[number]}) for number in numbers]
    assert sorted(map(len, where)) == [1] * len(OWNED)
    assert set().union(*where) == OWNED
    late = told.rows(select(task.c.business_key).where(task.c.state == "open", task.c.due_at < NOW))
    assert len({row.business_key for row in late} & set(numbers)) == 1
    assert all(getattr(play.script, "application", {}).get("name") == OWNER for play in plays)


def test_files_are_stored_for_visible_questions_only(told: Told) -> None:
    """A residents' application shows two papers of the twelve."""
    homes = [play.number for play in told.plays if getattr(play.script, "customer_class", "") == "RES"]
    papers = told.rows(select(document.c.business_key, document.c.type).where(document.c.uploaded_by != "system"))
    for number in homes:
        kinds = {row.type for row in papers if row.business_key == number}
        assert {"id_card", "property_proof"} <= kinds
        assert not kinds & {"business_licence", "site_plan", "load_importance"}
    assert {row.business_key for row in papers} == {play.number for play in told.plays}


def test_nothing_is_left_to_do_in_the_invented_past(told: Told) -> None:
    assert [row.topic for row in told.rows(select(job).where(job.c.state == "waiting", job.c.next_at <= NOW))] == []
    assert [row.state for row in told.rows(select(deployment))] == ["active"]


def test_some_hundred_cases_are_planned_within_a_year() -> None:
    every = plans(NOW)
    assert 200 <= len(every) <= 300
    assert all(plan.begins < plan.acted_until < NOW for plan in every if plan.story.steps)
    assert (NOW - every[0].begins).days < 300, "The pack was put into force three hundred days ago."


def test_kinds_that_are_asked_about_are_drawn() -> None:
    assert {kind(element) for _, element in elements(*WAITS)} == set(WAITS)
