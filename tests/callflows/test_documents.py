"""What each document says and does, and that the carrier accepts every one of them."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from callflows import apology, bridge, greeting, joined, listener, pin, refusal, voicemail, whisper
from callflows.script import Leg
from callflows.wordings import Wordings
from tests.callflows.catalogues import BOTH, FRENCH, LINE, NAMES, NOW, ROOT, documents

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
    volunteer: str | None = None,
) -> str:
    return voicemail.take(
        FRENCH,
        reason=reason,
        next_opening=next_opening,
        withheld=withheld,
        volunteer=volunteer,
        on_star="/star",
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


def _greeting(*, greet: bool = True, on_star: str | None = "/star", volunteer: str | None = None) -> str:
    return greeting.ring(
        FRENCH,
        greet=greet,
        legs=LEGS,
        caller_id=LINE,
        seconds=20,
        on_ended="/ended",
        on_star=on_star,
        volunteer=volunteer,
    )


def test_a_caller_is_greeted_then_the_listeners_ring() -> None:
    document = _greeting()
    assert _verbs(document) == ["Gather", "Dial"]
    assert _sentences(document)[0] == "Bonjour, ici On se parle."


def test_one_key_during_the_greeting_is_asked_about_and_nobody_is_told_of_it() -> None:
    gather = _parsed(_greeting())[0]
    asked = {name: gather.get(name) for name in ("numDigits", "finishOnKey", "timeout", "action")}
    assert asked == {"numDigits": "1", "finishOnKey": "", "timeout": "1", "action": "/star"}
    assert not any("touche" in sentence or "appuyez" in sentence for sentence in _sentences(_greeting()))
    assert _verbs(_greeting(on_star=None)) == ["Say", "Dial"], "asked about once"


def test_a_caller_hears_that_their_own_volunteer_is_called() -> None:
    assert "Restez en ligne, nous appelons Marie." in _sentences(_greeting(volunteer="Marie"))


def test_a_later_attempt_rings_without_a_word() -> None:
    assert _verbs(_greeting(greet=False)) == ["Dial"]


def test_a_closed_line_says_when_it_opens_then_the_emergency_numbers_then_records() -> None:
    document = _voicemail(voicemail.Reason.CLOSED, "lundi à dix heures")
    assert _verbs(document) == ["Gather", "Record"]
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


def test_a_message_for_a_volunteer_says_for_whom_it_is_and_who_else_may_hear_it() -> None:
    sentences = _sentences(_voicemail(voicemail.Reason.CLOSED, volunteer="Odette"))
    assert "Vous pouvez laisser un message pour Odette." in sentences
    assert "Il est enregistré, l'équipe peut l'écouter." in sentences
    assert "Votre message est enregistré pour l'équipe de l'association." not in sentences


def test_the_voicemail_is_heard_out_in_less_than_twenty_five_seconds() -> None:
    assert _seconds_spoken(_voicemail(voicemail.Reason.CLOSED, "mardi six avril à dix heures")) < 25
    assert _seconds_spoken(_voicemail(voicemail.Reason.NOBODY)) < 25
    assert _seconds_spoken(_voicemail(voicemail.Reason.NOBODY, volunteer="Marie")) < 26


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


def test_a_volunteer_hears_which_of_their_callers_phones() -> None:
    sentences = _sentences(whisper.ask(FRENCH, on_key="/key", caller="Odette"))
    assert sentences == ["Odette vous appelle.", "Pour répondre, appuyez sur 1."] * 2


def test_an_accepted_call_is_joined_without_a_word() -> None:
    assert _verbs(whisper.accepted()) == []


@pytest.mark.parametrize("document", [whisper.refused(FRENCH), whisper.taken(FRENCH)])
def test_a_listener_who_gets_no_call_hears_why(document: str) -> None:
    assert _verbs(document) == ["Say", "Hangup"]


def test_a_pin_is_asked_for_up_to_the_pound_key_and_whoever_types_nothing_goes_on() -> None:
    document = pin.ask(FRENCH, on_pin="/pin", otherwise="/star")
    gather, go_on = _parsed(document)
    assert (gather.get("finishOnKey"), gather.get("numDigits"), gather.get("action")) == ("#", None, "/pin")
    assert (go_on.tag, go_on.text) == ("Redirect", "/star")
    assert _sentences(document) == ["Tapez votre code, puis dièse."]
    assert "Ce code n'est pas le bon." in _sentences(
        pin.ask(FRENCH, on_pin="/pin", otherwise="/star", again=True)
    )
    assert _verbs(pin.refused(FRENCH)) == ["Say", "Hangup"]


def _connect(hello: str, on_star: str | None) -> str:
    return bridge.connect(
        FRENCH,
        hello=hello,
        caller="Odette",
        legs=[Leg("+33199000201", "/announce", on_machine="/machine")],
        caller_id=LINE,
        seconds=40,
        on_ended="/ended",
        on_star=on_star,
    )


def test_a_volunteer_hears_who_is_called_and_then_it_rings() -> None:
    document = _connect("Bonjour Marie.", "/star")
    assert _verbs(document) == ["Gather", "Dial"]
    assert _sentences(document) == ["Bonjour Marie.", "Nous appelons Odette.", "Restez en ligne."]
    assert _verbs(_connect("", None)) == ["Say", "Dial"]
    assert _sentences(_connect("", None))[0] == "Nous appelons Odette."


def test_the_carrier_listens_for_a_machine_beside_the_call_and_records_nothing() -> None:
    dial = _parsed(_connect("", None))[-1]
    number = dial[0]
    assert (number.get("machineDetection"), number.get("amdStatusCallback")) == ("Enable", "/machine")
    assert (dial.get("callerId"), dial.get("record")) == (LINE, None)


def _choose(*choices: bridge.Choice, offers: bool = False) -> list[str]:
    document = bridge.choose(FRENCH, hello="", choices=choices, offers=offers, now=NOW, on_keys="/chosen")
    sentences = _sentences(document)
    half = len(sentences) // 2
    assert sentences[:half] == sentences[half:], "said twice"
    return sentences[:half]


def test_of_several_calls_each_has_its_key() -> None:
    odette, marcel = (bridge.Choice(name, "05100", NOW) for name in ("Odette", "Marcel"))
    assert _choose(odette, marcel, offers=True) == [
        "Pour appeler Odette, tapez 1.",
        "Pour appeler Marcel, tapez 2.",
        "Pour répondre à une proposition, tapez 9.",
        "Terminez par la touche dièse.",
    ]


def test_two_people_of_one_name_are_told_apart_by_their_place_or_by_the_hour() -> None:
    here, there = (bridge.Choice("Odette", place, NOW) for place in ("05100", "13001"))
    assert _choose(here, there)[:2] == [
        "Pour appeler Odette, code postal 05100, tapez 1.",
        "Pour appeler Odette, code postal 13001, tapez 2.",
    ]
    late, later = (bridge.Choice("Odette", "05100", NOW + timedelta(days=days)) for days in (-2, 1))
    assert _choose(late, later)[:2] == [
        "Pour appeler Odette, lundi à dix-huit heures trente, tapez 1.",
        "Pour appeler Odette, demain jeudi à dix-huit heures trente, tapez 2.",
    ]


def test_a_late_call_is_warned_of_and_made_all_the_same_with_one_key() -> None:
    document = bridge.late(FRENCH, hello="Bonjour Marie.", caller="Odette", on_key="/confirmed")
    assert _verbs(document) == ["Gather", "Hangup"]
    assert "À cette heure, Odette dort peut-être." in _sentences(document)
    again = bridge.late(FRENCH, hello="", caller="Odette", on_key="/confirmed", again=True)
    assert _verbs(again) == ["Say", "Gather", "Hangup"], "what else was typed is not taken for the answer"


def test_with_nobody_to_call_a_volunteer_hears_what_comes_next() -> None:
    def said(next_call: bridge.Choice | None, days: int | None) -> list[str]:
        shift = None if days is None else NOW + timedelta(days=days)
        document = bridge.nobody_waiting(
            FRENCH, hello="Bonjour Marie.", now=NOW, next_call=next_call, next_shift=shift, on_star="/star"
        )
        assert _verbs(document) == ["Gather", "Hangup"]
        return _sentences(document)[2:-2]

    call = bridge.Choice("Odette", None, NOW + timedelta(days=2))
    assert said(call, 6) == [
        "Votre prochain appel : Odette, vendredi à dix-huit heures trente.",
        "Votre prochaine permanence : mardi à dix-huit heures trente.",
    ]
    assert said(None, 0) == ["Vous êtes de permanence : nous vous appelons dès que quelqu'un téléphone."]
    assert said(None, None) == []


@pytest.mark.parametrize(
    ("volunteer", "caller", "spoken"),
    [
        ("Marie", "Odette", "Bonjour, un appel de Marie pour Odette."),
        ("Anne", None, "Bonjour, un appel d'Anne."),
        (None, "Odette", "Bonjour, un appel d'un volontaire pour Odette."),
    ],
)
def test_the_called_person_hears_first_names_and_the_association_only_if_they_agreed(
    volunteer: str | None, caller: str | None, spoken: str
) -> None:
    shy = joined.announce(FRENCH, volunteer=volunteer, caller=caller, association=False)
    assert (_verbs(shy), _sentences(shy)) == (["Say"], [spoken])
    agreed = joined.announce(FRENCH, volunteer=volunteer, caller=caller, association=True)
    assert _sentences(agreed) == [spoken, "C'est de la part d'On se parle."]


def test_the_called_person_waits_a_moment_and_hears_who_calls_even_if_nobody_asks() -> None:
    document = joined.answered(
        FRENCH, volunteer="Marie", caller="Odette", association=False, on_waited="/answered"
    )
    gather = _parsed(document)[0]
    assert _verbs(document) == ["Gather", "Say"]
    assert (gather.get("actionOnEmptyResult"), gather.get("timeout")) == ("true", "2")
    assert _sentences(document) == ["Bonjour, ne quittez pas.", "Bonjour, un appel de Marie pour Odette."]


def test_a_machine_hears_nothing_or_with_consent_who_called_and_never_for_whom_it_was_done() -> None:
    silent = joined.machine(FRENCH, volunteer="Marie", caller="Odette", message=False)
    assert _verbs(silent) == ["Hangup"]
    spoken = joined.machine(FRENCH, volunteer="Marie", caller="Odette", message=True)
    assert _verbs(spoken) == ["Say", "Hangup"]
    assert set(_sentences(spoken)) == {
        "Bonjour Odette.",
        "Marie a essayé de vous joindre, nous rappellerons.",
    }
    assert _parsed(spoken)[0][0][0].get("time") == "8s", "after its own greeting"


def test_after_the_bridge_a_volunteer_is_asked_how_it_went() -> None:
    document = joined.reached(FRENCH, on_key="/report")
    assert _verbs(document) == ["Gather", "Hangup"]
    assert _sentences(document)[:4] == [
        "Merci pour cet appel.",
        "Si tout va bien, appuyez sur 1.",
        "Si c'était un répondeur, appuyez sur 2.",
        "Si l'appel a été difficile, appuyez sur 3.",
    ]


@pytest.mark.parametrize("say", [joined.nobody_answered, joined.busy, joined.machine_answered])
def test_who_was_not_reached_is_tried_again_and_it_is_said_when(say: Any) -> None:
    document = say(FRENCH, next_try=NOW + timedelta(days=1), now=NOW)
    assert _verbs(document) == ["Say", "Hangup"]
    assert "Prochain essai : demain jeudi à dix-huit heures trente." in _sentences(document)
    assert not any("Prochain" in sentence for sentence in _sentences(say(FRENCH, next_try=None, now=NOW)))


def test_a_volunteer_with_an_open_offer_is_told_how_to_answer() -> None:
    document = bridge.offer_waiting(FRENCH, hello="Bonjour Marie.", caller="Odette", on_key="/offer")
    sentences = _sentences(document)
    assert "Une proposition vous attend : appeler Odette." in sentences
    assert sentences.count("Pour dire oui, appuyez sur 1.") == 2
    assert _verbs(document) == ["Gather", "Hangup"]


def test_a_volunteer_is_told_when_the_number_cannot_be_reached_and_that_the_team_knows() -> None:
    sentences = _sentences(bridge.unreachable(FRENCH, hello="", caller="Odette"))
    assert "L'équipe est prévenue." in sentences


def test_a_listener_who_phones_for_nothing_hears_a_kind_word() -> None:
    sentences = _sentences(listener.welcome(FRENCH, on_star="/star"))
    assert sentences[0] == "Bonjour."
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
