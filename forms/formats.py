"""Ready formats of Chinese identifiers: the pattern for the browser, the check of the last character for the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import re2

#: Weights and check characters of an identity number (GB 11643-1999, ISO 7064 MOD 11-2).
ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"
#: Characters of a unified social credit code (GB 32100-2015), checked by MOD 31 with powers of 3.
CREDIT_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Format:
    """A named format of a text."""

    name: str
    #: What `validate.pattern` of the component should say, so that the browser refuses the same texts early.
    pattern: str
    check: Callable[[str], bool]
    message: str

    def fits(self, text: str) -> bool:
        """True if the text has the form and its check character is right."""
        return re2.fullmatch(self.pattern, text) is not None and self.check(text)


def id_card(text: str) -> bool:
    """True for 18 characters with a real birth date and a right check character."""
    try:
        date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], ID_WEIGHTS, strict=True))
    return text[17].upper() == ID_CHECKS[total % 11]


def credit_code(text: str) -> bool:
    """True for 18 characters with a right check character."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(text[:17]))
    return text[17] == CREDIT_SIGNS[-total % 31]


def _any(text: str) -> bool:
    return True


FORMATS: Final[Mapping[str, Format]] = {
    entry.name: entry
    for entry in (
        Format(
            "id_card",
            r"^[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$",
            id_card,
            "身份证号不对，共 18 位，请对照证件逐位核对",
        ),
        Format(
            "credit_code",
            r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$",
            credit_code,
            "统一社会信用代码不对，共 18 位，请对照营业执照核对",
        ),
        Format("mobile", r"^1[3-9]\d{9}$", _any, "手机号不对，应为 1 开头的 11 位数字"),
        # Length by the practice of meter asset numbers, 10 to 22 digits; no standard is claimed.
        Format("meter_no", r"^\d{10,22}$", _any, "电表号不对，只写数字，10 到 22 位"),
        Format("account", r"^\d{9,30}$", _any, "账号不对，只写数字，9 到 30 位，中间不留空格"),
    )
}
