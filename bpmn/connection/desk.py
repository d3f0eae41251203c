"""What the handlers of the connection process need from the house around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bpmn.connection.papers import Earlier


@dataclass(frozen=True)
class Notice:
    """A message to the customer of a case; the text is sent once per ``key``."""

    key: str
    business_key: str
    #: Seal of the phone that gets it.
    phone_seal: str
    subject: str
    text: str
    now: datetime


@dataclass(frozen=True)
class Paper:
    """A document that the process itself makes, to be kept with the case."""

    business_key: str
    #: Document type, such as ``supply_plan_reply``.
    kind: str
    #: File name as the customer sees it.
    name: str
    content: bytes
    now: datetime


@dataclass(frozen=True)
class Desk:
    """The outside world of the handlers; the application wires real things, tests wire fakes."""

    #: Plain text of a seal.
    opened: Callable[[Connection, str], str]
    #: Puts a notice into the outbox of this transaction.
    notify: Callable[[Connection, Notice], None]
    #: Keeps a document encrypted and returns its id; the same content for the same case and kind is kept once.
    keep: Callable[[Connection, Paper], str]
    #: A file of a deployment by its path in the pack.
    file: Callable[[Connection, str, str], bytes]
    #: The name of a member of staff; empty for whoever is none.
    name: Callable[[Connection, str], str]
    #: Numbers of other running cases with the same sealed identity.
    twins: Callable[[Connection, str], tuple[str, ...]]
    #: Papers of some kinds that the same sealed identity gave in other cases; those of ended false cases left out.
    earlier: Callable[[Connection, str, Sequence[str]], tuple[Earlier, ...]]
    #: Copies a document to another case and returns the id of the copy.
    copy: Callable[[Connection, str, str, datetime], str]
    #: Blind index of a seal: the same for equal values, and nobody can turn it back; empty for kinds without one.
    index: Callable[[Connection, str], str]
