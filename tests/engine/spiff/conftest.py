"""Fixtures that start the models beside the tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import spiff
from tests.engine.spiff.driver import Driver, FakeHost


@pytest.fixture
def run() -> Callable[..., Driver]:
    """Start the first of some models: `run("model", "called model", kva=100)`."""

    def start(*names: str, restoring: bool = True, element: str | None = None, **variables: object) -> Driver:
        host = FakeHost(*names)
        instance = spiff.Instance.start(host.definitions[names[0]], host, variables, element)
        return Driver(host, instance, restoring)

    return start


@pytest.fixture
def host() -> Callable[..., FakeHost]:
    """Make a host of some models."""
    return FakeHost
