"""What the house told the caller on the screen."""

from __future__ import annotations

from typing import Any

from web.api import replies
from web.api.room import Room
from web.auth.access import staff
from web.auth.person import signed_in_person
from web.database import read
from web.notify.shown import told_to

blueprint = Room("notices", __name__, url_prefix="/api/notices", description=__doc__)


@blueprint.get("")
@blueprint.response(200, replies.ToldReply(many=True))
@staff
def listing() -> list[dict[str, Any]]:
    """The last hundred notices of the caller, the newest first."""
    rows = told_to(read(), signed_in_person().id)
    return [{"subject": row.subject, "text": row.text, "at": row.at, "case": row.key or None} for row in rows]
