"""The inbox of voicemails and one message: heard, taken, put off, dealt with, written about."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Voicemail
from hotline.models.status import Role, VoicemailState
from hotline.services import health
from tests.conftest import StoppedClock
from tests.inbox import leave
from tests.people import add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in

DAY = timedelta(days=1)


@pytest.fixture
def paul(hotline: Hotline) -> Desk:
    """The desk of another coordinator."""
    return sign_in(hotline, name="Paul Girard")


def said(desk: Desk, path: str, **fields: str) -> str:
    answer = desk.post(path, **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def actions(desk: Desk) -> list[str]:
    return [entry.action for entry in rows(desk.hotline, AuditEntry)]


def test_an_old_message_says_so_in_words_and_in_colour(desk: Desk) -> None:
    leave(desk.hotline, ago=timedelta(days=4))
    leave(desk.hotline, "Lucien Petit", "+33639980001", ago=2 * DAY)
    page = desk.page("/voicemails")
    (late,) = page.cssselect(".state.bad")
    (ageing,) = page.cssselect(".state.waits")
    assert late.text_content() == "depuis 4\N{NO-BREAK SPACE}j : trop longtemps"
    assert ageing.text_content() == "depuis 2\N{NO-BREAK SPACE}j : bientôt trop"


def test_numbers_stay_masked_and_withheld_ones_are_told(desk: Desk) -> None:
    leave(desk.hotline, None, "+33199000201")
    leave(desk.hotline, None, None)
    text = desk.text("/voicemails")
    assert "•• •• •• •• 01" in text
    assert "Numéro masqué" in text
    assert "0199000201" not in desk.get("/voicemails").text.replace(" ", "")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("", "Tout est écouté."),
        ("begun", "Aucun message en cours."),
        ("later", "Rien n’est remis à plus tard."),
        ("handled", "Aucun message traité"),
        ("nonsense", "Tout est écouté."),
    ],
)
def test_an_empty_list_says_what_it_is_for(desk: Desk, state: str, says: str) -> None:
    assert says in desk.text(f"/voicemails?state={state}&after=99")


def test_a_long_list_goes_on_where_it_stopped(desk: Desk) -> None:
    for number in range(33):
        leave(desk.hotline, f"Personne {number}", f"+3319900{number:04}", ago=timedelta(hours=99 - number))
    page = desk.page("/voicemails")
    (following,) = page.cssselect("a[rel=next]")
    assert "Personne 29" in page.text_content()
    rest = desk.page(following.get("href"))
    assert [link.text_content() for link in rest.cssselect(".messages .row-link")] == [
        "Personne 30",
        "Personne 31",
        "Personne 32",
    ]


def test_the_sound_is_played_in_pieces_and_kept_nowhere(desk: Desk) -> None:
    message = leave(desk.hotline)
    whole = desk.get(f"/voicemails/{message}/audio")
    piece = desk.client.get(f"/voicemails/{message}/audio", headers={"Range": "bytes=100-199"})
    assert (piece.status_code, piece.data) == (206, whole.data[100:200])
    assert piece.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Cache-Control"] == "private, no-store"
    assert whole.mimetype == "audio/wav"
    assert whole.data.startswith(b"RIFF")
    beyond = desk.client.get(f"/voicemails/{message}/audio", headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416


def test_nobody_hears_a_message_unsigned_or_without_the_right(hotline: Hotline, desk: Desk) -> None:
    message = leave(hotline)
    accountant = sign_in(hotline, Role.STATISTICS, name="Hugo Comptable")
    accountant.get(f"/voicemails/{message}/audio", status=403)
    desk.client.delete_cookie("session")
    assert desk.get(f"/voicemails/{message}/audio", status=303).headers["Location"].startswith("/login")
    assert only(hotline, Voicemail).heard_at is None


def test_hearing_is_noted_the_first_time_on_the_message_and_once_a_sitting_in_the_log(
    desk: Desk, paul: Desk, clock: StoppedClock
) -> None:
    message, first = leave(desk.hotline), clock.now()
    for start in (0, 5000, 9000):
        desk.client.get(f"/voicemails/{message}/audio", headers={"Range": f"bytes={start}-"})
    assert actions(desk) == ["voicemail.heard"]
    paul.get(f"/voicemails/{message}/audio")
    clock.advance(timedelta(hours=1))
    desk.get(f"/voicemails/{message}/audio")
    entries = rows(desk.hotline, AuditEntry)
    assert [entry.actor for entry in entries] == [
        "camille.faure@example.org",
        "paul.girard@example.org",
        "camille.faure@example.org",
    ]
    assert {(entry.action, entry.subject) for entry in entries} == {
        ("voicemail.heard", f"voicemail:{message}")
    }
    assert only(desk.hotline, Voicemail).heard_at == first


def test_a_message_heard_is_no_longer_missed_by_the_monitor(desk: Desk) -> None:
    message = leave(desk.hotline, ago=timedelta(days=4))

    def unheard() -> bool:
        with desk.hotline.database.read() as session:
            found = health.report(session, desk.hotline.line, desk.hotline.clock.now(), faults=())
        return "voicemails" in {reason.check for reason in found}

    assert unheard()
    desk.get(f"/voicemails/{message}/audio")
    assert not unheard()


def test_a_sound_that_cannot_be_read_says_whom_to_tell(desk: Desk) -> None:
    message = leave(desk.hotline)
    desk.hotline.store.delete(only(desk.hotline, Voicemail).recording_sid)
    assert "prévenez la technique" in desk.get(f"/voicemails/{message}/audio", status=503).text
    assert only(desk.hotline, Voicemail).heard_at is None


def test_a_waveform_that_was_never_drawn_is_drawn_at_the_first_hearing(desk: Desk) -> None:
    message = leave(desk.hotline, peaks=None)
    assert "data-peaks" not in desk.get(f"/voicemails/{message}").text
    desk.get(f"/voicemails/{message}/audio")
    assert "data-peaks" in desk.get(f"/voicemails/{message}").text


def test_a_lost_sound_says_so_and_offers_no_player(desk: Desk) -> None:
    message = leave(desk.hotline, state=VoicemailState.LOST)
    assert "Le son de ce message est perdu" in desk.text(f"/voicemails/{message}")
    assert not desk.page(f"/voicemails/{message}").cssselect("audio")
    desk.get(f"/voicemails/{message}/audio", status=404)


def test_the_second_to_take_a_message_reads_who_has_it(desk: Desk, paul: Desk) -> None:
    message = leave(desk.hotline)
    assert "Vous vous en occupez." in said(desk, f"/voicemails/{message}/claim")
    answer = said(paul, f"/voicemails/{message}/claim")
    assert "Camille Faure a été plus rapide" in answer
    assert "Camille Faure s’en occupe" in answer
    assert "Camille Faure s’en occupe" in paul.text("/voicemails?state=begun")
    assert actions(desk) == ["voicemail.claimed"], "a refusal leaves no trace"


def test_a_message_is_taken_over_only_after_a_warning(desk: Desk, paul: Desk) -> None:
    message = leave(desk.hotline)
    desk.post(f"/voicemails/{message}/claim")
    assert "travaille peut-être dessus" not in paul.text(f"/voicemails/{message}")
    page = paul.page(f"/voicemails/{message}?take=1")
    assert "Camille Faure travaille peut-être dessus" in " ".join(page.text_content().split())
    (holder,) = page.cssselect("input[name=from]")
    assert "Vous vous en occupez." in said(
        paul, f"/voicemails/{message}/claim", **{"from": holder.get("value")}
    )
    assert only(desk.hotline, Voicemail).claimed_by == "Paul Girard"


def test_what_was_taken_can_be_given_back(desk: Desk, paul: Desk) -> None:
    message = leave(desk.hotline)
    desk.post(f"/voicemails/{message}/claim")
    assert "C’est" not in said(paul, f"/voicemails/{message}/release")
    assert only(desk.hotline, Voicemail).claimed_by == "Camille Faure"
    assert "rendu à toute l’équipe" in said(desk, f"/voicemails/{message}/release")
    assert only(desk.hotline, Voicemail).claimed_by is None


def test_after_a_message_the_next_one_opens_until_all_is_done(desk: Desk) -> None:
    first = leave(desk.hotline, "Odette Martin", ago=2 * DAY)
    second = leave(desk.hotline, "Lucien Petit", "+33639980001", ago=DAY)
    answer = desk.client.post(f"/voicemails/{first}/handle")
    assert answer.headers["Location"] == f"/voicemails/{second}"
    text = desk.get(f"/voicemails/{second}").text
    assert "Message traité." in text
    assert f'action="/voicemails/{first}/reopen"' in text
    last = desk.client.post(f"/voicemails/{second}/handle")
    assert last.headers["Location"] == "/voicemails"
    assert "Tout est écouté." in desk.text("/voicemails")


def test_what_is_dealt_with_can_be_undone(desk: Desk) -> None:
    message = leave(desk.hotline)
    desk.post(f"/voicemails/{message}/handle")
    assert only(desk.hotline, Voicemail).handled_at is not None
    assert "Le message est rouvert" in said(desk, f"/voicemails/{message}/reopen")
    assert only(desk.hotline, Voicemail).handled_at is None
    assert "encore à traiter" in said(desk, f"/voicemails/{message}/reopen")


def test_a_message_is_put_off_until_a_day_and_taken_back(desk: Desk) -> None:
    message = leave(desk.hotline)
    assert "Le message reviendra lundi 30 novembre à 9\N{NO-BREAK SPACE}h." in said(
        desk, f"/voicemails/{message}/later", until="monday"
    )
    assert "revient lundi 30 novembre" in desk.text("/voicemails?state=later")
    assert "Tout est écouté." in desk.text("/voicemails")
    said(desk, f"/voicemails/{message}/wake")
    assert only(desk.hotline, Voicemail).snoozed_until is None
    assert desk.client.post(f"/voicemails/{message}/later", data={"until": "never"}).status_code == 404


def test_a_message_names_the_volunteer_for_whom_it_was_left(desk: Desk) -> None:
    camille = add_volunteer(desk.hotline, "Camille", "+33639980101")
    message = leave(desk.hotline, volunteer_id=camille)
    assert "message pour Camille" in desk.text(f"/voicemails/{message}")


def test_a_message_shows_the_others_of_the_same_person(desk: Desk) -> None:
    first = leave(desk.hotline, ago=DAY)
    second = leave(desk.hotline)
    assert f'href="/voicemails/{first}"' in desk.get(f"/voicemails/{second}").text


def test_a_page_left_open_learns_who_has_taken_the_message(desk: Desk, paul: Desk) -> None:
    message = leave(desk.hotline)
    (part,) = desk.page(f"/voicemails/{message}").cssselect("#hold")
    desk.get(part.get("hx-get"), status=204, fragment=True)
    paul.post(f"/voicemails/{message}/claim")
    news = desk.get(part.get("hx-get"), fragment=True).text
    assert "Paul Girard s’en occupe" in news
    assert "<html" not in news


@pytest.mark.parametrize("deed", ["claim", "release", "handle", "reopen", "wake", "note", "transcript"])
def test_a_message_that_is_gone_is_said_to_be_gone(desk: Desk, deed: str) -> None:
    answer = desk.client.post(f"/voicemails/99/{deed}", data={"words": "x"})
    assert answer.status_code == 404
    desk.get("/voicemails/99", status=404)


def test_the_next_message_is_one_key_away(desk: Desk) -> None:
    first = leave(desk.hotline, ago=DAY)
    second = leave(desk.hotline, "Lucien Petit", "+33639980001")
    assert desk.get(f"/voicemails/{first}/next", status=303).headers["Location"] == f"/voicemails/{second}"

    def unheard(session: Session) -> None:
        for message in (first, second):
            session.get_one(Voicemail, message).heard_at = desk.hotline.clock.now()

    desk.hotline.database.run(unheard)
    assert desk.get(f"/voicemails/{first}/next", status=303).headers["Location"] == "/voicemails"
