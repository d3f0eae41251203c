"""Deadlines of a case with their explanation, computed anew on demand."""

from __future__ import annotations

from typing import Any

from web import standing
from web.api import replies
from web.api.room import Room
from web.auth import scope
from web.auth.access import staff
from web.auth.person import signed_in_person
from web.context import now
from web.database import read

blueprint = Room("deadlines", __name__, url_prefix="/api/cases", description=__doc__)


@blueprint.get("/<business_key>/deadlines")
@blueprint.response(200, replies.DeadlineReply(many=True))
@staff
def listing(business_key: str) -> list[dict[str, Any]]:
    """Every deadline: how it stands, when it is due and why."""
    scope.check_case(read(), signed_in_person(), business_key)
    return [
        {
            "key": row.key,
            "title": row.title,
            "status": row.timing.status,
            "due_at": row.timing.at,
            "text": row.timing.sentence(now()),
            "provisional": row.provisional,
            "lines": [line.text for line in row.why.lines],
            "sources": list(row.why.sources),
        }
        for row in standing.limits(read(), business_key, now())
    ]
