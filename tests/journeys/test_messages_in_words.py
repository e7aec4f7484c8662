"""A message left on the line can be read at the desk, where a model is installed."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.cli.stage import Stage, open_stage
from hotline.db import Database
from hotline.models import Voicemail
from hotline.models.status import TranscriptState
from tests.conftest import missing

MODEL = os.environ.get("HOTLINE_TEST_TRANSCRIPTION_MODEL", "")
URGENT = Path(__file__).parents[1] / "payloads" / "urgence.wav"
LUCIEN = "+33639980001"


@pytest.fixture
def town(environment: Path, database: Database, start: datetime) -> Iterator[Stage]:
    """A town whose clock puts messages into words."""
    if not MODEL:
        missing("transcription", "HOTLINE_TEST_TRANSCRIPTION_MODEL names no model")
    settings = {"HOTLINE_TRANSCRIPTION_MODEL": MODEL}
    with open_stage(environment, start, database=database, **settings) as stage:
        yield stage


def test_a_call_for_help_is_read_minutes_after_it_was_left(town: Stage) -> None:
    lucien = town.exchange.phone(LUCIEN)
    lucien.dial(town.hotline.line.number)
    for _ in range(90):
        if lucien.prompt != "record":
            town.exchange.advance(1)
    town.exchange.advance(2)
    lucien.speak(wav=URGENT.read_bytes())
    town.exchange.advance(8)
    lucien.hang_up()
    town.let(30)
    with town.hotline.database.read() as session:
        voicemail = session.scalars(select(Voicemail)).one()
    assert voicemail.transcript_state is TranscriptState.DONE
    assert "j'ai mal à la poitrine" in (voicemail.transcript or "")
