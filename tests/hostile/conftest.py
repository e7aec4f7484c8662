"""Faults are heard, not printed."""

import logging
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def logged() -> Iterator[Sequence[MutableMapping[str, Any]]]:
    """What the product logs; libraries are quiet."""
    logging.disable(logging.CRITICAL)
    with capture_logs() as events:
        yield events
    logging.disable(logging.NOTSET)
