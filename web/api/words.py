"""What marshmallow says about a request, in the language of the reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from flask_babel import gettext as _

#: Text of a check of marshmallow -> the same in our words; groups are what the check was given.
_TEXTS: Final[tuple[tuple[str, Callable[..., str]], ...]] = (
    (r"Missing data for required field\.|Field may not be null\.", lambda: _("请填写。")),
    (r"Longer than maximum length (\d+)\.", lambda most: _("最多 %(most)s 个字符。", most=most)),
    (r"Shorter than minimum length (\d+)\.", lambda least: _("至少 %(least)s 个字符。", least=least)),
    (
        r"Length must be between (\d+) and (\d+)\.",
        lambda least, most: _("要有 %(least)s 到 %(most)s 个字符。", least=least, most=most),
    ),
    (r"String does not match expected pattern\.", lambda: _("格式不对，照说明的样子填。")),
    (r"Must be one of: (.*)\.", lambda words: _("只能是：%(words)s。", words=words)),
    (
        r"Must be greater than(?: or equal to)? (\S+) and less than(?: or equal to)? (\S+)\.",
        lambda least, most: _("要在 %(least)s 和 %(most)s 之间。", least=least, most=most),
    ),
    (r"Must be greater than or equal to (\S+)\.", lambda least: _("不能小于 %(least)s。", least=least)),
    (r"Must be greater than (\S+)\.", lambda least: _("要大于 %(least)s。", least=least)),
    (r"Must be less than(?: or equal to)? (\S+)\.", lambda most: _("不能大于 %(most)s。", most=most)),
    (r"Not a valid (?:integer|number)\.|Number too large\.", lambda: _("这里要填数。")),
    (r"Special numeric values .*", lambda: _("这里要填数。")),
    (r"Not a valid string\.|Not a valid UTF-8 string\.", lambda: _("这里要填文字。")),
    (r"Not a valid (?:date|datetime|aware datetime|time)\.", lambda: _("这里要填日期，例如 2026-11-28。")),
    (r"Not a valid boolean\.", lambda: _("只能是“是”或“否”。")),
    (r"Not a valid list\.", lambda: _("这里要是一个列表。")),
    (r"Not a valid mapping type\.|Invalid input type\.", lambda: _("这里要是一组按名字给的值。")),
    (r"Not a valid (?:url|URL|email address)\.", lambda: _("格式不对，照说明的样子填。")),
    (r"Invalid JSON body\.", lambda: _("收到的内容不是完整的 JSON。")),
    (r"Unknown field\.", lambda: _("没有这一项。")),
    (r"Invalid value\.", lambda: _("这个值不能用。")),
)
_COMPILED: Final = tuple((re.compile(pattern, re.DOTALL), say) for pattern, say in _TEXTS)


def said(text: str) -> str:
    """The words for one text; a text of our own schemas stands as it is."""
    for pattern, say in _COMPILED:
        found = pattern.fullmatch(text)
        if found is not None:
            return say(*found.groups())
    return text
