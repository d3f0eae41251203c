"""The differences of two versions in words: where, and what became of it, grouped by what they mean for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from engine.versions import Change

#: What an analyst cares about first.
ORDER: Final = ("flow", "limits", "decisions", "forms", "letters", "manifest", "layout")
_LONG: Final = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One change as a row of the table."""

    file: str
    act: str
    icon: str
    element: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one effect; those of the drawing alone are folded."""

    effect: str
    title: str
    lines: tuple[Line, ...]

    @property
    def folded(self) -> bool:
        return self.effect == "layout"


def grouped(changes: Iterable[Change]) -> tuple[Group, ...]:
    """The changes by effect; flows that only follow their steps are left to the picture."""
    shown: dict[str, list[Line]] = {effect: [] for effect in ORDER}
    for change in changes:
        if not _follows(change):
            shown[change.effect].append(line(change))
    titles = _titles()
    return tuple(Group(effect, titles[effect], tuple(lines)) for effect, lines in shown.items() if lines)


def line(change: Change) -> Line:
    """One change in words."""
    icons = {"added": "plus", "removed": "minus", "changed": "pencil", "moved": "arrows-move"}
    return Line(change.file, change.act, icons[change.act], change.element, _where(change), _what(change))


def _follows(change: Change) -> bool:
    """A flow that came or went without a name says nothing that its steps do not say."""
    bare = change.kind == "sequenceFlow" and change.name == change.element
    return bare and (change.act != "changed" or change.field in ("sourceRef", "targetRef"))


def _titles() -> Mapping[str, str]:
    return {
        "flow": _("流程"),
        "limits": _("时限"),
        "decisions": _("决策"),
        "forms": _("表单"),
        "letters": _("文书"),
        "manifest": _("包的设置"),
        "layout": _("只是画得不同"),
    }


def _where(change: Change) -> str:
    if change.kind == "rule":
        return _("%(file)s 第 %(row)s 行", file=change.file, row=change.name)
    return change.name or change.file


def _what(change: Change) -> str:
    kind = _kind(change.kind)
    if change.act == "added":
        return _("新增%(kind)s", kind=kind)
    if change.act == "removed":
        return _("删除%(kind)s", kind=kind)
    if change.act == "moved":
        return _("挪了位置")
    if not change.field:
        return _("整个文件改了")
    field = _field(change.field)
    if change.kind == "letter":
        field = _("第 %(n)s 段", n=change.field) if change.field != "look" else _("只改了样式")
    return _("%(field)s：%(before)s → %(after)s", field=field, before=_cut(change.before), after=_cut(change.after))


def _cut(text: str) -> str:
    short = " ".join(text.split())
    return (short[:_LONG] + "…") if len(short) > _LONG else (short or _("（空）"))


def _kind(kind: str) -> str:
    known = {
        "userTask": _("用户任务"),
        "serviceTask": _("服务任务"),
        "businessRuleTask": _("规则任务"),
        "scriptTask": _("脚本任务"),
        "receiveTask": _("等待消息"),
        "callActivity": _("调用流程"),
        "subProcess": _("子流程"),
        "exclusiveGateway": _("排他网关"),
        "parallelGateway": _("并行网关"),
        "inclusiveGateway": _("包容网关"),
        "boundaryEvent": _("边界事件"),
        "startEvent": _("开始"),
        "endEvent": _("结束"),
        "sequenceFlow": _("连线"),
        "rule": _("行"),
        "input": _("输入列"),
        "output": _("输出列"),
        "decision": _("决策"),
        "file": _("文件"),
        "group": _("分组"),
    }
    return known.get(kind, kind)


def _field(field: str) -> str:
    known = {
        "name": _("名称"),
        "candidateGroups": _("候选角色"),
        "assignee": _("办理人"),
        "formRef": _("表单"),
        "decisionRef": _("决策"),
        "calledElement": _("被调用的流程"),
        "topic": _("处理函数"),
        "documentation": _("作业指导"),
        "conditionExpression": _("条件"),
        "property stage": _("阶段"),
        "property limit": _("时限键"),
        "property clock": _("时钟"),
        "sourceRef": _("从哪里来"),
        "targetRef": _("到哪里去"),
        "label": _("标签"),
        "validate.required": _("必填"),
        "properties.sensitive": _("加密"),
        "hitPolicy": _("命中策略"),
    }
    return known.get(field, field.removeprefix("property "))
