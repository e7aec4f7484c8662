"""The builder of voice documents."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from callflows.script import Leg, Script
from callflows.wordings import Wordings
from tests.callflows.catalogues import FRENCH, LINE, ROOT


def _parsed(document: str) -> etree._Element:
    return etree.fromstring(document.encode())


def test_sentences_are_said_slowly_one_after_the_other_with_a_breath_between() -> None:
    (say,) = _parsed(Script(FRENCH).say("Bonjour. Un instant !", "Merci.").xml())
    assert dict(say.attrib) == {"language": "fr-FR", "voice": "Polly.Lea-Neural"}
    (prosody,) = say
    assert prosody.get("rate") == "88%"
    assert [prosody.text, *(pause.tail for pause in prosody)] == ["Bonjour.", "Un instant !", "Merci.", None]
    assert [pause.get("time") for pause in prosody] == ["700ms", "700ms", "600ms"]


def test_a_recording_is_ended_by_silence_alone_and_reports_to_both_addresses() -> None:
    script = Script().record(on_recorded="/done", on_recording="/ready", longest=300, silence=8)
    (record,) = _parsed(script.xml())
    assert dict(record.attrib) == {
        "action": "/done",
        "finishOnKey": "",
        "maxLength": "300",
        "playBeep": "true",
        "recordingStatusCallback": "/ready",
        "recordingStatusCallbackEvent": "completed absent",
        "timeout": "8",
        "trim": "trim-silence",
    }


def test_legs_ring_together_under_the_line_s_number_and_nothing_is_recorded() -> None:
    legs = [Leg("+33199000201", "/whisper", "/leg"), Leg("+33199000202")]
    script = Script().dial(legs, caller_id=LINE, seconds=20, on_ended="/ended")
    (dial,) = _parsed(script.xml())
    assert dict(dial.attrib) == {
        "action": "/ended",
        "callerId": LINE,
        "ringTone": "fr",
        "timeout": "20",
    }
    assert [number.text for number in dial] == ["+33199000201", "+33199000202"]
    assert dict(dial[0].attrib) == {
        "url": "/whisper",
        "statusCallback": "/leg",
        "statusCallbackEvent": "initiated ringing answered completed",
    }
    assert dict(dial[1].attrib) == {}


@pytest.mark.parametrize("many", [0, 11])
def test_the_carrier_s_limit_of_ten_legs_is_kept(many: int) -> None:
    legs = [Leg(f"+331990002{n:02}") for n in range(many)]
    with pytest.raises(ValueError, match="one to 10 telephones"):
        Script().dial(legs, caller_id=LINE, seconds=20, on_ended="/ended")


def test_keys_are_listened_for_while_speaking() -> None:
    script = Script(FRENCH).gather(on_keys="/keys", say=["Appuyez sur 1."]).hang_up()
    gather, hang_up = _parsed(script.xml())
    assert dict(gather.attrib) == {
        "action": "/keys",
        "finishOnKey": "",
        "input": "dtmf",
        "numDigits": "1",
        "timeout": "8",
    }
    assert "".join(gather.itertext()) == "Appuyez sur 1."
    assert hang_up.tag == "Hangup"


def test_a_script_without_words_cannot_speak() -> None:
    with pytest.raises(ValueError, match="without words"):
        Script().say("Bonjour")


@given(st.text())
def test_whatever_is_said_the_document_can_be_read(text: str) -> None:
    assert _parsed(Script(FRENCH).say(text).xml()).tag == "Response"


def test_nothing_else_knows_the_carrier_s_markup() -> None:
    importers = [
        path.name
        for path in (ROOT / "callflows").glob("*.py")
        if "twilio" in path.read_text(encoding="utf-8")
    ]
    assert importers == ["script.py"]


def _recorded(*names: str) -> Wordings:
    return replace(FRENCH, sound=lambda name: f"/prompts/{name}.wav" if name in names else None)


def test_a_phrase_that_the_association_has_recorded_is_played_in_its_place() -> None:
    words = _recorded("greeting.wait")
    script = Script(words).say(words.phrase("greeting.hello", line="Ligne"), words.phrase("greeting.wait"))
    said, played = _parsed(script.say("Merci.").xml())[:2]
    assert "".join(said.itertext()) == "Bonjour, ici Ligne."
    assert (played.tag, played.text) == ("Play", "/prompts/greeting.wait.wav")


def test_keys_are_listened_for_while_a_recording_is_played() -> None:
    words = _recorded("greeting.wait")
    script = Script(words).gather(on_keys="/keys", say=["Bonjour.", words.phrase("greeting.wait"), "Merci."])
    (gather,) = _parsed(script.xml())
    assert [verb.tag for verb in gather] == ["Say", "Play", "Say"]


def test_a_silence_comes_before_a_recording_too() -> None:
    words = _recorded("greeting.wait")
    script = Script(words).say(words.phrase("greeting.wait"), after=8)
    assert [verb.tag for verb in _parsed(script.xml())] == ["Pause", "Play"]
