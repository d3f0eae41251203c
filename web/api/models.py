"""Tables of the commands that the engine does not need: drafts of applications, ratings. Free text is sealed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, String, Table, Text

from engine import Moment, metadata

#: An application that somebody has begun and not submitted, one per person and process.
form_draft: Final = Table(
    "form_draft",
    metadata,
    Column("process_id", String(128), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    #: Sealed JSON of the form's data.
    Column("data", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

#: What the customer thought of a case, once: answers to the questionnaire of its pack; free text is in the seals.
rating: Final = Table(
    "rating",
    metadata,
    Column("business_key", String(64), primary_key=True),
    Column("answers", JSON, nullable=False),
    #: Sealed remark of ratings that were given before there was a questionnaire.
    Column("text", Text, nullable=False, default=""),
    Column("user_id", String(32), nullable=False),
    Column("at", Moment, nullable=False),
)
