"""The built-in functions of FEEL (DMN 1.5, 10.3.4); importing a module registers its functions."""

from engine.feel.builtins import (
    aggregates,
    contexts,
    conversion,
    intervals,
    lists,
    numbers,
    strings,
    temporal,
)

__all__ = ["aggregates", "contexts", "conversion", "intervals", "lists", "numbers", "strings", "temporal"]
