"""The same command twice: its random id and a digest of what was typed make one key, under which the engine remembers.

The key is looked up before the form is validated: sealing gives new references each time, and a task that is done has
no variables to validate against any more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from engine import errors, metadata
from web.context import settings

_REQUEST: Final = metadata.tables["request"]
_MESSAGE: Final = metadata.tables["message"]
_INSTANCE: Final = metadata.tables["instance"]


def key(request_id: str, *content: object) -> str:
    """The id under which the engine remembers this command; keyed, because typed text must not be guessable from it."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    digest = hmac.new(settings().index_key, text.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{request_id}:{digest}"


def answered(connection: Connection, actor: str, request_key: str) -> Mapping[str, Any] | None:
    """What the same command was answered before.

    Raises:
        RequestReused: The id came before with other content.
    """
    request_id = request_key.rsplit(":", 1)[0]
    same = (_REQUEST.c.actor == actor, _REQUEST.c.request_id.startswith(f"{request_id}:", autoescape=True))
    row = connection.execute(select(_REQUEST).where(*same)).first()
    if row is None:
        return None
    if row.request_id != request_key:
        raise errors.RequestReused(request_id)
    found: Mapping[str, Any] = row.response
    return found


def sent(connection: Connection, message_key: str) -> bool:
    """True if the same message was sent before; RequestReused if its id came with other content."""
    message_id = message_key.rsplit(":", 1)[0]
    query = select(_MESSAGE.c.message_id).where(_MESSAGE.c.message_id.startswith(f"{message_id}:", autoescape=True))
    found = connection.scalar(query)
    if found is not None and found != message_key:
        raise errors.RequestReused(message_id)
    return found is not None


def queue_up(connection: Connection, *, instance_id: str | None = None, business_key: str | None = None) -> None:
    """Wait for whoever works on the case, so that a repeated command sees the result of the first."""
    own = _INSTANCE.c.id == instance_id if instance_id else _INSTANCE.c.business_key == business_key
    connection.execute(select(_INSTANCE.c.id).where(own).order_by(_INSTANCE.c.id).with_for_update()).all()
