"""What the web can refuse, as one tree; `web.answers` turns it, and the errors of every room below, into answers."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus


class WebError(Exception):
    """Root of the errors of the web; `remedy` says what to do next."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST

    def __init__(self, title: str, remedy: str = "", errors: Mapping[str, list[str]] | None = None) -> None:
        self.title = title
        self.remedy = remedy
        self.errors = dict(errors or {})
        super().__init__(f"{title} {remedy}".strip())


class BadSetting(WebError):
    """A `YEKUO_*` setting cannot be used."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


class NotSignedIn(WebError):
    """The request carries no living session."""

    status = HTTPStatus.UNAUTHORIZED


class Forbidden(WebError):
    """The session is good, the right is missing."""

    status = HTTPStatus.FORBIDDEN


class Missing(WebError):
    """There is no such thing, or none that this person may know of."""

    status = HTTPStatus.NOT_FOUND


class TakenAlready(WebError):
    """Somebody was faster."""

    status = HTTPStatus.CONFLICT


class TooEarly(WebError):
    """The case has not come so far yet."""

    status = HTTPStatus.CONFLICT


class Invalid(WebError):
    """The input has errors; `errors` names them by field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooLarge(WebError):
    """The body or a file is over its limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooMany(WebError):
    """A rate limit was reached; `wait` seconds until the next try."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, title: str, wait: int) -> None:
        self.wait = wait
        super().__init__(title)
