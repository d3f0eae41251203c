"""Checks of `pack.toml` against the other files."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.checks.content import Content
from engine.errors import Problem
from engine.pack import FILE, Pack


def check_manifest(content: Content) -> list[Problem]:
    """Problems of roles, expressions, the entry process and the messages of a pack."""
    pack = content.pack
    if pack is None:
        return []
    return [*_roles(pack), *_keepers(pack), *_expressions(pack), *_entry(pack, content), *_messages(pack, content)]


def _roles(pack: Pack) -> Iterator[Problem]:
    if not pack.roles:
        yield Problem(
            FILE,
            "roles",
            "The pack names no role.",
            'Add [roles], for example ACCEPT = { zh = "受理", en = "Acceptance" }.',
        )


def _keepers(pack: Pack) -> Iterator[Problem]:
    for role in pack.roles.values():
        if role.keeper and not role.team:
            message = "One person of the role is to look after a case, but the role names no team to choose from."
            yield Problem(FILE, f"roles.{role.id}.keeper", message, "Add team, a FEEL text that gives the team's id.")


def _expressions(pack: Pack) -> Iterator[Problem]:
    for where, source in pack.expressions:
        try:
            feel.compile(source.removeprefix("=").strip())
        except feel.FeelError as error:
            yield Problem(FILE, where, f"{source!r} is no FEEL expression: {error}", "Correct the expression.")


def _entry(pack: Pack, content: Content) -> Iterator[Problem]:
    if pack.entry and pack.entry not in content.process_ids and not content.has_broken_diagrams:
        message = f"The entry process {pack.entry!r} is in none of the diagrams."
        yield Problem(FILE, "processes.entry", message, "Name the id of an executable process of this pack.")
    begins = {name for definition in content.definitions for name in definition.start_messages}
    if pack.start_message and pack.start_message not in begins and not content.has_broken_diagrams:
        message = f"No process begins with the message {pack.start_message!r}."
        yield Problem(FILE, "processes.start_message", message, "Name the message of a start event of this pack.")
    if pack.start_form and pack.start_form not in content.forms:
        message = f"The form {pack.start_form!r} with which a case begins is missing."
        yield Problem(FILE, "processes.start_form", message, f"Add a .form file with the id {pack.start_form!r}.")


def _messages(pack: Pack, content: Content) -> Iterator[Problem]:
    known = {name for definition in content.definitions for name in (*definition.messages, *definition.start_messages)}
    for name, notice in pack.messages.items():
        where = f"messages.{name}"
        if name not in known and not content.has_broken_diagrams:
            message = f"No process waits for the message {name!r}."
            yield Problem(FILE, where, message, "Correct the name, or draw the event that receives it.")
        if notice.form and notice.form not in content.forms:
            message = f"The form {notice.form!r} of the message is missing."
            yield Problem(FILE, where, message, f"Add a .form file with the id {notice.form!r}.")
