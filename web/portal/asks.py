"""What a case asks of its customer: the messages it waits for, each with its form, its words and its date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.deadlines import Deadline
from web.packs import Message, pack_of
from web.wording import listed

#: The deadline of papers that follow an acceptance on a commitment.
SUPPLEMENT: Final = "supplement"


@dataclass(frozen=True)
class Ask:
    """One open wait for the customer."""

    message: str
    title: str
    button: str
    form: str
    #: Why and what, in one sentence.
    text: str
    icon: str
    deployment_id: str
    instance_id: str
    #: The token that waits: what it sees is more than what the whole case sees.
    token: str
    #: Offered while the case goes on, and never as the thing to do next.
    anytime: bool = False
    due_at: datetime | None = None
    #: The papers follow an acceptance: being late ends the case and enters the credit record.
    deferred: bool = False


def open_asks(
    connection: Connection, number: str, variables: Mapping[str, Any], deadlines: Sequence[Deadline] = ()
) -> tuple[Ask, ...]:
    """The customer's messages for which a wait is open now, each once."""
    found: dict[str, Ask] = {}
    for wait in queries.waits(connection, number):
        message = pack_of(connection, wait.deployment_id).messages.get(wait.message)
        if message is not None and message.by == "customer" and message.name not in found:
            follows = _supplement(wait, deadlines)
            due_at = follows.due_at if follows else _due(wait, deadlines)
            found[message.name] = _ask(wait, message, variables, due_at, follows is not None)
    return tuple(found.values())


def _ask(
    wait: queries.Wait, message: Message, variables: Mapping[str, Any], due_at: datetime | None, deferred: bool
) -> Ask:
    icon, text = _words(message.name, variables)
    return Ask(
        message.name, _(message.title), _(message.button), message.form, text, icon,
        wait.deployment_id, wait.instance_id, wait.token, message.anytime, due_at, deferred,
    )  # fmt: skip


def _supplement(wait: queries.Wait, deadlines: Sequence[Deadline]) -> Deadline | None:
    """The deadline of papers that follow, which encloses their wait and began before it."""
    if wait.message != "MSG_DOCUMENTS_SUPPLIED":
        return None
    return next((d for d in deadlines if d.key == SUPPLEMENT and d.state == "open"), None)


def _due(wait: queries.Wait, deadlines: Sequence[Deadline]) -> datetime | None:
    """A wait with a limit of its own opened its deadline in the same turn."""
    own = (d for d in deadlines if d.subject == "stage" and d.opened_at == wait.opened_at and d.state == "open")
    return next((d.due_at for d in own if d.key != d.stage), None)


def missing_titles(variables: Mapping[str, Any]) -> tuple[str, ...]:
    """The papers that are missing, as the check list calls them."""
    titles = {
        str(paper.get("type")): str(paper.get("title", paper.get("type")))
        for paper in variables.get("checklist") or ()
        if isinstance(paper, Mapping)
    }
    return tuple(titles.get(str(kind), str(kind)) for kind in variables.get("missing") or ())


def _words(message: str, variables: Mapping[str, Any]) -> tuple[str, str]:
    """Icon and sentence of a message; others get their title alone."""
    table = {
        "MSG_DOCUMENTS_SUPPLIED": ({"icon": "camera"}, _missing_text(variables)),
        "MSG_COMMITMENT_SIGNED": (
            {"icon": "signature"},
            _("签了承诺书就先受理，缺的材料限期补；不想承诺也可以先补齐再办。"),
        ),
        "MSG_EXPOST_REPAIRED": ({"icon": "checks"}, _("按核查意见改好后告诉我们，我们再来看。")),
        "MSG_CREDIT_OBJECTED": (
            {"icon": "hand-click"},
            _("觉得不该记入信用记录，可以在期限内提出，由没有经手的人复核。"),
        ),
        "MSG_CREDIT_REPAIR_ASKED": ({"icon": "hand-click"}, _("改正以后可以申请提前结束信用记录。")),
        "MSG_CUSTOMER_CONFIRMED": ({"icon": "file-check"}, _("看懂要点和费用，签名确认后即可往下办。")),
        "MSG_DESIGN_SUBMITTED": ({"icon": "ruler-2"}, _("请设计单位按方案出图，交来后我们审查。")),
        "MSG_CONTRACTOR_NAMED": ({"icon": "tools"}, _("告诉我们谁来施工，资质可自选，我们不指定。")),
        "MSG_MID_INSPECTION_REQUESTED": ({"icon": "eye-check"}, _("隐蔽工程覆盖之前，约我们来看。")),
        "MSG_COMPLETION_REPORTED": ({"icon": "clipboard-check"}, _("完工后报验，我们上门检验。")),
        "MSG_DEFECTS_FIXED": ({"icon": "checks"}, _("缺陷都改好后告诉我们，我们再来看。")),
        "MSG_CONTRACT_SIGNED": ({"icon": "signature"}, _("核对供用电合同，签名后装表送电。")),
    }
    icon, text = table.get(message, ({"icon": "hand-click"}, ""))
    return icon["icon"], text


def _missing_text(variables: Mapping[str, Any]) -> str:
    titles = missing_titles(variables)
    if not titles:
        return _("按清单补齐，一次交清。")
    return _("缺 %(count)d 份：%(titles)s。一次补齐就行。", count=len(titles), titles=listed(titles))
