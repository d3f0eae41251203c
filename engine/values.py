"""Process variables between FEEL's domain and the JSON of a column, without loss."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from engine import feel


def to_domain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values given by a caller as FEEL values: ints and floats become Decimal."""
    return {str(name): feel.to_feel(value) for name, value in data.items()}


def to_column(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables as JSON that `from_column` turns into the same values again."""
    return {name: feel.to_json(feel.to_feel(value)) for name, value in variables.items()}


def from_column(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Variables out of the JSON of a column."""
    return {name: feel.from_json(value) for name, value in stored.items()}


def digest(*parts: object) -> str:
    """The same text for the same content, whatever the order of keys."""
    canonical = json.dumps([_plain(part) for part in parts], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(part: object) -> object:
    return to_column(part) if isinstance(part, Mapping) else part
