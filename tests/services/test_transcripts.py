"""Which message is put into words next, what is kept of it, and what in it nobody may trust."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.bootstrap import Hotline
from hotline.models import Caller, Voicemail
from hotline.models.status import TranscriptState, VoicemailState
from hotline.services import due, transcripts
from hotline.transcription import Heard, RecogniserStopped, TranscriptionError
from scheduler import writing
from tests.conftest import StoppedClock
from tests.records import rows
from tests.webhooks import Webhooks, sid


class Listener:
    """A recogniser that says of each sound what it was told to."""

    def __init__(self, *answers: Heard | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[bytes, str]] = []

    def hear(self, sound: bytes, language: str) -> Heard:
        self.asked.append((sound, language))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


WORDS = Heard("Rappelez-moi au 06 39 98.", -0.3)


def leave_message(hotline: Hotline, number: int, *, stored: bool = True) -> None:
    """A caller leaves a message, and its sound is fetched."""
    line = Webhooks(hotline)
    caller = f"+3363998{number:04}"
    action = str(line.call(number, caller).verb("Record").get("action"))
    form = line.form(number, caller, RecordingSid=sid("RE", number), RecordingDuration="12")
    line.document(action, **form)
    if stored:
        hotline.store.put(sid("RE", number), b"sound %d" % number)
        with hotline.database.write() as session:
            voicemail = session.scalars(
                select(Voicemail).where(Voicemail.recording_sid == sid("RE", number))
            ).one()
            voicemail.state = VoicemailState.STORED


def voicemails(hotline: Hotline) -> list[Voicemail]:
    return sorted(rows(hotline, Voicemail), key=lambda voicemail: voicemail.id)


def test_messages_are_put_into_words_one_at_a_time_the_oldest_first(
    hotline: Hotline, clock: StoppedClock
) -> None:
    leave_message(hotline, 1)
    clock.advance(timedelta(minutes=5))
    leave_message(hotline, 2)
    listener = Listener(WORDS, Heard("", None))
    assert writing.write_next(hotline, listener) == "1 message vocal mis par écrit"
    writing.write_next(hotline, listener)
    assert writing.write_next(hotline, listener) == ""
    assert listener.asked == [(b"sound 1", "fr"), (b"sound 2", "fr")]
    first, second = voicemails(hotline)
    assert (first.transcript, first.reliability) == (WORDS.text, WORDS.reliability)
    assert (second.transcript, second.transcript_state) == ("", TranscriptState.DONE)


def test_a_message_is_heard_in_the_language_of_its_caller(hotline: Hotline) -> None:
    leave_message(hotline, 1)
    with hotline.database.write() as session:
        session.scalars(select(Caller)).one().language = "en"
    listener = Listener(WORDS)
    writing.write_next(hotline, listener)
    assert listener.asked == [(b"sound 1", "en")]


def test_neither_an_old_message_nor_one_without_sound_is_put_into_words(
    hotline: Hotline, clock: StoppedClock
) -> None:
    leave_message(hotline, 1)
    clock.advance(timedelta(days=31))
    leave_message(hotline, 2, stored=False)
    assert writing.write_next(hotline, Listener()) == ""


def test_what_cannot_be_put_into_words_waits_for_the_next_start_of_the_clock(hotline: Hotline) -> None:
    leave_message(hotline, 1)
    writing.write_next(hotline, Listener(TranscriptionError("hors de mémoire")))
    assert voicemails(hotline)[0].transcript_state is TranscriptState.FAILED
    assert writing.write_next(hotline, Listener()) == ""
    writing.try_again(hotline)
    writing.write_next(hotline, Listener(WORDS))
    assert voicemails(hotline)[0].transcript_state is TranscriptState.DONE


def test_a_lost_sound_is_told_once_and_blocks_no_other(hotline: Hotline, clock: StoppedClock) -> None:
    leave_message(hotline, 1)
    clock.advance(timedelta(minutes=1))
    leave_message(hotline, 2)
    hotline.store.delete(sid("RE", 1))
    listener = Listener(WORDS)
    writing.write_next(hotline, listener)
    writing.write_next(hotline, listener)
    assert [one.transcript_state for one in voicemails(hotline)] == [
        TranscriptState.FAILED,
        TranscriptState.DONE,
    ]


def test_a_clock_that_stops_meanwhile_leaves_the_message_as_it_was(hotline: Hotline) -> None:
    leave_message(hotline, 1)
    writing.write_next(hotline, Listener(RecogniserStopped("arrêt")))
    assert voicemails(hotline)[0].transcript_state is TranscriptState.WAITING


def test_words_written_by_somebody_are_never_overwritten(hotline: Hotline, clock: StoppedClock) -> None:
    leave_message(hotline, 1)

    class Slow(Listener):
        def hear(self, sound: bytes, language: str) -> Heard:
            with hotline.database.write() as session:
                voicemail = session.scalars(select(Voicemail)).one()
                voicemail.transcript, voicemail.edited_at = "Écrit à la main.", clock.now()
            return super().hear(sound, language)

    assert writing.write_next(hotline, Slow(WORDS)) == ""
    assert voicemails(hotline)[0].transcript == "Écrit à la main."
    assert writing.write_next(hotline, Listener()) == ""


def test_nothing_is_asked_while_no_model_is_given(hotline: Hotline) -> None:
    leave_message(hotline, 1)
    with hotline.database.read() as session:
        assert not hotline.line.transcribes
        assert not due.anything(session, hotline.line, hotline.clock.now(), (due.TRANSCRIPTS,))
    assert writing.write_down(hotline) == ""


def test_the_clock_is_told_that_a_message_waits_for_its_words(hotline: Hotline) -> None:
    leave_message(hotline, 1)
    wanting = replace(hotline.line, transcribes=True)
    with hotline.database.read() as session:
        assert due.anything(session, wanting, hotline.clock.now(), (due.TRANSCRIPTS,))


def test_a_transcript_is_unsure_below_what_was_measured() -> None:
    assert transcripts.unsure(-0.6)
    assert not transcripts.unsure(-0.3)
    assert not transcripts.unsure(None)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Mon numéro est le 06, 39, 98, 0, 016.", ["06, 39, 98, 0, 016"]),
        ("Appelez le +33 6 39 98 00 16 ou le 15.", ["+33 6 39 98 00 16", "15"]),
        (
            "C'est le zéro six, trente-neuf, quatre-vingt-dix-huit.",
            ["zéro six, trente-neuf, quatre-vingt-dix-huit"],
        ),
        ("J'habite au 12 bis, à vingt et un kilomètres.", ["12", "vingt et un"]),
        ("Un ami et une amie m'ont rendu visite.", []),
        ("Je voudrais parler à quelqu'un.", []),
        ("", []),
    ],
)
def test_numbers_in_a_transcript_are_to_be_verified(text: str, numbers: list[str]) -> None:
    pieces = transcripts.marked(text)
    assert [piece for piece, number in pieces if number] == numbers
    assert "".join(piece for piece, _ in pieces) == text
