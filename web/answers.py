"""The one map from errors to answers: problem+json for scripts and islands, a page for people. No view has a `try`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from engine import dmn, feel
from engine import errors as refusals
from engine.documents import UploadRefused
from engine.parts import TooManyUploads
from forms import FormErrors
from web import errors as own
from web import handover
from web.api.words import said
from web.context import now
from web.database import lost_race, read
from web.findings import finding
from web.people import name_of
from web.wording import moment_text

log = structlog.get_logger("yekuo.web")


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal as people and scripts get it (RFC 9457 with our members)."""

    status: int
    title: str
    detail: str = ""
    remedy: str = ""
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    reference: str = ""
    #: Who was faster and when, the present revision: what a page needs to offer 看差异 / 用我的 / 用新的.
    conflict: Mapping[str, object] = field(default_factory=dict)
    #: Findings about files: file, element, code, message, advice, severity.
    problems: tuple[Mapping[str, object], ...] = ()
    wait: int = 0


def answer(error: Exception) -> Answer:
    """The answer to `error`, by its nearest class in the table."""
    for kind in type(error).__mro__:
        if kind in _TABLE:
            return _TABLE[kind](error)
    return _unexpected(error)


def init_app(app: Flask) -> None:
    app.register_error_handler(Exception, _respond)


def _respond(error: Exception) -> Response:
    found = answer(error)
    if found.status >= 500:
        log.error("request failed", reference=found.reference, endpoint=request.endpoint, exc_info=error)
    response = _as_json(found) if _wants_json() else _as_page(found)
    response.status_code = found.status
    if found.wait:
        response.headers["Retry-After"] = str(found.wait)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_json() -> bool:
    """Islands and partners ask for JSON or for nothing in particular; a plain form of a page asks for HTML."""
    html = "text/html" in request.headers.get("Accept", "")
    return not html if request.path.startswith("/api/") else request.headers.get("Accept") == "application/json"


def _as_json(found: Answer) -> Response:
    body = {key: value for key, value in asdict(found).items() if value or key == "title"}
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _as_page(found: Answer) -> Response:
    return Response(render_template("auth/problem.html", answer=found), mimetype="text/html")


def _web(error: own.WebError) -> Answer:
    return Answer(int(error.status), error.title, remedy=error.remedy, errors=error.errors)


def _too_many(error: own.TooMany) -> Answer:
    return Answer(429, error.title, wait=error.wait)


def _http(error: HTTPException) -> Answer:
    titles = {
        400: (_("这个请求不完整"), _("重新载入页面再试。")),
        404: (_("没有这个页面"), _("检查地址，或回到首页。")),
        405: (_("这个地址不接受这样的请求"), _("从页面上的按钮操作。")),
        413: (_("内容太大"), _("文件不超过 20 MB；分开上传。")),
        415: (_("这种内容收不了"), _("从页面上的按钮操作。")),
        422: (_("有几处要改"), _("照提示改好再提交。")),
    }
    status = error.code or 500
    title, remedy = titles.get(status, (_("这一步没有办成"), _("稍后再试。")))
    return Answer(status, title, remedy=remedy, errors=_schema_errors(error))


def _schema_errors(error: HTTPException) -> dict[str, list[str]]:
    """Errors of a request schema (webargs puts them on the exception), flat by field."""
    found: dict[str, list[str]] = {}
    for fields in (getattr(error, "data", None) or {}).get("messages", {}).values():
        found.update(_flat("", fields))
    return found


def _flat(path: str, told: object) -> Iterator[tuple[str, list[str]]]:
    """`rows.0.name` for what is wrong inside lists and tables; `body` for a body that cannot be read."""
    if isinstance(told, Mapping):
        for key, inner in told.items():
            yield from _flat(f"{path}.{key}" if path else str(key), inner)
    else:
        yield path or "body", [said(str(text)) for text in (told if isinstance(told, list) else [told])]


def _form(error: FormErrors) -> Answer:
    count = len(error.errors)
    return Answer(
        422,
        _("还不能提交：%(count)d 处要改", count=count),
        remedy=_("照每处下面的提示改好再提交，填过的都还在。"),
        errors=error.errors,
    )


def _completed(error: refusals.TaskAlreadyCompleted) -> Answer:
    at, who = moment_text(error.at, now()) if error.at else "", name_of(error.by)
    title = (
        _("流程已收回这个任务（%(at)s）。", at=at)
        if error.cancelled
        else _("这个任务 %(at)s 已由%(who)s办结。", at=at, who=who)
    )
    conflict = {"kind": "completed", "by": who, "at": error.at.isoformat() if error.at else None}
    return Answer(409, title, remedy=_("看结果，或回待办。您填的还在本页。"), conflict=conflict)


def _stale(error: refusals.StaleTask) -> Answer:
    return Answer(
        409,
        _("别人改过这个任务。您填的都还在。"),
        remedy=_("看差异，再决定用您的还是用新的。"),
        conflict={"kind": "stale", "rev": error.rev},
    )


def _reminded(error: refusals.RemindedAlready) -> Answer:
    at = moment_text(error.at, now())
    need = _("写明为什么又催，再提醒。")
    return Answer(409, _("%(at)s 刚催过，4 小时内不重复提醒。", at=at), remedy=need, errors={"reason": [need]})


def _claimed(error: refusals.TaskAlreadyClaimed) -> Answer:
    who = name_of(error.by)
    return Answer(
        409,
        _("%(who)s刚领走这个任务。", who=who),
        remedy=_("办下一件，或请其退回、由主管改派。"),
        conflict={"kind": "claimed", "by": who},
    )


def _stale_file(error: refusals.StaleFile) -> Answer:
    at, who = moment_text(error.at, now()) if error.at else "", name_of(error.by)
    return Answer(
        409,
        _("%(who)s %(at)s 改过这个文件。", who=who, at=at),
        remedy=_("您画的都还在本机：用本机的，或用服务器上的。"),
        conflict={"kind": "file", "by": who, "rev": error.rev},
    )


def _held(error: refusals.FileHeld) -> Answer:
    who = name_of(error.by)
    return Answer(
        409,
        _("%(who)s 正在改 %(path)s。", who=who, path=error.path),
        remedy=_("先按只读看；请其存好、关掉以后，再办这一步。"),
        conflict={"kind": "held", "by": who},
    )


def _conflict(_error: refusals.Conflict) -> Answer:
    return Answer(409, _("情况已经变了，这一步没有执行。"), remedy=_("重新载入，看清现状再办。"))


def _reused(_error: refusals.RequestReused) -> Answer:
    remedy = _("重新载入页面再办；程序每次操作要用一个新的随机编号。")
    return Answer(409, _("这个请求编号已经用于另外的内容，这次没有执行。"), remedy=remedy)


def _ended(_error: refusals.InstanceEnded) -> Answer:
    return Answer(409, _("这个案件已经结束，不能再办。"), remedy=_("需要再办时，新建一件。"))


def _missing(_error: refusals.NotFound) -> Answer:
    return Answer(404, _("没有找到，或不在您的范围内。"), remedy=_("检查号码是否抄全，或从列表里打开。"))


def _not_allowed(_error: refusals.NotAllowed) -> Answer:
    return Answer(403, _("这一步不归您办。"), remedy=_("请有这项职责、管这个区域的同事办理。"))


def _same_actor(_error: refusals.SameActor) -> Answer:
    return Answer(403, _("这是您自己做的，不能由您自己审核。"), remedy=_("请另一位有权限的同事办理。"))


def _own_work(error: refusals.OwnWork) -> Answer:
    who = name_of(error.by)
    title = (
        _("「%(step)s」由您办理，不能由您审核。", step=error.done)
        if error.by == error.actor
        else _("「%(step)s」由%(name)s办理，您代理%(name)s，也不能审核。", step=error.done, name=who)
    )
    return Answer(403, title, remedy=_instead(error.task_id))


def _not_qualified(error: refusals.NotQualified) -> Answer:
    title = handover.refusal(read(), error, now())
    return Answer(403, title, remedy=_("请管理员登记证书。") + _instead(error.task_id))


def _cannot_be_named(error: refusals.CannotBeNamed) -> Answer:
    text = _("工号 %(number)s 不是能办「%(step)s」、管这个区域的在用人员。", number=error.number, step=error.step)
    if error.why is not None:
        text = handover.refusal(read(), error.why, now())
    remedy = _("从可派人员名单里另选一位。")
    return Answer(422, _("不能派给这个人。"), detail=text, remedy=remedy, errors={error.variable: [text + remedy]})


def _owners_task(_error: refusals.OwnersTask) -> Answer:
    remedy = _("请用「转办」写明原因，转给同班组的同事。")
    return Answer(403, _("这个任务归本案的负责人，不能退回大家领取。"), remedy=remedy)


def _instead(task_id: str) -> str:
    """Who may do it, read anew: the command has been rolled back."""
    names = handover.others(read(), task_id, now())
    return _("可转给 %(names)s。", names=names) if names else _("现在没有别人可以办，请主管安排。")


def _start_passed(_error: refusals.StartPassed) -> Answer:
    text = _("这个日子已经过去。")
    remedy = _("选今天或以后的日子；不填就是马上启用。")
    return Answer(422, text, remedy=remedy, errors={"starts_on": [text + remedy]})


def _problems(error: refusals.ProblemsFound) -> Answer:
    listed = tuple(asdict(finding(problem)) for problem in error.problems)
    return Answer(
        422,
        _("文件有 %(count)d 处问题，没有存入。", count=sum(one["severity"] == "error" for one in listed)),
        remedy=_("照每处的建议改好，再上传。"),
        problems=listed,
    )


def _decision(error: dmn.DmnError | feel.FeelError) -> Answer:
    return Answer(422, _("这样算不出来。"), detail=str(error), remedy=_("照提示改好决策表或输入值，再试。"))


def _rule(error: refusals.EngineError) -> Answer:
    return Answer(422, _("流程走不下去。"), detail=str(error), remedy=_("您填的已保留；请把这段话告诉流程分析员。"))


def _upload(error: UploadRefused) -> Answer:
    return Answer(422, error.message_zh, errors={"file": [error.message_zh]})


def _uploads(_error: TooManyUploads) -> Answer:
    return Answer(429, _("同时上传的文件太多。"), remedy=_("等前面的传完，再传这一份。"), wait=60)


def _database(error: DBAPIError) -> Answer:
    """Lost races are nobody's mistake: the same request may simply come again."""
    if lost_race(error):
        return Answer(503, _("现在办的人多，这一步还没有执行。"), remedy=_("几秒后再点一次，填过的都还在。"), wait=2)
    return _unexpected(error)


def _unexpected(_error: Exception) -> Answer:
    reference = f"E-{secrets.token_hex(3).upper()}"
    return Answer(
        500,
        _("这一步没有办成，您填的还在。"),
        remedy=_("管理员能按编号 %(reference)s 查到原因；可以先办别的。", reference=reference),
        reference=reference,
    )


#: Error class -> answer; the nearest class of an error wins.
_TABLE: Final[dict[type[BaseException], Callable[..., Answer]]] = {
    own.WebError: _web,
    own.TooMany: _too_many,
    HTTPException: _http,
    FormErrors: _form,
    DBAPIError: _database,
    UploadRefused: _upload,
    dmn.DmnError: _decision,
    feel.FeelError: _decision,
    TooManyUploads: _uploads,
    refusals.TaskAlreadyCompleted: _completed,
    refusals.StaleTask: _stale,
    refusals.StaleFile: _stale_file,
    refusals.FileHeld: _held,
    refusals.TaskAlreadyClaimed: _claimed,
    refusals.RemindedAlready: _reminded,
    refusals.InstanceEnded: _ended,
    refusals.RequestReused: _reused,
    refusals.Conflict: _conflict,
    refusals.NotFound: _missing,
    refusals.OwnWork: _own_work,
    refusals.NotQualified: _not_qualified,
    refusals.OwnersTask: _owners_task,
    refusals.CannotBeNamed: _cannot_be_named,
    refusals.SameActor: _same_actor,
    refusals.NotAllowed: _not_allowed,
    refusals.ProblemsFound: _problems,
    refusals.StartPassed: _start_passed,
    refusals.EngineError: _rule,
}
