"""The town of the journeys."""

from tests.journeys.conftest import start, town

__all__ = ["start", "town"]
