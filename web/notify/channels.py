"""How a notice leaves the house: SMTP, an SMS gateway, apprise for staff, or the console of a demonstration."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Final, Protocol
from urllib.parse import quote, unquote, urlsplit

import apprise
import requests

from web.config import Settings
from web.notify.outbox import Notice

_TIMEOUT: Final = 10


class Channel(Protocol):
    """Sends one notice or raises; called outside every transaction."""

    def send(self, notice: Notice) -> None: ...


class NotDelivered(Exception):
    """The other side did not take the notice; it is tried again later."""


class Console:
    """Prints the text for whoever runs a demonstration; never used in production."""

    def send(self, notice: Notice) -> None:
        sys.stderr.write(f"[{notice.channel}] {notice.receiver}: {notice.text}\n")


class Nowhere:
    """Production without a configured channel: the notice stays failed and visible instead of being lost."""

    def send(self, notice: Notice) -> None:
        raise NotDelivered(f"no channel is configured for {notice.channel!r}; set YEKUO_SMTP_URL or YEKUO_SMS_URL")


class Mail:
    """SMTP, with TLS for smtps:// and STARTTLS when the server offers it."""

    def __init__(self, url: str, sender: str) -> None:
        self._parts, self._sender = urlsplit(url), sender

    def send(self, notice: Notice) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, notice.receiver, notice.subject or "通知"
        message.set_content(notice.text)
        host, port = self._parts.hostname or "localhost", self._parts.port or 25
        kind = smtplib.SMTP_SSL if self._parts.scheme == "smtps" else smtplib.SMTP
        with kind(host, port, timeout=_TIMEOUT) as server:
            if self._parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls()
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            server.send_message(message)


class Sms:
    """A gateway that takes one GET with the number and the text in its address."""

    def __init__(self, template: str) -> None:
        self._template = template

    def send(self, notice: Notice) -> None:
        url = self._template.replace("{to}", quote(notice.receiver)).replace("{text}", quote(notice.text))
        answer = requests.get(url, timeout=_TIMEOUT, allow_redirects=False)
        if answer.status_code >= 300:
            raise NotDelivered(f"the SMS gateway answered {answer.status_code}")


class Staff:
    """Staff read notices on their screen; the configured groups get the subject only."""

    def __init__(self, urls: tuple[str, ...]) -> None:
        self._sender = apprise.Apprise()
        for url in urls:
            self._sender.add(url)

    def send(self, notice: Notice) -> None:
        if len(self._sender) and not self._sender.notify(
            body=notice.subject or "有新的待办，请登录查看。", title="通知"
        ):
            raise NotDelivered("a group channel did not take the notice")


class Screen:
    """A notice that waits on the screen of its reader has arrived."""

    def send(self, notice: Notice) -> None:
        return None


def channels(settings: Settings) -> Mapping[str, Channel]:
    """The channels of an installation by name."""
    fallback: Channel = Console() if settings.demonstration else Nowhere()
    return {
        "mail": Mail(settings.smtp_url, settings.mail_from) if settings.smtp_url else fallback,
        "sms": Sms(settings.sms_url) if settings.sms_url else fallback,
        "staff": Staff(settings.notify_urls),
        "inbox": Screen(),
    }
