"""Shapes of requests and answers about workspaces and what is drawn in them."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from web.api.replies import Done, Made, Revised, many, moment
from web.api.schemas import SHORT, Request


class WorkspaceBegun(Request):
    title = fields.String(load_default="", validate=validate.Length(max=100))
    #: The version to draw on; without one `pack` names the new pack.
    base = fields.String(load_default="", validate=SHORT)
    pack = fields.String(load_default="", validate=validate.Regexp(r"^([a-z][a-z0-9_]{1,63})?$"))


class FilePlace(Request):
    path = fields.String(required=True, validate=validate.Length(min=1, max=500))


class FileMoved(FilePlace):
    #: As it was read; another one means that somebody else changed it.
    rev = fields.Integer(required=True)


class FileWritten(FileMoved):
    text = fields.String(required=True, validate=validate.Length(max=4_000_000))


class FilesGiven(Request):
    """The form of an upload: single files, or a zip."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})
    files = fields.List(fields.Raw(metadata={"type": "string", "format": "binary"}))
    #: Where single files go.
    folder = fields.String(load_default="", validate=validate.Length(max=500))
    #: "REVISION PATH" of each file that may be replaced although it was changed in the workspace.
    seen = fields.List(fields.String(validate=validate.Regexp(r"^\d{1,9} .{1,500}$")))


class Checked(Request):
    #: A file that the editor has changed and not saved yet; empty for none.
    path = fields.String(load_default="", validate=validate.Length(max=500))
    text = fields.String(load_default="", validate=validate.Length(max=4_000_000))


class Submitted(Request):
    #: The newer version in use whose changes the analyst has seen and carried over as wanted; empty for none.
    beside = fields.String(load_default="", validate=validate.Length(max=100))
    note = fields.String(required=True, validate=validate.Length(min=2, max=500))


class Tried(FilePlace):
    text = fields.String(required=True, validate=validate.Length(max=4_000_000))
    decision = fields.String(required=True, validate=SHORT)
    #: FEEL by input; a bare word is taken as text.
    inputs = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.Length(max=2000)), load_default=dict
    )


class WorkspaceReply(Schema):
    id = fields.String(required=True)
    pack = fields.String(required=True)
    title = fields.String(required=True)
    #: open | submitted | discarded
    state = fields.String(required=True)
    base = fields.String(required=True)
    base_version = fields.Integer(required=True, allow_none=True)
    author = fields.String(required=True)
    changed_at = moment(required=True)


class WorkspaceFile(Schema):
    path = fields.String(required=True)
    #: same | changed | added | removed, against the version it is based on
    state = fields.String(required=True)
    size = fields.Integer(required=True)
    rev = fields.Integer(required=True)
    changed_by = fields.String(required=True)
    changed_at = moment(required=True, allow_none=True)
    #: Who is drawing it at this moment; empty for nobody.
    open_with = fields.String(required=True)


class WorkspaceWhole(WorkspaceReply):
    files = many(WorkspaceFile)


class FileReply(Schema):
    path = fields.String(required=True)
    text = fields.String(required=True)
    rev = fields.Integer(required=True)


class FileSaved(Revised):
    saved_at = moment(required=True)


class FilesTaken(Done):
    paths = fields.List(fields.String(), required=True)


class LockReply(Done):
    until = moment(required=True)


class WordReply(Schema):
    id = fields.String(required=True)
    title = fields.String(required=True)
    #: The file where it is defined; empty for none.
    file = fields.String(required=True)


class WordsReply(Schema):
    roles = many(WordReply)
    stages = many(WordReply)
    regions = many(WordReply)
    forms = many(WordReply)
    decisions = many(WordReply)
    processes = many(WordReply)
    messages = many(WordReply)
    limits = many(WordReply)
    topics = many(WordReply)
    variables = many(WordReply)
    functions = many(WordReply)


WORD_KINDS: Final = tuple(WordsReply._declared_fields)


class UseReply(Schema):
    #: forms | decisions | processes | messages | roles
    kind = fields.String(required=True)
    #: The word that is used.
    id = fields.String(required=True)
    file = fields.String(required=True)
    #: Empty for the manifest.
    element = fields.String(required=True)
    name = fields.String(required=True)


class QuestionReply(Schema):
    name = fields.String(required=True)
    #: What people call it.
    label = fields.String(required=True)
    type = fields.String(required=True)
    #: Texts that the column knows.
    words = fields.List(fields.String(), required=True)


class RuleReply(Schema):
    number = fields.Integer(required=True)
    id = fields.String(required=True)


class TrialReply(Schema):
    inputs = many(QuestionReply)
    #: As FEEL text.
    value = fields.String(required=True)
    rules = many(RuleReply)
    warnings = fields.List(fields.String(), required=True)


class CureReply(Schema):
    """One click of an editor that cures a finding."""

    #: property | attribute | default | unconditional | resize | rename | end | remove | field | create
    how = fields.String(required=True)
    #: The word of the element, or the path of the file, that it writes.
    name = fields.String(required=True)
    value = fields.String(required=True)
    #: Of its button, in the language of the reader.
    title = fields.String(required=True)


class FindingReply(Schema):
    """One finding of the checks."""

    file = fields.String(required=True)
    element = fields.String(required=True)
    #: Which check found it; the list of checks explains each.
    code = fields.String(required=True)
    #: In the language of the reader.
    message = fields.String(required=True)
    advice = fields.String(required=True)
    #: error | warning
    severity = fields.String(required=True)
    #: null where only a person can say how.
    cure = fields.Nested(CureReply, allow_none=True, required=True)


class Deployed(Made):
    """A version that was stored, and what the checks say about it and about who holds its roles today."""

    problems = many(FindingReply)
    pack = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)


class CheckReply(Schema):
    problems = many(FindingReply)
