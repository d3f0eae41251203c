"""All tables of the engine on one plain metadata. Ids are text; moments are aware and in UTC."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.columns import LAST_MOMENT, Moment, Sequence, id_column, metadata, open_index, word
from engine.records import (
    activation,
    calendar,
    calendar_day,
    calendar_draft,
    deadline,
    document,
    draft,
    escalation,
    leader,
    note,
    profile_choice,
    review_comment,
    seal,
    supervision,
    workspace,
    workspace_file,
    workspace_lock,
)

__all__ = [
    "LAST_MOMENT",
    "Moment",
    "activation",
    "audience",
    "calendar",
    "calendar_day",
    "calendar_draft",
    "deadline",
    "definition",
    "deployment",
    "deployment_file",
    "document",
    "draft",
    "escalation",
    "history",
    "incident",
    "instance",
    "job",
    "keeper",
    "leader",
    "message",
    "metadata",
    "note",
    "profile_choice",
    "request",
    "review_comment",
    "seal",
    "supervision",
    "task",
    "timer",
    "wait",
    "workspace",
    "workspace_file",
    "workspace_lock",
]

deployment = Table(
    "deployment",
    metadata,
    id_column(),
    word("pack", None),
    Column("version", Integer, nullable=False),
    word("checksum", None),
    #: draft -> trial (for some, or from a day on) -> active (the base) -> retired; a draft sent back is returned
    word("state", "draft"),
    Column("note", Text, nullable=False, server_default=""),
    word("author", None),
    Column("created_at", Moment, nullable=False),
    word("approved_by"),
    Column("approved_at", Moment),
    #: Warnings of the checks: list of the fields of `engine.findings.Problem`.
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
    word("checksum", None),
)

definition = Table(
    "definition",
    metadata,
    id_column(),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    word("process_id", None),
    word("name"),
    #: The version of its deployment.
    Column("version", Integer, nullable=False),
    word("version_tag"),
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
    id_column(),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    Column("definition_id", ForeignKey("definition.id"), nullable=False),
    word("process_id", None),
    word("business_key", None),
    word("region"),
    #: running -> ended | cancelled
    word("state", "running"),
    word("end_event"),
    #: Rises by one with every saved turn; a turn that finds another value saves nothing.
    Column("rev", Integer, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    #: Values of `pack.toml` FEEL at the end of the last turn, so that lists need no state.
    Column("title", Text, nullable=False, server_default=""),
    Column("subtitle", Text, nullable=False, server_default=""),
    Column("columns", JSON, nullable=False),
    #: List of [label, English label, text].
    Column("facts", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    word("started_by"),
    Column("changed_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_instance_business_key", "business_key"),
    Index("ix_instance_started_at", "started_at"),
    open_index("ix_instance_running", "definition_id", "region", where="state = 'running'"),
)

task = Table(
    "task",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    word("token", None),
    word("deployment_id", None),
    word("process_id", None),
    word("element", None),
    Column("name", Text, nullable=False, server_default=""),
    word("stage"),
    word("business_key"),
    word("region"),
    #: open -> completed | cancelled
    word("state", "open"),
    word("assignee"),
    #: Canonical key of the candidates: one identity ("g:ACCEPT", "u:li") or several joined by "|"; see `audience`.
    Column("audience", Text, nullable=False, server_default=""),
    #: Who looks after the case in the role of the task, and therefore gets it; empty for tasks of nobody's own.
    word("owner"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment),
    #: `due_at`, or LAST_MOMENT without one; whoever changes `due_at` changes both.
    Column("order_at", Moment, nullable=False),
    Column("follow_up_at", Moment),
    word("form_ref"),
    Column("rev", Integer, nullable=False),
    Column("opened_rev", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("closed_at", Moment),
    word("closed_by"),
    #: For whom `closed_by` stood in; empty if for nobody.
    word("closed_for"),
    #: What stood in the form on completion, see `engine.submission`; null before, and for tasks that were cancelled.
    Column("submitted", JSON(none_as_null=True)),
    UniqueConstraint("instance_id", "token"),
    # Three indexes that no query can confuse: one of them serves held tasks, the others those that nobody holds.
    open_index("ix_task_assignee", "assignee", "order_at", "id", where="state = 'open' AND assignee <> ''"),
    open_index("ix_task_audience", "audience", "order_at", "id", where="state = 'open' AND assignee = ''"),
    open_index(
        "ix_task_audience_region", "audience", "region", "order_at", "id", where="state = 'open' AND assignee = ''"
    ),
    Index("ix_task_closed", "closed_by", "closed_at", "id"),
    open_index("ix_task_closed_for", "closed_for", where="closed_for <> ''"),
)

#: Members of an audience with several identities; an audience of one needs no row.
audience = Table(
    "audience",
    metadata,
    Column("key", Text, primary_key=True),
    Column("identity", String(255), primary_key=True),
    Index("ix_audience_identity", "identity"),
)

#: Who looks after a case in a role of which one person does so from beginning to end.
keeper = Table(
    "keeper",
    metadata,
    Column("business_key", String(255), primary_key=True),
    Column("role", String(255), primary_key=True),
    word("user_id", None),
    word("team"),
    Column("since", Moment, nullable=False),
    #: When the case ended; null while it is one of the open cases of that person.
    Column("closed_at", Moment),
    open_index("ix_keeper_open", "user_id", where="closed_at IS NULL"),
)

timer = Table(
    "timer",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    word("token", None),
    word("element", None),
    #: Token of the activity whose boundary this is; empty for other timers.
    word("host"),
    Column("interrupting", Boolean, nullable=False),
    #: Key of the deadline that the expression asked with `due(key)`; empty for other timers.
    word("deadline"),
    #: Null while the deadline is paused: the clock does not see the timer then.
    Column("due_at", Moment),
    Column("fire_no", Integer, nullable=False, server_default="1"),
    #: waiting -> fired | cancelled | failed (an incident says why)
    word("state", "waiting"),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    UniqueConstraint("instance_id", "token", "fire_no"),
    open_index("ix_timer_due_at", "due_at", where="state = 'waiting'"),
)

#: An open wait of an instance for a message or signal; the row lives as long as the wait.
wait = Table(
    "wait",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    word("token", None),
    word("element", None),
    #: Name of the message or signal.
    word("message", None),
    word("business_key", None),
    #: The key a message must have to be taken: the correlation key of the element, else the business key.
    word("key", None),
    #: message | signal
    word("kind", "message"),
    Column("opened_at", Moment, nullable=False),
    Index("ix_wait_message_key", "message", "key"),
    Index("ix_wait_business_key", "business_key"),
    Index("ix_wait_instance_id", "instance_id"),
)

message = Table(
    "message",
    metadata,
    id_column(),
    word("message_id", None),
    word("name", None),
    word("business_key", None),
    #: SHA-256 of name, key and variables: the same id with other content is refused.
    word("digest", None),
    #: Tagged JSON of the variables; references only, never personal data.
    Column("variables", JSON, nullable=False),
    #: stored -> taken | skipped | expired
    word("state", "stored"),
    Column("received_at", Moment, nullable=False),
    #: When it is no longer kept for a wait; null: never.
    Column("expires_at", Moment),
    word("sender"),
    Column("taken_at", Moment),
    word("instance_id"),
    UniqueConstraint("message_id"),
    open_index("ix_message_stored", "business_key", "name", where="state = 'stored'"),
    open_index("ix_message_fresh", "received_at", where="state = 'stored'"),
    open_index("ix_message_expires_at", "expires_at", where="state = 'stored'"),
)

job = Table(
    "job",
    metadata,
    id_column(),
    #: Null for jobs outside a process.
    Column("instance_id", ForeignKey("instance.id")),
    word("token"),
    word("element"),
    word("topic", None),
    word("business_key"),
    Column("variables", JSON, nullable=False),
    Column("idempotency_key", String(512), nullable=False),
    #: waiting -> running -> done | waiting (again) | failed (incident) ; cancelled | skipped
    word("state", "waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("max_attempts", Integer, nullable=False, server_default="8"),
    #: Fixed back-off of `R5/PT5M` in seconds; null = exponential.
    Column("interval_seconds", Integer),
    Column("next_at", Moment, nullable=False),
    word("lease_owner"),
    Column("lease_until", Moment),
    #: Rises with every claim; a result with an older fence is refused.
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    word("created_by"),
    #: For whom `created_by` stood in; empty if for nobody.
    word("created_for"),
    Column("closed_at", Moment),
    UniqueConstraint("idempotency_key"),
    open_index("ix_job_next_at", "next_at", where="state = 'waiting'"),
    open_index("ix_job_lease_until", "lease_until", where="state = 'running'"),
    Index("ix_job_instance_id", "instance_id"),
)

incident = Table(
    "incident",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id")),
    #: job | timer | message
    word("kind", None),
    #: Id of the job, timer or message that failed.
    word("subject_id", None),
    word("element"),
    word("error", None),
    Column("message", Text, nullable=False),
    #: open -> resolved
    word("state", "open"),
    Column("opened_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    word("resolved_by"),
    #: retried | skipped | done
    word("resolution"),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_incident_instance_id", "instance_id"),
    open_index("ix_incident_open", "opened_at", where="state = 'open'"),
    open_index("uq_incident_subject", "kind", "subject_id", where="state = 'open'", unique=True),
)

history = Table(
    "history",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    #: Revision of the instance that the turn saved.
    Column("rev", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    word("actor"),
    word("kind", None),
    word("process_id"),
    word("element"),
    word("token"),
    #: Facts of the entry; references only, never personal data.
    Column("payload", JSON, nullable=False),
    Index("ix_history_instance_id_seq", "instance_id", "seq"),
)

request = Table(
    "request",
    metadata,
    Column("actor", String(255), primary_key=True),
    Column("request_id", String(255), primary_key=True),
    word("digest", None),
    #: Stored answer, given again when the same request comes again.
    Column("response", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_request_at", "at"),
)
