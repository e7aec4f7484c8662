"""What is written about a voicemail: a note in the caller's file, a better transcript."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Note, Voicemail
from hotline.models.status import TranscriptState
from tests.inbox import leave
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in


@pytest.fixture
def paul(hotline: Hotline) -> Desk:
    """The desk of another coordinator."""
    return sign_in(hotline, name="Paul Girard")


@pytest.fixture
def transcribing(
    environment: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Hotline:
    """A product whose operator has given it a model."""
    monkeypatch.setenv("HOTLINE_TRANSCRIPTION_MODEL", str(environment))
    hotline: Hotline = request.getfixturevalue("hotline")
    return hotline


def said(desk: Desk, path: str, **fields: str) -> str:
    answer = desk.post(path, **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_note_goes_into_the_callers_file_and_can_be_taken_back_by_its_author(
    desk: Desk, paul: Desk
) -> None:
    message = leave(desk.hotline)
    said(desk, f"/voicemails/{message}/note", words="  Préfère le matin.  ")
    note = only(desk.hotline, Note)
    assert (note.words, note.author, note.voicemail_id) == ("Préfère le matin.", "Camille Faure", message)
    assert note.caller_id is not None
    assert "Préfère le matin." in desk.text(f"/voicemails/{message}")
    assert "pas la vôtre" in said(paul, f"/voicemails/{message}/note/{note.id}/undo")
    assert "La note est retirée." in said(desk, f"/voicemails/{message}/note/{note.id}/undo")
    assert "Préfère le matin." not in desk.text(f"/voicemails/{message}")


def test_a_note_that_cannot_be_kept_stays_as_it_was_typed(desk: Desk) -> None:
    message = leave(desk.hotline)
    assert desk.post(f"/voicemails/{message}/note", words="   ").status_code == 422
    answer = desk.post(f"/voicemails/{message}/note", words="x" * 4001)
    assert answer.status_code == 422
    assert "x" * 4001 in answer.text
    assert "restez sous 4 000 caractères" in answer.text
    assert rows(desk.hotline, Note) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Transcription indisponible"),
        ({"transcript_state": TranscriptState.FAILED}, "Transcription indisponible"),
        ({"transcript_state": TranscriptState.DONE, "transcript": ""}, "n’a entendu aucun mot"),
        (
            {"transcript_state": TranscriptState.DONE, "transcript": "oui", "reliability": -0.46},
            "peu fiable",
        ),
        (
            {"transcript_state": TranscriptState.DONE, "transcript": "oui", "reliability": -0.45},
            "les numéros et les noms sont à vérifier",
        ),
    ],
)
def test_the_transcript_says_how_far_it_can_be_trusted(desk: Desk, fields: dict[str, Any], says: str) -> None:
    assert says in desk.text(f"/voicemails/{leave(desk.hotline, **fields)}")


def test_numbers_that_a_machine_heard_are_marked_until_somebody_has_listened(desk: Desk) -> None:
    heard = "Rappelez le 01 99, merci."
    message = leave(desk.hotline, transcript=heard, transcript_state=TranscriptState.DONE)
    page = f"/voicemails/{message}"
    assert "Rappelez le 01 99 (à vérifier), merci." in desk.text(page)
    said(desk, f"{page}/transcript", words="Rappelez le 01 99, merci.", seen="")
    assert "Rappelez le 01 99, merci." in desk.text(page)
    assert "(à vérifier)" not in desk.text(page)


@pytest.mark.parametrize(
    ("ago", "says"),
    [(timedelta(days=29), "Transcription en attente"), (timedelta(days=31), "Transcription indisponible")],
)
def test_a_line_that_transcribes_leaves_old_messages_alone(
    transcribing: Hotline, ago: timedelta, says: str
) -> None:
    desk = sign_in(transcribing)
    assert says in desk.text(f"/voicemails/{leave(desk.hotline, ago=ago)}")


def test_a_transcript_is_corrected_by_hand(desk: Desk) -> None:
    message = leave(desk.hotline)
    said(desk, f"/voicemails/{message}/transcript", words="Bonjour, c’est Odette.", seen="")
    kept = only(desk.hotline, Voicemail)
    assert (kept.transcript, kept.transcript_state) == ("Bonjour, c’est Odette.", TranscriptState.DONE)
    assert "Corrigé à la main" in desk.text(f"/voicemails/{message}")


def test_of_two_corrections_none_is_lost(desk: Desk, paul: Desk) -> None:
    message = leave(desk.hotline)
    said(desk, f"/voicemails/{message}/transcript", words="Texte de Camille", seen="")
    answer = paul.post(f"/voicemails/{message}/transcript", words="Texte de Paul", seen="")
    assert answer.status_code == 422
    assert "« Texte de Camille »" in answer.text
    assert "Texte de Paul" in answer.text
    assert only(desk.hotline, Voicemail).transcript == "Texte de Camille"
    seen = only(desk.hotline, Voicemail).edited_at
    assert seen is not None
    said(paul, f"/voicemails/{message}/transcript", words="Texte de Paul", seen=seen.isoformat())
    assert only(desk.hotline, Voicemail).transcript == "Texte de Paul"
