"""A town to play in: the product on each database, the stand-in carrier, one clock."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.cli.stage import Stage, open_stage
from hotline.db import Database

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def start() -> datetime:
    """A Tuesday at 14:00, an ordinary opening hour; a journey may begin at another moment."""
    return datetime(2026, 11, 24, 14, 0, tzinfo=PARIS)


@pytest.fixture
def town(environment: Path, database: Database, start: datetime) -> Iterator[Stage]:
    """The whole town; the carrier must have found nothing wrong with what we said when the journey ends."""
    with open_stage(environment, start, database=database) as stage:
        yield stage
        stage.exchange.assert_clean()
