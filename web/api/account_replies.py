"""Shapes of answers about sessions and accounts."""

from __future__ import annotations

from marshmallow import Schema, fields

from web.api.replies import moment


class SessionReply(Schema):
    signed_in = fields.Boolean(required=True)
    id = fields.String()
    kind = fields.String()
    name = fields.String()
    roles = fields.List(fields.String())
    regions = fields.List(fields.String())
    rights = fields.List(fields.String())
    must_change = fields.Boolean()
    #: To be sent in the header `X-CSRF-Token` of every command of this browser; it changes with every sign-in.
    csrf_token = fields.String(required=True)


class OpenedSession(Schema):
    id = fields.String(required=True)
    created_at = moment(required=True)
    expires_at = moment(required=True)
    address = fields.String(required=True)
    agent = fields.String(required=True)
    current = fields.Boolean(required=True)


class UserReply(Schema):
    id = fields.String(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    number = fields.String(required=True)
    department = fields.String(required=True)
    mail = fields.String(required=True)
    state = fields.String(required=True)
    state_reason = fields.String(required=True)
    roles = fields.List(fields.String())
    regions = fields.List(fields.String())
