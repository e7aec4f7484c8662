"""The fetching of audio: patient with the carrier and the store, never twice at a time."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Voicemail
from hotline.models.status import VoicemailState
from hotline.services import voicemails
from hotline.services.voicemails import Fetch
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.records import only
from tests.webhooks import Webhooks, sid


@pytest.fixture
def message(hotline: Hotline) -> Voicemail:
    """A message whose audio is ready at the carrier."""
    line = Webhooks(hotline)
    line.call()
    news = {"CallSid": sid("CA", 1), "RecordingSid": sid("RE", 1), "RecordingStatus": "completed"}
    line.post("/voice/recording", **news, RecordingDuration="12")
    return only(hotline, Voicemail)


def claim(hotline: Hotline) -> list[Fetch]:
    with hotline.database.write() as session:
        return voicemails.claim_due(session, hotline.clock.now(), 10)


def fail(hotline: Hotline, fetch: Fetch, *, gone: bool) -> Voicemail:
    with hotline.database.write() as session:
        voicemails.not_fetched(session, fetch, hotline.clock.now(), gone=gone)
    return only(hotline, Voicemail)


def test_a_claimed_message_is_nobody_elses(hotline: Hotline, message: Voicemail) -> None:
    assert [fetch.recording_sid for fetch in claim(hotline)] == [message.recording_sid]
    assert claim(hotline) == []


def test_the_claim_of_a_process_that_died_lapses(
    hotline: Hotline, message: Voicemail, clock: StoppedClock
) -> None:
    claim(hotline)
    clock.advance(voicemails.CLAIM_LASTS)
    assert len(claim(hotline)) == 1


def test_a_carrier_that_is_away_is_asked_again_later(
    hotline: Hotline, message: Voicemail, clock: StoppedClock
) -> None:
    assert jobs.fetch_recordings(hotline)
    tried = only(hotline, Voicemail)
    assert tried.state is VoicemailState.EXPECTED
    assert timedelta(0) < tried.try_at - clock.now() < timedelta(minutes=1)
    assert jobs.fetch_recordings(hotline) == "", "not before its time"


def test_the_waits_grow_up_to_a_quarter_of_an_hour(
    hotline: Hotline, message: Voicemail, clock: StoppedClock
) -> None:
    waits = []
    for _ in range(12):
        (fetch,) = claim(hotline)
        due = fail(hotline, fetch, gone=False).try_at
        waits.append(due - clock.now())
        clock.set(due)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=4), timedelta(minutes=15))


def test_audio_that_the_carrier_denies_for_a_day_is_lost_and_told(
    hotline: Hotline, message: Voicemail, clock: StoppedClock
) -> None:
    clock.advance(timedelta(hours=23))
    assert fail(hotline, claim(hotline)[0], gone=True).state is VoicemailState.EXPECTED
    clock.advance(timedelta(hours=2))
    assert fail(hotline, claim(hotline)[0], gone=True).state is VoicemailState.LOST
    assert only(hotline, Alert).kind == "voicemail_lost"


def test_a_carrier_that_is_away_for_days_loses_nothing(
    hotline: Hotline, message: Voicemail, clock: StoppedClock
) -> None:
    clock.advance(timedelta(days=5))
    assert fail(hotline, claim(hotline)[0], gone=False).state is VoicemailState.EXPECTED


def test_audio_of_a_message_that_was_taken_back_meanwhile_is_not_kept(
    hotline: Hotline, message: Voicemail
) -> None:
    (fetch,) = claim(hotline)
    line = Webhooks(hotline)
    news = {"CallSid": sid("CA", 1), "RecordingSid": sid("RE", 1), "RecordingStatus": "completed"}
    line.post("/voice/recording", **news, RecordingDuration="1")
    with hotline.database.write() as session:
        assert not voicemails.stored(session, fetch, "0" * 64)
        voicemails.not_fetched(session, fetch, hotline.clock.now(), gone=True)
