"""Letters of commitment: which text in which version somebody signed, when, and the copy that is kept (R16)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, String, Table, insert, select, update

from bpmn.connection import letters, office
from bpmn.connection.application import sealed
from bpmn.connection.desk import Desk
from engine import BpmnError, Call, Moment, metadata

commitment = Table(
    "commitment",
    metadata,
    #: A case is signed for once; a letter that was refused leaves no row.
    Column("case_number", String(32), primary_key=True),
    #: Name of the letter in ``pack.toml``, and the version of its text that the file states.
    Column("letter", String(64), nullable=False),
    Column("version", String(32), nullable=False),
    #: SHA-256 of exactly the text that was shown, in hexadecimal digits.
    Column("text_sha256", String(64), nullable=False),
    Column("signer_seal", String(64), nullable=False),
    #: self, legal_person or agent.
    Column("capacity", String(16), nullable=False),
    #: Who sent the signature, and when.
    Column("signed_by", String(64), nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("document_id", String(64), nullable=False, default=""),
)

_CAPACITIES = {"self": "本人", "legal_person": "法定代表人", "agent": "经办人"}
#: Signs that stand in the letter until it is signed.
_UNSIGNED = dict.fromkeys(("signer", "capacity", "signed_on", "sha256"), "")


@dataclass(frozen=True)
class Signed:
    """A commitment as it was signed."""

    case_number: str
    letter: str
    version: str
    text_sha256: str
    signer_seal: str
    capacity: str
    signed_by: str
    signed_at: datetime
    document_id: str


def signed(connection: Connection, number: str) -> Signed | None:
    """The commitment of a case; None if none was signed."""
    row = connection.execute(select(commitment).where(commitment.c.case_number == number)).one_or_none()
    return Signed(**row._mapping) if row else None


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment_letter(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Write the letter that the customer is to sign; its text holds no name, so that the process may keep it."""
    name = str(call.variables["letter"])
    about = office.pack(call, desk)["letters"][name]
    text = letters.text(office.written(call, desk, name, {**_fields(call, desk), **_UNSIGNED}))
    made = {"letter": name, "title": about["title"], "version": about["version"]}
    return {"commitment": {**made, "text": text, "sha256": digest(text)}}


def record_commitment(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Keep who signed which text when; runs in the turn of the message, so its moment is that of the signature."""
    shown = call.variables["commitment"]
    if digest(shown["text"]) != shown["sha256"]:
        raise BpmnError(
            "COMMITMENT_CHANGED", "The text of the commitment is not the one that was shown; write it anew."
        )
    row = {
        "case_number": call.business_key,
        "letter": shown["letter"],
        "version": shown["version"],
        "text_sha256": shown["sha256"],
        "signer_seal": sealed(call.variables, "commitment_signed_name"),
        "capacity": str(call.variables["commitment_capacity"]),
        "signed_by": call.actor,
        "signed_at": call.now,
    }
    call.connection.execute(insert(commitment).values(**row))
    return {}


def commitment_copy(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Keep the signed letter with the case."""
    found = signed(call.connection, call.business_key)
    if found is None:
        raise BpmnError("COMMITMENT_MISSING", f"Nobody has signed for case {call.business_key}; ask for the signature.")
    signs = {
        "signer": desk.opened(call.connection, found.signer_seal),
        "capacity": _CAPACITIES.get(found.capacity, found.capacity),
        "signed_on": f"{found.signed_at.astimezone(letters.ZONE):%Y-%m-%d %H:%M:%S}",
        "sha256": found.text_sha256,
    }
    document = office.letter(call, desk, found.letter, {**_fields(call, desk), **signs})
    own = commitment.c.case_number == call.business_key
    call.connection.execute(update(commitment).where(own).values(document_id=document))
    return {"commitment_document": document}


def deferral_notice(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Tell once, in writing, what was deferred and until when (R14)."""
    missing, due = office.titles(call.variables), letters.moment(call.variables["supplement_due"])
    fields = {"missing": missing, "due": due, "missing_note": call.variables.get("missing_note") or ""}
    document = office.letter(call, desk, "deferral_notice", fields)
    office.tell(call, desk, "deferral_notice", {"missing": "、".join(missing), "due": due})
    return {"deferral_document": document}


def _fields(call: Call, desk: Desk) -> dict[str, Any]:
    about = office.pack(call, desk)["letters"]
    name = call.variables.get("letter") or call.variables["commitment"]["letter"]
    return {"missing_text": "、".join(office.titles(call.variables)), "version": about[name]["version"]}
