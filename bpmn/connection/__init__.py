"""The pack "connection": how a customer gets electricity, from the application to the archive."""

from bpmn.connection.application import Case, case_of, find_public, variant_of
from bpmn.connection.capacity import peers as capacity_peers
from bpmn.connection.capacity import worked_out as capacity_advice
from bpmn.connection.credit import Entry as CreditEntry
from bpmn.connection.credit import Event as CreditEvent
from bpmn.connection.credit import entries as credit_entries
from bpmn.connection.credit import entry_of as credit_entry
from bpmn.connection.credit import events as credit_events
from bpmn.connection.desk import Desk, Notice, Paper
from bpmn.connection.handlers import install
from bpmn.connection.papers import Earlier
from bpmn.connection.papers import reusable as reusable_papers

__all__ = [
    "Case",
    "CreditEntry",
    "CreditEvent",
    "Desk",
    "Earlier",
    "Notice",
    "Paper",
    "capacity_advice",
    "capacity_peers",
    "case_of",
    "credit_entries",
    "credit_entry",
    "credit_events",
    "find_public",
    "install",
    "reusable_papers",
    "variant_of",
]
