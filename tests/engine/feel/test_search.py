"""Whatever is called with whatever, in a loop: it ends in a value or in words, and pays for what it takes."""

from __future__ import annotations

from random import Random

import pytest

from engine.feel import limits
from tests.engine.feel.search import calls, spent

pytestmark = pytest.mark.deep

#: how much longer than the simplest loop a step may take: that one takes two thirds of what a step stands for
MOST = 4.0


def _simplest() -> float:
    return min(seconds / steps for seconds, steps in (spent("j") for _ in range(3)))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_takes_longer_than_it_pays_for(seed: int) -> None:
    """What others do on the machine slows both sides alike; only what is dear in five rounds is dear."""
    dear, usual = [], _simplest()
    for call in calls(Random(seed), 8):
        for _ in range(5):
            seconds, steps = spent(call)
            # Below a third of the budget nothing can be long.
            if seconds / max(steps, limits.STEPS // 3) <= MOST * usual:
                break
            usual = _simplest()
        else:
            dear.append(call)
    assert dear == []
