"""The read side: frozen values for pages, taken in the caller's snapshot; nothing here changes a row."""

from engine.deployment import Deployment as Deployment
from engine.pack import Certificate as Certificate
from engine.pack import Label as Label
from engine.pack import Notice as Notice
from engine.pack import Pack as Pack
from engine.pack import Role as Role
from engine.queries.cases import FactText as FactText
from engine.queries.cases import Instance as Instance
from engine.queries.cases import instance, instances, variables
from engine.queries.inbox import Counts as Counts
from engine.queries.inbox import Page as Page
from engine.queries.inbox import counts, inbox
from engine.queries.packs import Definition as Definition
from engine.queries.packs import definition_xml, definitions, deployments, documentation, file, form
from engine.queries.tasks import Task as Task
from engine.queries.tasks import task, tasks
from engine.queries.trail import Active as Active
from engine.queries.trail import Document as Document
from engine.queries.trail import Entry as Entry
from engine.queries.trail import Incident as Incident
from engine.queries.trail import Wait as Wait
from engine.queries.trail import deadlines, documents, history, incidents, notes, tokens, waits

#: The functions; the types of their results can be imported from here as well.
__all__ = [
    "counts",
    "deadlines",
    "definition_xml",
    "definitions",
    "deployments",
    "documentation",
    "documents",
    "file",
    "form",
    "history",
    "inbox",
    "incidents",
    "instance",
    "instances",
    "notes",
    "task",
    "tasks",
    "tokens",
    "variables",
    "waits",
]
