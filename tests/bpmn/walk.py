"""An engine with the pack "connection" in force and stand-in handlers, and short ways to walk through its processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import Engine as Database

from bpmn import comparisons
from bpmn.connection import Desk, install, office, papers
from engine import ALL, Actor, Call, Engine, Handlers, metadata, queries
from engine.models import history, instance, task, timer, wait
from tests.bpmn.pack import files, manifest

#: A Monday, half past nine in the morning in Shanghai.
MONDAY = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
NUMBER = "26-11-0187"

#: The departments that a plan can be sent to at the same time.
PARALLEL = ("marketing", "planning", "om", "dispatch", "metering", "legal")
#: What the forms of the tasks and messages bring along on the straight way; tests change single entries.
PLAN = {"external_works_required": True, "design_required": False, "mid_inspection_required": False, "plan": {}}
ANSWERS: dict[str, dict[str, Any]] = {
    "ut_accept": {"outcome": "complete"},
    "ut_survey": {"outcome": "feasible"},
    "ut_plan_draft": PLAN,
    **{f"ut_rev_{name}": {"outcome": "agree"} for name in ("marketing", "planning", "om", "dispatch", "legal")},
    **{f"ut_prev_{name}": {"outcome": "agree"} for name in PARALLEL},
    "ut_consolidate": {"outcome": "summed"},
    "ut_joint_meeting": {"outcome": "pass"},
    "ut_arbitrate": {"outcome": "pass"},
    "ut_permit_apply": {"outcome": "submitted"},
    "MSG_PERMIT_DECIDED": {"permit_result": "granted"},
    "ut_plan_reply": {"plan_valid_until": date(2027, 11, 16)},
    "ut_fee_check": {"outcome": "notice"},
    "ut_design_review": {"outcome": "pass"},
    "ut_mid_inspection": {"outcome": "pass"},
    "ut_completion_inspection": {"outcome": "pass"},
    "ut_energise": {"outcome": "energised"},
    "ut_archive_check": {"outcome": "complete"},
    "ut_deferred_accept": {"outcome": "accept"},
    "ut_verify_supplement": {"outcome": "ok"},
    "ut_expost": {"outcome": "pass"},
    "MSG_PAYMENT_RECEIVED": {"paid_amount": Decimal(300)},
    "MSG_COMMITMENT_SIGNED": {"commitment_read": True, "commitment_capacity": "self"},
}

PAPERS = {
    "RES": ["id_card", "property_proof"],
    "LV": ["business_licence", "legal_person_id", "property_proof", "device_list"],
    "MICRO": ["business_licence", "legal_person_id", "property_proof", "device_list"],
    "HV1": ["business_licence", "legal_person_id", "property_proof", "device_list", "project_approval", "site_plan"],
}
PAPERS["HV2"] = [*PAPERS["HV1"], "load_importance", "security_load"]
KVA = {"RES": 8, "LV": 100, "MICRO": 60, "HV1": 1600, "HV2": 8000}


def application(customer_class: str, **other: Any) -> dict[str, Any]:
    """The variables of an application of a class with all its papers."""
    hv = customer_class.startswith("HV")
    papers = [{"type": type, "id": f"d-{type}"} for type in PAPERS[customer_class]]
    values = {"business_type": "new", "customer_class": customer_class, "hv": hv, "region": "binjiang"}
    values |= {
        "voltage": "10" if hv else "0.38",
        "kva": KVA[customer_class],
        "usage": "industrial",
        "documents": papers,
    }
    values |= dict.fromkeys(("important", "agent", "small_micro", "planning_compliant", "commitment_offered"), False)
    values |= {"planned_land": True, "land_date": date(2024, 5, 6), "special_line": False, "restricted_industry": False}
    return values | other


def deployed(database: Database, extra: Mapping[str, bytes]) -> None:
    """Make the tables and bring the pack, with some more files, into force; an empty file leaves that one out."""
    metadata.create_all(database)
    engine = Engine(Handlers())
    pack = {name: data for name, data in {**files(), **extra}.items() if data}
    with database.begin() as connection:
        made = engine.deploy(connection, pack, actor="analyst", now=MONDAY)
        engine.approve(connection, made.id, actor="admin", now=MONDAY)


def certificates() -> frozenset[tuple[str, date]]:
    """Every kind that the pack knows, valid for the length of any test."""
    return frozenset((kind, date(2099, 12, 31)) for kind in manifest()["certificates"])


def person(element: str) -> Actor:
    """Somebody with every role and certificate, who does this step and no other."""
    return Actor(f"person-{element}", frozenset(manifest()["roles"]), ALL, certificates=certificates())


class Honest(Handlers):
    """Handlers whose results hold no variable that their registration does not name."""

    def add(
        self,
        topic: str,
        function: Callable[[Call], Mapping[str, Any] | None],
        inline: bool = False,
        gives: tuple[str, ...] | None = None,
    ) -> None:
        def told(call: Call) -> Mapping[str, Any] | None:
            result = function(call)
            assert gives is None or set(result or ()) <= set(gives), topic
            return result

        super().add(topic, told, inline, gives)


@dataclass
class Walk:
    """One case on its way."""

    database: Database
    fee_total: Decimal = Decimal(0)
    now: datetime = MONDAY
    #: Element and input of every call of a handler, in order.
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    #: Elements of completed tasks and names of sent messages, in order.
    path: list[str] = field(default_factory=list)
    number: str = NUMBER
    #: The variant that a comparison asks for.
    forced: str = ""
    #: With a desk the real handlers work, without one stand-ins that only note what they are given.
    desk: Desk | None = None

    def __post_init__(self) -> None:
        #: What the handlers answer, by topic.
        self.answers = self._answers()
        handlers = Honest()
        if self.desk:
            install(handlers, self.desk)
        else:
            for topic in self.answers:
                handlers.add(f"connection.{topic}", self._noting(topic), inline=topic in INLINE)
        self.engine = Engine(handlers)

    def _answers(self) -> dict[str, Mapping[str, Any]]:
        fees = [{"item": "高可靠性供电费", "amount": self.fee_total}] if self.fee_total else []
        return {
            "register_case": {
                "blacklisted": False,
                "review_returns": 0,
                "contract_drafted": False,
                "expost_check": False,
                "skipped_approvals": [],
                "draw": 50,
            },
            "forced_variant": {"forced": self.forced},
            "record_route": {},
            "preliminary_review": {},
            "collect_documents": {},
            "one_time_notice": {},
            "feasibility_check": {"feasible": True},
            "make_reply": {},
            "fee_notice": {"fees": fees, "fee_total": self.fee_total},
            "archive": {},
            "notify": {},
            "record_contract": {},
            "commitment_letter": {"commitment": {"letter": "commitment", "text": "承诺", "sha256": "0" * 64}},
            "record_commitment": {},
            "commitment_copy": {},
            "deferral_notice": {},
            "enter_credit": {name: date(2027, 11, 16) for name in ("credit_until", "objection_until", "repair_from")},
            "credit_notice": {},
            "change_credit": {},
            "check_credit": {"blacklisted": False, "credit_until": None},
            "open_obstacle": {},
        }

    def _noting(self, topic: str) -> Callable[[Call], Mapping[str, Any]]:
        def handle(call: Call) -> Mapping[str, Any]:
            self.calls.append((call.element, call.variables))
            if topic == "preliminary_review":
                return {"missing": papers.missing(call.variables["checklist"], call.variables["documents"])}
            if topic == "open_obstacle":
                return {"obstacle": office.obstacle(call)}
            return self._collected(call) if topic == "collect_documents" else self.answers[topic]

        return handle

    @staticmethod
    def _collected(call: Call) -> Mapping[str, Any]:
        """What came is no longer missing, as the real handler says."""
        given = {key.removeprefix("doc_") for key in call.variables if key.startswith("doc_")}
        return {"missing": [kind for kind in call.variables.get("missing") or () if kind not in given]}

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.database.begin() as connection:
            yield connection

    def start(self, customer_class: str, **other: Any) -> None:
        with self.transaction() as connection:
            if self.desk and self.forced:
                comparison = {"reason": "对比", "actor": "admin", "now": self.now}
                comparisons.begin(connection, comparisons.Scope("connection"), self.forced, **comparison)
            self.engine.start(
                connection,
                "intake",
                application(customer_class, **other),
                business_key=self.number,
                actor="portal",
                now=self.now,
                region="binjiang",
                message="MSG_APPLICATION_SUBMITTED",
            )
        self.work()

    def work(self) -> None:
        """Do all jobs that are due."""
        while True:
            with self.transaction() as connection:
                due = self.engine.due_jobs(connection, self.now)
            if not due:
                return
            for id in due:
                self.engine.run_job(self.transaction, id, self.now)

    def rows(self, table: Any, **equal: object) -> list[Row[Any]]:
        found = select(table).where(*(table.c[name] == value for name, value in equal.items()))
        with self.transaction() as connection:
            return list(connection.execute(found))

    def open_tasks(self) -> list[Row[Any]]:
        return self.rows(task, state="open", business_key=self.number)

    def tasks(self) -> dict[str, Row[Any]]:
        """Open tasks by element."""
        return {row.element: row for row in self.open_tasks()}

    def variables(self, element: str = "") -> dict[str, Any]:
        """The variables of the case, or what is seen from an open task: a called process has its own."""
        token = self.tasks()[element].token if element else ""
        with self.transaction() as connection:
            own = (instance.c.business_key == self.number, instance.c.process_id == "intake")
            (row,) = connection.execute(select(instance.c.id).where(*own))
            return queries.variables(connection, row.id, now=self.now, token=token)

    def waits(self) -> set[str]:
        """Messages that the case waits for."""
        return {row.message for row in self.rows(wait, business_key=self.number)}

    def timers(self) -> dict[str, datetime | None]:
        """Due moments of the armed timers by element; None while the clock stands."""
        return {row.element: row.due_at for row in self.rows(timer, state="waiting")}

    def claim(self, element: str, by: Actor) -> None:
        """Take a task."""
        with self.transaction() as connection:
            self.engine.claim(connection, self.tasks()[element].id, actor=by, now=self.now)

    def do(self, element: str, by: Actor | None = None, **data: Any) -> None:
        """Complete a task, each element by a person of its own as four eyes demand."""
        row = self.tasks()[element]
        values = ANSWERS.get(element, {}) | data
        more = {"rev": row.rev, "request_id": f"r-{row.id}", "actor": by or person(element), "now": self.now}
        with self.transaction() as connection:
            self.engine.complete(connection, row.id, values, **more)
        self.path.append(element)
        self.work()

    def send(self, message: str, **data: Any) -> None:
        """Send a message that the case waits for."""
        assert message in self.waits()
        values = ANSWERS.get(message, {}) | data
        with self.transaction() as connection:
            more = {"message_id": f"m-{self.number}-{len(self.path)}", "actor": "portal", "now": self.now}
            sent = self.engine.send(connection, message, self.number, values, **more)
        assert sent.taken
        self.path.append(message)
        self.work()

    def later(self, **span: float) -> None:
        """Let time go by and fire what is due."""
        self.now += timedelta(**span)
        with self.transaction() as connection:
            self.engine.advance(connection, self.now)
        self.work()

    def go_without(self, *left: str) -> None:
        """Go on to the end without doing some tasks."""
        self.go(left=left)

    def go(self, *until: str, left: tuple[str, ...] = ()) -> None:
        """Do every task and send every expected message in turn, up to a task or wait of that name or to the end.

        What is named in `left` is left alone.
        """
        for _ in range(80):
            names = [*(self.tasks().keys() - {*left}), *sorted(self.waits() - ASIDE - {*left})]
            if not names or any(name in until for name in names):
                return
            self.send(names[0]) if names[0].startswith("MSG_") else self.do(names[0])
        raise AssertionError(f"No end in sight: {self.path}")

    @property
    def end(self) -> str:
        """The end event of the case; empty while it runs."""
        (row,) = self.rows(instance, business_key=self.number, process_id="intake")
        return str(row.end_event or "")

    def passed(self) -> set[str]:
        """Elements that were entered."""
        (own,) = self.rows(instance, business_key=self.number, process_id="intake")
        return {row.element for row in self.rows(history, instance_id=own.id)}


INLINE = {"register_case", "preliminary_review", "forced_variant", "record_route", "collect_documents"}
INLINE |= {"feasibility_check", "archive", "record_commitment", "enter_credit", "change_credit"}
INLINE |= {"check_credit", "open_obstacle"}
#: Messages that would turn the case from its straight way.
ASIDE = {"MSG_WITHDRAW", "MSG_CUSTOMER_OBJECTED", "MSG_EXTENSION_REQUESTED", "MSG_COMMITMENT_REFUSED"}
#: Messages that the process throws for itself.
OWN = {"MSG_DOCUMENTS_VERIFIED", "MSG_INQUIRY_CLOSED"}
ASIDE |= OWN
