"""Letters to the customer, filled from Word templates that office staff edit."""

import io
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from docx import Document
from docxtpl import DocxTemplate

#: Letters are dated in the zone of the company.
ZONE = ZoneInfo("Asia/Shanghai")
#: A span of years, months and days of ISO 8601.
_SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


def fill(template: bytes, fields: Mapping[str, Any]) -> bytes:
    """Return the Word document that ``template`` gives with ``fields``.

    Text is escaped, so a name with ``<`` or ``&`` stays a name. A field the template asks for and
    ``fields`` lacks comes out empty.
    """
    document = DocxTemplate(io.BytesIO(template))
    document.render(dict(fields), autoescape=True)
    filled = io.BytesIO()
    document.save(filled)
    return filled.getvalue()


def text(document: bytes) -> str:
    """The running text of a Word document, one paragraph after another; what stands in tables is left out."""
    found = (paragraph.text.strip() for paragraph in Document(io.BytesIO(document)).paragraphs)
    return "\n\n".join(paragraph for paragraph in found if paragraph)


def moment(value: datetime) -> str:
    """``2026年11月20日18:00``, as letters state when something is due."""
    return f"{day(value)}{value.astimezone(ZONE):%H:%M}"


def day(moment: datetime) -> str:
    """``2026年11月20日``, as letters are dated."""
    local = moment.astimezone(ZONE)
    return f"{local.year}年{local.month}月{local.day}日"


def span(duration: str) -> str:
    """``1 年``, ``3 个月`` for ``P1Y``, ``P3M``; other texts stay as they are."""
    found = _SPAN.fullmatch(duration)
    parts = zip(found.groups(), ("年", "个月", "日"), strict=True) if found else ()
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or duration


def yuan(amount: Decimal) -> str:
    """``412,000.00 元``, as letters state money."""
    return f"{amount:,.2f} 元"
