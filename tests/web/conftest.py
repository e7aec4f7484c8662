"""The carrier's side of a product."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from hotline.bootstrap import Hotline
from tests.webhooks import Webhooks


@pytest.fixture
def line(hotline: Hotline) -> Webhooks:
    """The line as the carrier asks it: signed webhooks in, documents out."""
    return Webhooks(hotline)


@pytest.fixture(autouse=True)
def logged() -> Iterator[Sequence[Any]]:
    """What the product logs."""
    with capture_logs() as events:
        yield events
