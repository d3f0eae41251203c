"""What a form takes over of the variables that it is opened with: the browser empties what a component cannot show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from engine.feel import Function
from forms.component import Component

_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def taken_over(component: Component, value: Any) -> Any:
    """The variable as the browser shows it; None for what is no option of a choice and for what is no date."""
    if component.type in ("radio", "select"):
        return value if _is_option(component, value) else None
    if component.type in ("checklist", "taglist") and isinstance(value, list):
        return [item for item in value if _is_option(component, item)]
    if component.type == "datetime":
        return value if _is_moment(component, value) else None
    return value


def calendar_functions(today: date | None) -> dict[str, Function]:
    """`today()` of FEEL, for expressions of a form that is validated on a known day."""
    return {} if today is None else {"today": Function("today", (), lambda: today)}


def _is_option(component: Component, value: Any) -> bool:
    """Options that only the data or an expression know are judged with the submission."""
    values = component.raw.get("values")
    if not values or component.raw.get("valuesExpression") or component.raw.get("valuesKey"):
        return True
    return any(isinstance(option, Mapping) and option.get("value") == value for option in values)


def _is_moment(component: Component, value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(_READ[component.raw.get("subtype") or "date"](value))
    except (KeyError, ValueError):
        return False
