"""All tables of the engine on one plain metadata. Ids are text; moments are aware and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Order of tasks without a due moment: after all others, without relying on how a database sorts nulls.
LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An instant: aware on our side, `timestamptz` in PostgreSQL, sortable UTC text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment without time zone cannot be stored: {value}. Pass an aware datetime.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


#: A growing number, used where the order of writing matters.
Sequence = BigInteger().with_variant(Integer(), "sqlite")


def _id() -> Column[str]:
    return Column("id", String(64), primary_key=True)


def _word(name: str, default: str | None = "", **more: Any) -> Column[str]:
    """A short text that is never null; `default=None` makes it required."""
    if default is not None:
        more["server_default"] = default
    return Column(name, String(255), nullable=False, **more)


def _open(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the few rows that still matter, so that it stays small for ever."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


deployment = Table(
    "deployment",
    metadata,
    _id(),
    _word("pack", None),
    Column("version", Integer, nullable=False),
    _word("checksum", None),
    #: draft -> active -> retired
    _word("state", "draft"),
    Column("note", Text, nullable=False, server_default=""),
    _word("author", None),
    Column("created_at", Moment, nullable=False),
    _word("approved_by"),
    Column("approved_at", Moment),
    #: Warnings of the checks: list of {file, element, message, advice}.
    Column("warnings", JSON, nullable=False),
    UniqueConstraint("pack", "version"),
    UniqueConstraint("pack", "checksum"),
)

deployment_file = Table(
    "deployment_file",
    metadata,
    Column("deployment_id", ForeignKey("deployment.id"), primary_key=True),
    Column("path", String(512), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    _word("checksum", None),
)

definition = Table(
    "definition",
    metadata,
    _id(),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    _word("process_id", None),
    _word("name"),
    #: The version of its deployment.
    Column("version", Integer, nullable=False),
    _word("version_tag"),
    Column("file", String(512), nullable=False),
    Column("has_none_start", Boolean, nullable=False),
    #: Message name -> id of the start event.
    Column("start_messages", JSON, nullable=False),
    UniqueConstraint("deployment_id", "process_id"),
    Index("ix_definition_process_id", "process_id"),
)

instance = Table(
    "instance",
    metadata,
    _id(),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    Column("definition_id", ForeignKey("definition.id"), nullable=False),
    _word("process_id", None),
    _word("business_key", None),
    _word("region"),
    #: running -> ended | cancelled
    _word("state", "running"),
    _word("end_event"),
    #: Rises by one with every saved turn; a turn that finds another value saves nothing.
    Column("rev", Integer, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    #: Values of `pack.toml` FEEL at the end of the last turn, so that lists need no state.
    Column("title", Text, nullable=False, server_default=""),
    Column("subtitle", Text, nullable=False, server_default=""),
    Column("columns", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    _word("started_by"),
    Column("changed_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_instance_business_key", "business_key"),
    Index("ix_instance_started_at", "started_at"),
    _open("ix_instance_running", "definition_id", "region", where="state = 'running'"),
)

task = Table(
    "task",
    metadata,
    _id(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    _word("token", None),
    _word("deployment_id", None),
    _word("process_id", None),
    _word("element", None),
    Column("name", Text, nullable=False, server_default=""),
    _word("stage"),
    _word("business_key"),
    _word("region"),
    #: open -> completed | cancelled
    _word("state", "open"),
    _word("assignee"),
    #: Canonical key of the candidates: one identity ("g:ACCEPT", "u:li") or several joined by "|"; see `audience`.
    Column("audience", Text, nullable=False, server_default=""),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment),
    #: `due_at`, or LAST_MOMENT without one; whoever changes `due_at` changes both.
    Column("order_at", Moment, nullable=False),
    Column("follow_up_at", Moment),
    _word("form_ref"),
    Column("rev", Integer, nullable=False),
    Column("opened_rev", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("closed_at", Moment),
    _word("closed_by"),
    UniqueConstraint("instance_id", "token"),
    _open("ix_task_assignee", "assignee", "order_at", "id", where="state = 'open'"),
    _open("ix_task_audience", "audience", "order_at", "id", where="state = 'open' AND assignee = ''"),
    _open("ix_task_audience_region", "audience", "region", "order_at", "id", where="state = 'open' AND assignee = ''"),
    Index("ix_task_closed", "closed_by", "closed_at", "id"),
)

#: Members of an audience with several identities; an audience of one needs no row.
audience = Table(
    "audience",
    metadata,
    Column("key", Text, primary_key=True),
    Column("identity", String(255), primary_key=True),
    Index("ix_audience_identity", "identity"),
)

timer = Table(
    "timer",
    metadata,
    _id(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    _word("token", None),
    _word("element", None),
    #: Token of the activity whose boundary this is; empty for other timers.
    _word("host"),
    Column("interrupting", Boolean, nullable=False),
    #: Key of the deadline that the expression asked with `due(key)`; empty for other timers.
    _word("deadline"),
    #: Null while the deadline is paused: the clock does not see the timer then.
    Column("due_at", Moment),
    Column("fire_no", Integer, nullable=False, server_default="1"),
    #: waiting -> fired | cancelled | failed (an incident says why)
    _word("state", "waiting"),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    UniqueConstraint("instance_id", "token", "fire_no"),
    _open("ix_timer_due_at", "due_at", where="state = 'waiting'"),
)

#: An open wait of an instance for a message; the row lives as long as the wait.
wait = Table(
    "wait",
    metadata,
    _id(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    _word("token", None),
    _word("element", None),
    _word("message", None),
    _word("business_key", None),
    Column("opened_at", Moment, nullable=False),
    Index("ix_wait_message_business_key", "message", "business_key"),
    Index("ix_wait_instance_id", "instance_id"),
)

message = Table(
    "message",
    metadata,
    _id(),
    _word("message_id", None),
    _word("name", None),
    _word("business_key", None),
    #: SHA-256 of name, key and variables: the same id with other content is refused.
    _word("digest", None),
    #: Tagged JSON of the variables; references only, never personal data.
    Column("variables", JSON, nullable=False),
    #: stored -> taken
    _word("state", "stored"),
    Column("received_at", Moment, nullable=False),
    _word("sender"),
    Column("taken_at", Moment),
    _word("instance_id"),
    UniqueConstraint("message_id"),
    _open("ix_message_stored", "business_key", "name", where="state = 'stored'"),
)

job = Table(
    "job",
    metadata,
    _id(),
    #: Null for jobs outside a process.
    Column("instance_id", ForeignKey("instance.id")),
    _word("token"),
    _word("element"),
    _word("topic", None),
    _word("business_key"),
    Column("variables", JSON, nullable=False),
    Column("idempotency_key", String(512), nullable=False),
    #: waiting -> running -> done | waiting (again) | failed (incident) ; cancelled | skipped
    _word("state", "waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("max_attempts", Integer, nullable=False, server_default="8"),
    #: Fixed back-off of `R5/PT5M` in seconds; null = exponential.
    Column("interval_seconds", Integer),
    Column("next_at", Moment, nullable=False),
    _word("lease_owner"),
    Column("lease_until", Moment),
    #: Rises with every claim; a result with an older fence is refused.
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    _word("created_by"),
    Column("closed_at", Moment),
    UniqueConstraint("idempotency_key"),
    _open("ix_job_next_at", "next_at", where="state = 'waiting'"),
    _open("ix_job_lease_until", "lease_until", where="state = 'running'"),
    Index("ix_job_instance_id", "instance_id"),
)

incident = Table(
    "incident",
    metadata,
    _id(),
    Column("instance_id", ForeignKey("instance.id")),
    #: job | timer | message
    _word("kind", None),
    #: Id of the job, timer or message that failed.
    _word("subject_id", None),
    _word("element"),
    _word("error", None),
    Column("message", Text, nullable=False),
    #: open -> resolved
    _word("state", "open"),
    Column("opened_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    _word("resolved_by"),
    #: retried | skipped | done
    _word("resolution"),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_incident_instance_id", "instance_id"),
    _open("ix_incident_open", "opened_at", where="state = 'open'"),
    _open("uq_incident_subject", "kind", "subject_id", where="state = 'open'", unique=True),
)

history = Table(
    "history",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    #: Revision of the instance that the turn saved.
    Column("rev", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    _word("actor"),
    _word("kind", None),
    _word("process_id"),
    _word("element"),
    _word("token"),
    #: Facts of the entry; references only, never personal data.
    Column("payload", JSON, nullable=False),
    Index("ix_history_instance_id_seq", "instance_id", "seq"),
)

request = Table(
    "request",
    metadata,
    Column("actor", String(255), primary_key=True),
    Column("request_id", String(255), primary_key=True),
    _word("digest", None),
    #: Stored answer, given again when the same request comes again.
    Column("response", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_request_at", "at"),
)

deadline = Table(
    "deadline",
    metadata,
    _id(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    #: case | stage | task
    _word("subject", None),
    _word("subject_token"),
    _word("task_id"),
    _word("key", None),
    _word("stage"),
    _word("class"),
    _word("region"),
    #: List of {start, end|null, kind: running|paused|excluded, cause, actor}.
    Column("segments", JSON, nullable=False),
    #: {days, clock_minutes, warn_percent, version, source, status}
    Column("rule", JSON, nullable=False),
    _word("calendar_version"),
    Column("opened_at", Moment, nullable=False),
    #: Null while paused.
    Column("due_at", Moment),
    Column("provisional", Boolean, nullable=False, server_default=text("false")),
    #: open | paused | closed
    _word("state", "open"),
    Column("percent_reached", Numeric(9, 2), nullable=False, server_default="0"),
    Column("next_step_at", Moment),
    Column("closed_at", Moment),
    #: Tokens of the enclosing activities, outermost first.
    Column("parents", JSON, nullable=False),
    Index("ix_deadline_instance_id", "instance_id"),
    Index("ix_deadline_task_id", "task_id"),
    _open("ix_deadline_open_due_at", "due_at", where="state = 'open'"),
    _open("ix_deadline_next_step_at", "next_step_at", where="state = 'open'"),
)

#: One step of the escalation of a deadline that has happened; the key makes it happen once.
escalation = Table(
    "escalation",
    metadata,
    _id(),
    Column("deadline_id", ForeignKey("deadline.id"), nullable=False),
    _word("step", None),
    Column("percent", Numeric(9, 2), nullable=False),
    Column("at", Moment, nullable=False),
    #: What was done: {action, to, template, late}.
    Column("effect", JSON, nullable=False),
    UniqueConstraint("deadline_id", "step"),
)

calendar = Table(
    "calendar",
    metadata,
    Column("version", String(64), primary_key=True),
    #: draft -> active -> retired
    _word("state", "draft"),
    Column("note", Text, nullable=False, server_default=""),
    _word("created_by"),
    Column("created_at", Moment, nullable=False),
    _word("activated_by"),
    Column("activated_at", Moment),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("version", ForeignKey("calendar.version"), primary_key=True),
    #: Empty for the whole country.
    Column("region", String(64), primary_key=True),
    Column("date", Date, primary_key=True),
    #: work | rest
    _word("kind", None),
    #: "" | am | pm: the half that is worked on a half day
    _word("half"),
    Column("confirmed", Boolean, nullable=False),
    _word("source"),
)

seal = Table(
    "seal",
    metadata,
    _id(),
    _word("business_key"),
    _word("field", None),
    _word("kind", None),
    Column("ciphertext", Text, nullable=False),
    _word("blind_index"),
    _word("key_id", None),
    Column("created_at", Moment, nullable=False),
    _word("created_by"),
    Index("ix_seal_business_key", "business_key"),
    Index("ix_seal_kind_blind_index", "kind", "blind_index"),
)

document = Table(
    "document",
    metadata,
    _id(),
    _word("business_key"),
    _word("type"),
    #: Name given by the uploader; data only, never part of a path.
    Column("name", Text, nullable=False),
    _word("mime", None),
    Column("size", Integer, nullable=False),
    _word("sha256", None),
    _word("state", None),
    _word("key_id"),
    Column("version", Integer, nullable=False, server_default="1"),
    _word("uploaded_by"),
    Column("uploaded_at", Moment, nullable=False),
    Index("ix_document_business_key", "business_key"),
)

draft = Table(
    "draft",
    metadata,
    Column("task_id", ForeignKey("task.id"), primary_key=True),
    Column("actor", String(255), primary_key=True),
    Column("data", JSON, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

note = Table(
    "note",
    metadata,
    _id(),
    _word("business_key", None),
    _word("instance_id"),
    Column("text", Text, nullable=False),
    _word("author", None),
    Column("at", Moment, nullable=False),
    Index("ix_note_business_key", "business_key", "at"),
)

#: Which node does a thing that only one may do at a time.
leader = Table(
    "leader",
    metadata,
    Column("name", String(64), primary_key=True),
    _word("owner", None),
    Column("until", Moment, nullable=False),
    Column("fence", Integer, nullable=False),
)
