"""Tables beside the process state: deadlines, calendars, sealed values, documents, drafts, notes and workspaces."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.columns import Moment, id_column, metadata, open_index, word

deadline = Table(
    "deadline",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    #: case | stage | task
    word("subject", None),
    word("subject_token"),
    word("task_id"),
    word("key", None),
    word("stage"),
    word("class"),
    word("region"),
    #: List of {start, end|null, kind: running|paused|excluded, cause, actor}.
    Column("segments", JSON, nullable=False),
    #: {days, clock_minutes, warn_percent, version, source, status}
    Column("rule", JSON, nullable=False),
    word("calendar_version"),
    Column("opened_at", Moment, nullable=False),
    #: Null while paused.
    Column("due_at", Moment),
    Column("provisional", Boolean, nullable=False, server_default=text("false")),
    #: open | paused | closed
    word("state", "open"),
    Column("percent_reached", Numeric(9, 2), nullable=False, server_default="0"),
    Column("next_step_at", Moment),
    Column("closed_at", Moment),
    #: Tokens of the enclosing activities, outermost first.
    Column("parents", JSON, nullable=False),
    Index("ix_deadline_instance_id", "instance_id"),
    Index("ix_deadline_task_id", "task_id"),
    open_index("ix_deadline_open_due_at", "due_at", where="state = 'open'"),
    open_index("ix_deadline_next_step_at", "next_step_at", where="state = 'open'"),
)

#: One step of the escalation of a deadline that has happened; the key makes it happen once.
escalation = Table(
    "escalation",
    metadata,
    id_column(),
    Column("deadline_id", ForeignKey("deadline.id"), nullable=False),
    word("step", None),
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
    word("state", "draft"),
    Column("note", Text, nullable=False, server_default=""),
    word("created_by"),
    Column("created_at", Moment, nullable=False),
    word("activated_by"),
    Column("activated_at", Moment),
    #: Open deadlines of earlier versions when this one was switched on, and when the last of them had followed.
    Column("behind", Integer),
    Column("caught_up_at", Moment),
)

#: Changes of days on their way to a new version of the calendar.
calendar_draft = Table(
    "calendar_draft",
    metadata,
    id_column(),
    Column("base", ForeignKey("calendar.version"), nullable=False),
    #: editing -> submitted -> active | discarded; a submitted one may go back to editing
    word("state", "editing"),
    Column("rev", Integer, nullable=False),
    #: List of steps, each {by, at, days: [{region, date, kind|null, half, confirmed, source}]}; undoing drops the last.
    Column("steps", JSON, nullable=False),
    #: What the author says, and why it came back.
    Column("note", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    word("author", None),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    word("decided_by"),
    Column("decided_at", Moment),
    word("version"),
    open_index("ix_calendar_draft_open", "state", where="state IN ('editing', 'submitted')"),
)

#: Which profile of the time limits is in force in a region from a moment on; the newest row of a region counts.
profile_choice = Table(
    "profile_choice",
    metadata,
    id_column(),
    #: Empty for all regions that have no choice of their own.
    word("region"),
    #: Empty to follow the whole company.
    word("profile"),
    Column("reason", Text, nullable=False),
    word("actor", None),
    Column("at", Moment, nullable=False),
    Index("ix_profile_choice_region", "region", "at"),
)

#: An order that has to be answered (督办), given by the escalation or by a person.
supervision = Table(
    "supervision",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    word("business_key", None),
    word("region"),
    word("deadline_id"),
    word("element"),
    #: Who answers: an identity such as g:HEAD or u:li.
    word("whom", None),
    #: Sealed by whoever writes it; empty when the escalation gave the order.
    Column("text", Text, nullable=False, server_default=""),
    word("opened_by", None),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    #: open -> answered, or lapsed with its instance
    word("state", "open"),
    Column("answer", Text, nullable=False, server_default=""),
    word("answered_by"),
    Column("answered_at", Moment),
    Index("ix_supervision_business_key", "business_key"),
    open_index("ix_supervision_open", "whom", "region", where="state = 'open'"),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("version", ForeignKey("calendar.version"), primary_key=True),
    #: Empty for the whole country.
    Column("region", String(64), primary_key=True),
    Column("date", Date, primary_key=True),
    #: work | rest
    word("kind", None),
    #: "" | am | pm: the half that is worked on a half day
    word("half"),
    Column("confirmed", Boolean, nullable=False),
    word("source"),
)

seal = Table(
    "seal",
    metadata,
    id_column(),
    word("business_key"),
    word("field", None),
    word("kind", None),
    Column("ciphertext", Text, nullable=False),
    word("blind_index"),
    word("key_id", None),
    Column("created_at", Moment, nullable=False),
    word("created_by"),
    Index("ix_seal_business_key", "business_key"),
    Index("ix_seal_kind_blind_index", "kind", "blind_index"),
)

document = Table(
    "document",
    metadata,
    id_column(),
    word("business_key"),
    word("type"),
    #: Sealed name given by the uploader; data only, never part of a path.
    Column("name", Text, nullable=False),
    word("mime", None),
    Column("size", Integer, nullable=False),
    word("sha256", None),
    word("state", None),
    word("key_id"),
    Column("version", Integer, nullable=False, server_default="1"),
    word("uploaded_by"),
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
    id_column(),
    word("business_key", None),
    word("instance_id"),
    Column("text", Text, nullable=False),
    word("author", None),
    Column("at", Moment, nullable=False),
    Index("ix_note_business_key", "business_key", "at"),
)

#: Which node does a thing that only one may do at a time.
leader = Table(
    "leader",
    metadata,
    Column("name", String(64), primary_key=True),
    word("owner", None),
    Column("until", Moment, nullable=False),
    Column("fence", Integer, nullable=False),
)

#: A pack that somebody is drawing: what differs from the deployment on which it is based.
workspace = Table(
    "workspace",
    metadata,
    id_column(),
    word("pack", None),
    Column("base_id", ForeignKey("deployment.id")),
    word("title", None),
    #: open -> submitted -> open again when it is sent back; or discarded
    word("state", "open"),
    word("created_by", None),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    #: The draft version that it became when it was submitted.
    Column("deployment_id", ForeignKey("deployment.id")),
    open_index("ix_workspace_open", "pack", "changed_at", where="state = 'open'"),
)

workspace_file = Table(
    "workspace_file",
    metadata,
    Column("workspace_id", ForeignKey("workspace.id"), primary_key=True),
    Column("path", String(512), primary_key=True),
    #: Null when the file of the base is taken out.
    Column("content", LargeBinary),
    Column("size", Integer, nullable=False, server_default="0"),
    #: SHA-256; empty when the file of the base is taken out.
    word("checksum"),
    #: Rises with every change of this path; a path that was never touched has 0.
    Column("rev", Integer, nullable=False),
    word("changed_by", None),
    Column("changed_at", Moment, nullable=False),
)

#: Who has a file of a workspace open for drawing; it ends by itself when the editor stops asking.
workspace_lock = Table(
    "workspace_lock",
    metadata,
    Column("workspace_id", ForeignKey("workspace.id"), primary_key=True),
    Column("path", String(512), primary_key=True),
    word("holder", None),
    Column("until", Moment, nullable=False),
)

#: A switch of new cases to a version; the rows stay for ever.
activation = Table(
    "activation",
    metadata,
    id_column(),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    word("pack", None),
    #: List of regions; empty for all.
    Column("regions", JSON, nullable=False),
    #: Percent of the new cases.
    Column("share", Integer, nullable=False),
    Column("starts_at", Moment, nullable=False),
    word("by", None),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("ended_at", Moment),
    word("ended_by"),
    Index("ix_activation_pack_at", "pack", "at"),
)

#: What people said about a version before it was activated.
review_comment = Table(
    "review_comment",
    metadata,
    id_column(),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    Column("text", Text, nullable=False),
    word("author", None),
    Column("at", Moment, nullable=False),
    Index("ix_review_comment_deployment_id", "deployment_id", "at"),
)
