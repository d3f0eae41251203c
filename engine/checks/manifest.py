"""Checks of `pack.toml` against the other files."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.checks.content import FINDINGS, Content
from engine.findings import Problem, reason
from engine.pack import FILE, Pack


def check_manifest(content: Content) -> list[Problem]:
    """Problems of roles, expressions, the entry process and the messages of a pack."""
    pack = content.pack
    if pack is None:
        return []
    return [*_roles(pack), *_keepers(pack), *_expressions(pack), *_entry(pack, content), *_messages(pack, content)]


def _roles(pack: Pack) -> Iterator[Problem]:
    if not pack.roles:
        yield FINDINGS.problem(FILE, "roles", "no_roles")


def _keepers(pack: Pack) -> Iterator[Problem]:
    for role in pack.roles.values():
        if role.keeper and not role.team:
            yield FINDINGS.problem(FILE, f"roles.{role.id}.keeper", "keeper_without_team")


def _expressions(pack: Pack) -> Iterator[Problem]:
    for where, source in pack.expressions:
        try:
            feel.compile(source.removeprefix("=").strip())
        except feel.FeelError as error:
            yield FINDINGS.problem(FILE, where, "pack_no_feel", text=source, reason=reason(error))


def _entry(pack: Pack, content: Content) -> Iterator[Problem]:
    if pack.entry and pack.entry not in content.process_ids and not content.has_broken_diagrams:
        yield FINDINGS.problem(FILE, "processes.entry", "entry_missing", id=pack.entry)
    begins = {name for definition in content.definitions for name in definition.start_messages}
    if pack.start_message and pack.start_message not in begins and not content.has_broken_diagrams:
        yield FINDINGS.problem(FILE, "processes.start_message", "start_message_missing", name=pack.start_message)
    if pack.start_form and pack.start_form not in content.forms:
        yield FINDINGS.problem(FILE, "processes.start_form", "start_form_missing", id=pack.start_form)
    if pack.rating and pack.rating not in content.forms:
        yield FINDINGS.problem(FILE, "public.rating", "rating_form_missing", id=pack.rating)


def _messages(pack: Pack, content: Content) -> Iterator[Problem]:
    known = {name for definition in content.definitions for name in (*definition.messages, *definition.start_messages)}
    for name, notice in pack.messages.items():
        where = f"messages.{name}"
        if name not in known and not content.has_broken_diagrams:
            yield FINDINGS.problem(FILE, where, "message_unheard", name=name)
        if notice.form and notice.form not in content.forms:
            yield FINDINGS.problem(FILE, where, "message_form_missing", id=notice.form)
