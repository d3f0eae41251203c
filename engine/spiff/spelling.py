"""Other spellings of what `camunda:` attributes say: owners of BPMN itself, form keys, an old word."""

from __future__ import annotations

import re

from engine.spiff.names import XmlNode, bpmn, camunda, children, extension, local, text_of

#: Owners of a task in BPMN itself, and the attribute that says the same.
OWNERS = ("potentialOwner", "humanPerformer", "performer", "resourceRole")

#: `camunda-forms:deployment:check.form`, `embedded:app:forms/check.form`, `check.form` …
_FORM_FILE = re.compile(r"(?:[\w-]+:)*(?:.*/)?(?P<id>[\w-]+)\.form", re.UNICODE)
_FORM_ID = re.compile(r"[\w-]+", re.UNICODE)
_OWNER = re.compile(r"\s*(?P<kind>user|group)\s*\((?P<name>[^()]*)\)\s*")


def respell(node: XmlNode) -> None:
    """Say in `camunda:` attributes what a node says in another way; what it says there already stays."""
    name = local(node)
    if name == "userTask":
        _owners(node)
    if name in ("userTask", "startEvent"):
        _form_key(node)
    if extension(node, "async") is not None:
        _say(node, "asyncBefore", node.attrib.pop(camunda("async")))


def _say(node: XmlNode, word: str, text: str) -> None:
    if text and extension(node, word) is None:
        node.set(camunda(word), text)


def _form_key(node: XmlNode) -> None:
    key = (extension(node, "formKey") or "").strip()
    match = _FORM_FILE.fullmatch(key)
    form = match["id"] if match else key if _FORM_ID.fullmatch(key) else ""
    if form:
        del node.attrib[camunda("formKey")]
        _say(node, "formRef", form)
        _say(node, "formRefBinding", "deployment")


def owner_text(node: XmlNode) -> str:
    """Return the expression or the name of the resource by which a role names people, empty when it names nobody."""
    for holder in children(node, "resourceAssignmentExpression"):
        for text in (text_of(holder.find(bpmn("formalExpression"))), text_of(holder.find(bpmn("expression")))):
            if text:
                return text
    return _resource(node)


def _resource(node: XmlNode) -> str:
    """The name of the resource that a role refers to: a group of people, also where the role is a performer."""
    name = text_of(node.find(bpmn("resourceRef")))
    found = (item for item in node.getroottree().getroot().iterfind(bpmn("resource")) if item.get("id") == name)
    return next((f"group({item.get('name') or name})" for item in found), "")


def _owners(node: XmlNode) -> None:
    groups: list[str] = []
    users: list[str] = []
    for role in children(node, *OWNERS):
        text = owner_text(role)
        if local(role) in ("humanPerformer", "performer") and not text.startswith("group("):
            _say(node, "assignee", text)
        elif text.startswith(("=", "${", "#{")):
            _say(node, "candidateGroups", text)
        else:
            _sort(text, groups, users)
    _say(node, "candidateGroups", ",".join(groups))
    _say(node, "candidateUsers", ",".join(users))


def _sort(text: str, groups: list[str], users: list[str]) -> None:
    """Tell `user(li)` from `group(DESK)`; a plain name is a group."""
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _OWNER.fullmatch(part)
        (users if match and match["kind"] == "user" else groups).append(match["name"].strip() if match else part)
