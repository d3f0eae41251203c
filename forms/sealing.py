"""Clean data become variables: sensitive values are sealed, a reference stands in their place."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.seals import Sealer, reference, store
from forms.form import Clean
from forms.places import put


def sealed(
    clean: Clean, connection: Connection, sealer: Sealer, *, business_key: str, actor: str, now: datetime
) -> dict[str, Any]:
    """The values of a submission with `{"sealed": id}` for every sensitive one, whose rows are written."""
    ids = store(connection, sealer, clean.sensitive, business_key=business_key, actor=actor, now=now)
    values = copy.deepcopy(clean.values)
    for name, id in ids.items():
        put(values, tuple(int(part) if part.isdecimal() else part for part in name.split(".")), reference(id))
    return values
