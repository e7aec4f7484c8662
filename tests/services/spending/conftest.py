"""The carrier's side of the product."""

import pytest

from hotline.bootstrap import Hotline
from tests.webhooks import Webhooks


@pytest.fixture
def line(hotline: Hotline) -> Webhooks:
    """The carrier, speaking to the product."""
    return Webhooks(hotline)
