"""What each document says and does, and that the carrier accepts every one of them."""

import pytest
from lxml import etree

from callflows import apology, bridge, greeting, listener, refusal, voicemail, whisper
from callflows.script import Leg
from callflows.wordings import Wordings
from tests.callflows.catalogues import BOTH, FRENCH, LINE, NAMES, ROOT, documents

SCHEMA = etree.XMLSchema(
    etree.parse(ROOT / "hotline" / "rehearsal" / "protocol" / "twiml_voice.generated.xsd")
)
LEGS = [Leg("+33199000201", "/whisper", "/leg")]
CHARACTERS_A_SECOND = 15 * 0.88


def _parsed(document: str) -> etree._Element:
    return etree.fromstring(document.encode())


def _verbs(document: str) -> list[str]:
    return [verb.tag for verb in _parsed(document)]


def _sentences(document: str) -> list[str]:
    """Everything said, one item per sentence."""
    return [text.strip() for prosody in _parsed(document).iter("prosody") for text in prosody.itertext()]


def _seconds_spoken(document: str) -> float:
    pauses = [float(pause.get("time", "0ms")[:-2]) / 1000 for pause in _parsed(document).iter("break")]
    return len("".join(_sentences(document))) / CHARACTERS_A_SECOND + sum(pauses)


def _voicemail(
    reason: voicemail.Reason,
    next_opening: str | None = None,
    *,
    withheld: bool = False,
) -> str:
    return voicemail.take(
        FRENCH,
        reason=reason,
        next_opening=next_opening,
        withheld=withheld,
        longest=300,
        silence=8,
        on_recorded="/recorded",
        on_recording="/recording",
    )


@pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
@pytest.mark.parametrize("name", NAMES, ids=["plain", "extreme", "empty", "none"])
def test_the_carrier_accepts_every_document_with_the_worst_of_names(
    words: Wordings, name: str | None
) -> None:
    for title, document in documents(words, name).items():
        tree = _parsed(document)
        assert SCHEMA.validate(tree), (title, SCHEMA.error_log)
        assert len(document.encode()) < 64_000, title
        for say in tree.iter("Say"):
            assert len("".join(say.itertext())) < 3000, title


def test_a_caller_is_greeted_then_the_listeners_ring() -> None:
    document = greeting.ring(FRENCH, greet=True, legs=LEGS, caller_id=LINE, seconds=20, on_ended="/ended")
    assert _verbs(document) == ["Say", "Dial"]
    assert _sentences(document)[0] == "Bonjour, ici On se parle."


def test_a_later_attempt_rings_without_a_word() -> None:
    document = greeting.ring(FRENCH, greet=False, legs=LEGS, caller_id=LINE, seconds=20, on_ended="/ended")
    assert _verbs(document) == ["Dial"]


def test_a_closed_line_says_when_it_opens_then_the_emergency_numbers_then_records() -> None:
    document = _voicemail(voicemail.Reason.CLOSED, "lundi à dix heures")
    assert _verbs(document) == ["Say", "Record"]
    assert _sentences(document) == [
        "Bonjour, ici On se parle.",
        "La ligne ouvrira lundi à dix heures.",
        "Ceci n'est pas un service d'urgence.",
        "En cas de danger, raccrochez et composez le 15 ou le 112.",
        "Votre message est enregistré pour l'équipe de l'association.",
        "Parlez après le bip, puis raccrochez.",
    ]


def test_a_line_that_knows_no_next_opening_promises_none() -> None:
    assert "ouvrira" not in " ".join(_sentences(_voicemail(voicemail.Reason.CLOSED)))


def test_a_caller_nobody_could_answer_is_told_so_whatever_the_hours() -> None:
    sentences = _sentences(_voicemail(voicemail.Reason.NOBODY, "lundi à dix heures"))
    assert sentences[1] == "Personne ne peut vous répondre maintenant."
    assert not any("lundi" in sentence for sentence in sentences)


def test_a_withheld_number_is_asked_for_before_the_beep() -> None:
    sentences = _sentences(_voicemail(voicemail.Reason.NOBODY, withheld=True))
    assert sentences[-2:] == [
        "Votre numéro est masqué : dites-le lentement, deux fois.",
        "Parlez après le bip, puis raccrochez.",
    ]


def test_the_voicemail_is_heard_out_in_less_than_twenty_five_seconds() -> None:
    assert _seconds_spoken(_voicemail(voicemail.Reason.CLOSED, "mardi six avril à dix heures")) < 25
    assert _seconds_spoken(_voicemail(voicemail.Reason.NOBODY)) < 25


@pytest.mark.parametrize("document", [voicemail.thanks(FRENCH), voicemail.nothing_heard(FRENCH)])
def test_after_a_message_the_caller_hears_a_goodbye(document: str) -> None:
    assert _verbs(document) == ["Say", "Hangup"]
    assert _sentences(document)[-1] == "Au revoir."


def test_a_listener_is_asked_twice_and_hung_up_on_without_the_key() -> None:
    document = whisper.ask(FRENCH, on_key="/key")
    assert _verbs(document) == ["Gather", "Hangup"]
    assert _sentences(document) == ["Un appel pour On se parle.", "Pour répondre, appuyez sur 1."] * 2


def test_a_listener_hears_that_the_number_is_withheld() -> None:
    assert "Le numéro est masqué." in _sentences(whisper.ask(FRENCH, on_key="/key", withheld=True))


def test_an_accepted_call_is_joined_without_a_word() -> None:
    assert _verbs(whisper.accepted()) == []


@pytest.mark.parametrize("document", [whisper.refused(FRENCH), whisper.taken(FRENCH)])
def test_a_listener_who_gets_no_call_hears_why(document: str) -> None:
    assert _verbs(document) == ["Say", "Hangup"]


def test_a_volunteer_hears_who_is_called_and_then_it_rings() -> None:
    document = bridge.connect(
        FRENCH, volunteer="Marie", caller="Odette", legs=LEGS, caller_id=LINE, seconds=30, on_ended="/ended"
    )
    assert _verbs(document) == ["Say", "Dial"]
    assert _sentences(document) == ["Bonjour Marie.", "Nous appelons Odette.", "Restez en ligne."]


@pytest.mark.parametrize(
    ("volunteer", "caller", "spoken"),
    [
        ("Marie", "Odette", "Bonjour, un appel de Marie pour Odette."),
        ("Anne", None, "Bonjour, un appel d'Anne."),
        (None, "Odette", "Bonjour, un appel d'un volontaire pour Odette."),
    ],
)
def test_the_called_person_hears_first_names_and_never_the_association(
    volunteer: str | None, caller: str | None, spoken: str
) -> None:
    document = bridge.announce(FRENCH, volunteer=volunteer, caller=caller)
    assert (_verbs(document), _sentences(document)) == (["Say"], [spoken])


def test_after_the_bridge_a_volunteer_hears_thanks_or_that_nobody_answered() -> None:
    reached, missed = bridge.ended(FRENCH, reached=True), bridge.ended(FRENCH, reached=False)
    assert _verbs(reached) == _verbs(missed) == ["Say", "Hangup"]
    assert _sentences(reached) == ["Merci pour cet appel."]
    assert _sentences(missed)[0] == "Personne n'a répondu."


def test_a_volunteer_with_an_open_offer_is_told_how_to_answer() -> None:
    document = bridge.offer_waiting(FRENCH, volunteer="Marie", caller="Odette", on_key="/offer")
    sentences = _sentences(document)
    assert "Une proposition vous attend : appeler Odette." in sentences
    assert sentences.count("Pour dire oui, appuyez sur 1.") == 2
    assert _verbs(document) == ["Gather", "Hangup"]


def test_a_volunteer_is_told_when_the_number_cannot_be_reached_and_that_the_team_knows() -> None:
    sentences = _sentences(bridge.unreachable(FRENCH, volunteer="Marie", caller="Odette"))
    assert "L'équipe est prévenue." in sentences


@pytest.mark.parametrize(
    "document", [bridge.nobody_waiting(FRENCH, "Marie"), listener.welcome(FRENCH, "Marie")]
)
def test_whoever_phones_for_nothing_hears_a_kind_word(document: str) -> None:
    sentences = _sentences(document)
    assert sentences[0] == "Bonjour Marie."
    assert any("Merci" in sentence for sentence in sentences)


def test_a_fault_is_answered_with_an_apology_and_a_recording() -> None:
    document = apology.take_message(
        FRENCH, longest=300, silence=8, on_recorded="/recorded", on_recording="/recording"
    )
    assert _verbs(document) == ["Say", "Record"]
    assert "Excusez-nous, nous avons une panne." in _sentences(document)
    assert "Ceci n'est pas un service d'urgence." in _sentences(document)
    assert _verbs(apology.farewell(FRENCH)) == ["Say", "Hangup"]


def test_a_refused_call_hears_the_busy_tone_unanswered() -> None:
    (reject,) = _parsed(refusal.busy())
    assert (reject.tag, reject.get("reason")) == ("Reject", "busy")
