"""The automatic preliminary review of an application (R77): is everything there, and do the statements agree?

What statements are held against one another, and at which numbers, are rows of the decision ``preliminary_review``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bpmn.connection.papers import wanted

#: What the review may suggest to the clerk, who can decide otherwise with a reason.
COMPLETE, INCOMPLETE, DOUBTFUL = "complete", "incomplete", "doubtful"
_WORDS = {COMPLETE: "材料齐全，未发现疑点", INCOMPLETE: "缺件，建议一次性告知", DOUBTFUL: "材料齐全，有疑点，请核对"}


def result(values: Mapping[str, Any], missing: Sequence[str], rules: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return ``{suggested, title, reasons}``: what the review suggests and every reason for it, a sentence each.

    ``rules`` are the rows of ``preliminary_review`` that apply.
    """
    lacking = _lacking(values.get("checklist"), missing)
    doubts = [str(row["sentence"]) for row in rules] + _other_cases(values.get("possible_duplicates") or ())
    suggested = INCOMPLETE if lacking else DOUBTFUL if doubts else COMPLETE
    return {"suggested": suggested, "title": _WORDS[suggested], "reasons": [*lacking, *doubts]}


def _lacking(checklist: Iterable[Mapping[str, Any]] | None, missing: Sequence[str]) -> list[str]:
    rows = [row for row in wanted(checklist) if row["type"] in missing]
    return [
        f"缺{row['title']}（{'核心材料，不可容缺' if row.get('core') else '非核心材料，可以容缺'}）。" for row in rows
    ]


def _other_cases(numbers: Iterable[str]) -> list[str]:
    found = "、".join(numbers)
    return [f"同一证件另有在办申请：{found}，请核对是否重复。"] if found else []
