"""What the desk changes is heard on the next call, kept as a version, and can be taken back."""

import io

import pytest
from lxml.html import HtmlElement
from sqlalchemy import select

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Caller
from hotline.models.status import Role
from hotline.settings import load
from hotline.web import create_app
from tests.conftest import StoppedClock
from tests.people import add_listener
from tests.sounds import samples, tone, wav
from tests.web.desk.conftest import Desk, sign_in
from tests.web.test_voice_hours import NADIA, in_paris
from tests.webhooks import Webhooks

WAIT = "/greetings/fr/greeting.wait"
EMERGENCY = "/greetings/fr/voicemail.emergency"


@pytest.fixture
def line(hotline: Hotline) -> Webhooks:
    return Webhooks(hotline)


def record(desk: Desk, path: str, file: bytes, name: str = "voix.wav") -> str:
    answer = desk.client.post(
        f"{path}/sound", data={"sound": (io.BytesIO(file), name)}, follow_redirects=True
    )
    return " ".join(answer.text.split())


def undo(desk: Desk, page: str) -> str:
    """Press "Annuler" in the page that an action led to."""
    path = page.split('action="/greetings/fr/')[1].split('"', maxsplit=1)[0]
    assert "/undo/" in path
    return desk.post(f"/greetings/fr/{path}").text


def audited(hotline: Hotline) -> list[tuple[str, str]]:
    with hotline.database.read() as session:
        return list(session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)))


def test_the_page_says_what_a_caller_hears_at_this_moment(
    desk: Desk, hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    def now() -> str:
        (scene,) = desk.page("/greetings").find_class("now")
        return " ".join(" ".join(item.text_content().split()) for item in scene.iter("li"))

    assert now() in line.call(1).said
    add_listener(hotline, NADIA)
    assert now() in line.call(2, "+33639980002").said
    clock.set(in_paris(2026, 11, 21, 22, 0))
    assert "ouvrira lundi à dix heures" in now()
    assert now() in line.call(3, "+33639980003").said


def test_new_words_are_heard_on_the_next_call(desk: Desk, hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, NADIA)
    answer = desk.post(f"{WAIT}/text", text="  Ne quittez pas,\n on arrive. ")
    assert "le prochain appel l’entendra" in answer.text
    assert "Ne quittez pas, on arrive." in line.call().said
    assert ("greeting.text", "prompt:fr.greeting.wait") in audited(hotline)


def test_another_process_says_them_too(desk: Desk, hotline: Hotline) -> None:
    other = bootstrap.build(load(), hotline.clock)
    desk.post(f"{WAIT}/text", text="Ne quittez pas.")
    with other.database.read() as session:
        assert other.line_in(session).words.phrase("greeting.wait") == "Ne quittez pas."
    other.database.close()


def test_a_text_that_would_mislead_is_refused_and_nothing_typed_is_lost(desk: Desk) -> None:
    answer = desk.client.post(f"{EMERGENCY}/text", data={"text": "Appelez le 112, {caller}."})
    assert answer.status_code == 422
    assert "Appelez le 112, {caller}." in answer.text
    assert "{caller} n’existe pas dans cette phrase" in answer.text
    answer = desk.client.post(f"{EMERGENCY}/text", data={"text": "Appelez le 112."})
    assert "Gardez « 15 » en chiffres" in answer.text


def test_the_text_of_an_sms_changes_what_is_sent(desk: Desk, hotline: Hotline) -> None:
    desk.post("/greetings/fr/texts.declined/text", text="C'est bien noté. À bientôt !")
    with hotline.database.read() as session:
        assert hotline.line_in(session).words.phrase("texts.declined") == "C'est bien noté. À bientôt !"
    assert "prochain SMS" in desk.post("/greetings/fr/texts.declined/text", original="yes").text


def test_the_counter_tells_segments_while_one_types(desk: Desk) -> None:
    def measured(text: str) -> str:
        path = "/greetings/fr/texts.declined/measure"
        return desk.client.get(path, query_string={"text": text}).text

    assert "1 SMS" in measured("Merci !")
    assert "7 signes sur 160" in measured("Merci !")
    assert "2 SMS" in measured("Merci ! " * 25)
    assert "ne tient plus dans un seul SMS" in measured("Merci ! " * 25)
    assert "cà va" in measured("çà va")


def test_a_recording_is_played_instead_of_the_voice_and_can_be_fetched_by_the_carrier(
    desk: Desk, hotline: Hotline, line: Webhooks
) -> None:
    assert "s’entend dès le prochain appel" in record(desk, EMERGENCY, wav(tone()))
    call = line.call()
    address = call.verb("Play").text or ""
    assert address.startswith("https://hotline.example/prompts/")
    assert "service d'urgence" not in call.said
    assert "Parlez après le bip" in call.said
    sound = line.client.get(address.removeprefix("https://hotline.example"))
    assert sound.mimetype == "audio/wav"
    assert len(samples(sound.data)) > 8000
    assert "immutable" in sound.headers["Cache-Control"]
    assert line.client.get("/prompts/" + "A" * 22 + ".wav").status_code == 404
    assert ("greeting.recording", "prompt:fr.voicemail.emergency") in audited(hotline)


def test_a_lost_recording_falls_back_to_the_text(desk: Desk, hotline: Hotline, line: Webhooks) -> None:
    record(desk, EMERGENCY, wav(tone()))
    with hotline.database.read() as session:
        name = hotline.line_in(session).config.recordings["fr.voicemail.emergency"]
    hotline.store.delete(f"prompt-{name}")
    restarted = bootstrap.build(load(), hotline.clock)
    assert "service d'urgence" in Webhooks(restarted).call().said
    later = sign_in(restarted, name="Louise Roche")
    assert "enregistrement introuvable, le texte est lu" in later.text("/greetings")
    restarted.database.close()


def test_a_file_that_is_no_sound_is_refused_with_a_sentence(desk: Desk, line: Webhooks) -> None:
    assert "WAV" in record(desk, EMERGENCY, b"ceci n'est pas un son", "voix.mp3")
    assert "Choisissez un fichier" in record(desk, EMERGENCY, b"")
    assert "service d'urgence" in line.call().said


def test_a_phrase_that_changes_from_call_to_call_takes_no_recording(desk: Desk) -> None:
    sent = {"sound": (io.BytesIO(wav(tone())), "voix.wav")}
    assert desk.client.post("/greetings/fr/voicemail.opens/sound", data=sent).status_code == 404
    assert "change d’un appel à l’autre" in desk.text("/greetings/fr/voicemail.opens")


def test_a_change_can_be_undone_at_once(desk: Desk, line: Webhooks) -> None:
    page = record(desk, EMERGENCY, wav(tone()))
    assert "Le changement est annulé" in undo(desk, page)
    assert not line.call(1).has("Play")
    page = desk.post(f"{EMERGENCY}/text", text="En danger : 15 ou 112.").text
    undo(desk, page)
    assert "raccrochez et composez" in line.call(2, "+33639980002").said


def test_an_undo_never_takes_back_what_somebody_else_decided_since(desk: Desk, hotline: Hotline) -> None:
    first = desk.post(f"{WAIT}/text", text="Première version.").text
    sign_in(hotline, name="Louise Roche").post(f"{WAIT}/text", text="Deuxième version.")
    assert "Quelqu’un a changé cette phrase depuis" in undo(desk, first)
    assert "Deuxième version." in desk.text(WAIT)


def test_versions_say_who_and_when_and_an_older_one_can_be_restored(desk: Desk, line: Webhooks) -> None:
    desk.post(f"{WAIT}/text", text="Première version.")
    record(desk, WAIT, wav(tone()))
    desk.post(f"{WAIT}/voice")
    desk.post(f"{WAIT}/text", text="Deuxième version.")
    versions = _versions(desk)
    told = [" ".join(version.text_content().split()) for version in versions]
    assert [one.split(" Camille")[0] for one in told] == [
        "« Deuxième version. » en vigueur",
        "Retour à la voix du téléphone en vigueur",
        "Un enregistrement",
        "« Première version. »",
    ]
    oldest = versions[-1].forms[0]
    desk.post(oldest.get("action") or "")
    assert "Première version." in _versions(desk)[0].text_content()
    (recorded,) = [version for version in versions if "Un enregistrement" in version.text_content()]
    desk.post(recorded.forms[0].get("action") or "")
    assert "votre enregistrement" in desk.text("/greetings")


def _versions(desk: Desk) -> list[HtmlElement]:
    (shown,) = desk.page(WAIT).find_class("versions")
    return list(shown.iterchildren("li"))


def test_no_version_of_another_phrase_can_be_restored_here(desk: Desk) -> None:
    desk.post(f"{WAIT}/text", text="Ne quittez pas.")
    assert desk.client.post(f"{EMERGENCY}/restore/1").status_code == 404
    assert desk.client.post(f"{EMERGENCY}/undo/1").status_code == 404
    assert desk.client.get("/greetings/fr/nothing").status_code == 404


def test_somebody_whose_file_says_english_hears_english(
    desk: Desk, hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    line.call(1)
    with hotline.database.write() as session:
        session.scalars(select(Caller)).one().language = "en"
    desk.post("/greetings/en/voicemail.thanks/text", text="Thank you. Speak soon.")
    call = line.call(2)
    assert "This is not an emergency service" in call.said
    assert call.verb("Say").get("language") == "en-GB"
    recorded = line.form(2, RecordingSid="RE" + "0" * 32, RecordingDuration="12")
    assert "Speak soon." in line.document(str(call.verb("Record").get("action")), **recorded).said
    assert "dont la fiche demande cette langue" in desk.text("/greetings?language=en")


def test_a_large_file_is_taken_from_somebody_signed_in_and_from_nobody_else(hotline: Hotline) -> None:
    minute = wav(tone(50))
    assert len(minute) > 4_000_000
    desk = sign_in(hotline)
    assert "s’entend dès le prochain appel" in record(desk, EMERGENCY, minute)
    stranger = create_app(hotline).test_client()
    assert stranger.post(f"{EMERGENCY}/sound", data={"sound": "a" * 200_000}).status_code == 413
    assert desk.client.post(f"{EMERGENCY}/text", data={"text": "a" * 200_000}).status_code == 413


@pytest.mark.parametrize("role", [Role.LISTENER, Role.STATISTICS, Role.TECHNICAL])
def test_only_coordinators_change_what_is_said(hotline: Hotline, role: Role) -> None:
    desk = sign_in(hotline, role)
    assert desk.client.get("/greetings").status_code == 403
    assert desk.client.post(f"{WAIT}/text", data={"text": "Non."}).status_code == 403
