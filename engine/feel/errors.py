"""What can go wrong with an expression, said in words a clerk understands."""

from __future__ import annotations

from dataclasses import dataclass


class FeelError(ValueError):
    """An expression cannot be read, or asks for more work than one evaluation may do.

    `message` is Chinese, `message_en` English; `line` and `column` count from 1.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1, message_en: str = "") -> None:
        super().__init__(f"第 {line} 行第 {column} 列：{message} ({message_en})" if message_en else message)
        self.message = message
        self.message_en = message_en
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Warning:
    """Why a part of an expression became null; the place counts from 1."""

    line: int
    column: int
    message: str
    message_en: str = ""


class NoValue(Exception):
    """Raised inside a built-in function whose answer is null."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = message_en


class Exhausted(FeelError):
    """An evaluation has reached one of its limits."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message, 1, 1, message_en)


def place(source: str, offset: int) -> tuple[int, int]:
    """Return line and column (from 1) of a character offset."""
    line = source.count("\n", 0, offset) + 1
    return line, offset - (source.rfind("\n", 0, offset) + 1) + 1
