"""A caller speaks and presses keys: what is recorded, what is typed, what the product is told."""

import io
import wave
from datetime import timedelta

import pytest
import requests

from hotline.rehearsal.audio import imitation, samples_of, wav
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.server import Server
from tests.rehearsal.product import ACCOUNT, LINE, START, TOKEN, Product

VOICEMAIL = (
    '<Say language="fr-FR" voice="Polly.Lea">Bonjour, parlez après le bip.</Say>'
    '<Record action="/voice/recorded" recordingStatusCallback="/voice/recording"'
    ' maxLength="60" timeout="8" finishOnKey=""/>'
)


def test_a_caller_hears_the_greeting_and_leaves_a_message(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", VOICEMAIL)
    caller.dial(LINE)
    assert caller.heard == [(START, "Bonjour, parlez après le bip.")]
    exchange.advance(3)
    assert caller.heard[-1][1] == "(bip)"
    caller.speak(seconds=6)
    exchange.advance(10)
    caller.hang_up()
    exchange.advance(3)

    incoming = product.asked("/voice/incoming")[0]
    assert incoming["From"] == incoming["Caller"] == "+33639980001"
    assert (incoming["CallStatus"], incoming["Direction"]) == ("ringing", "inbound")
    assert incoming["FromCountry"] == "FR"
    action = product.asked("/voice/recorded")[0]
    assert (action["Digits"], action["CallStatus"]) == ("hangup", "completed")
    assert action["RecordingDuration"] == "11"
    report = product.asked("/voice/recording")[0]
    assert (report["RecordingStatus"], report["RecordingDuration"]) == ("completed", "6")
    assert not {"From", "To", "CallStatus"} & set(report)
    status = product.asked("/voice/status")[0]
    assert (status["CallStatus"], status["CallDuration"]) == ("completed", "13")
    assert status["SequenceNumber"] == "0"
    assert all(seen.signed for seen in product.seen)
    assert (caller.state, caller.call_sid) == ("idle", None)
    exchange.assert_clean()


def test_silence_ends_a_recording_without_digits(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Record action="/done" timeout="8"/>')
    caller.dial(LINE)
    caller.speak(seconds=5)
    exchange.advance(14)
    action = product.asked("/done")[0]
    assert action["RecordingDuration"] == "13"
    assert "Digits" not in action
    assert action["CallStatus"] == "in-progress"
    assert caller.state == "idle"


def test_the_longest_length_ends_a_recording(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Record action="/done" maxLength="20"/>')
    caller.dial(LINE)
    caller.speak(seconds=60)
    exchange.advance(25)
    assert product.asked("/done")[0]["RecordingDuration"] == "20"
    assert next(iter(exchange.recordings.values())).duration == 20


def test_a_finish_key_ends_a_recording_and_is_told(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Record action="/done" finishOnKey="#"/>')
    caller.dial(LINE)
    caller.speak(seconds=2)
    exchange.advance(4)
    caller.press("1#")
    assert product.asked("/done")[0]["Digits"] == "#"


def test_a_recording_keeps_what_was_said_and_loses_the_silence_around_it(
    exchange: Exchange, product: Product, caller: Phone, server: Server
) -> None:
    product.says("/voice/incoming", '<Record action="/done" timeout="10"/>')
    said = imitation(3, pitch=200)
    caller.dial(LINE)
    exchange.advance(4)
    caller.speak(wav=wav(said))
    exchange.advance(6)
    caller.hang_up()
    exchange.advance(3)
    url = product.asked("/done")[0]["RecordingUrl"]
    assert requests.get(url, timeout=5).status_code == 401
    answer = requests.get(url + ".wav", auth=(ACCOUNT, TOKEN), timeout=5)
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        assert file.readframes(file.getnframes()) == said


def test_sound_too_short_to_last_is_reported_absent(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says(
        "/voice/incoming",
        '<Record action="/done" recordingStatusCallback="/rec"'
        ' recordingStatusCallbackEvent="in-progress completed absent"/>',
    )
    caller.dial(LINE)
    caller.hang_up()
    exchange.advance(5)
    assert product.asked("/done")[0]["RecordingDuration"] == "0"
    assert [report["RecordingStatus"] for report in product.asked("/rec")][-1] == "absent"


def test_keys_typed_during_the_prompt_stop_it_and_reach_the_action(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says(
        "/voice/incoming",
        '<Gather numDigits="2" action="/typed"><Say language="fr-FR">Tapez votre code.</Say></Gather>',
    )
    product.says("/typed", '<Say language="fr-FR">Merci.</Say>')
    caller.dial(LINE)
    assert caller.prompt == "gather"
    exchange.advance(0.5)
    caller.press("4")
    caller.press("2")
    assert product.asked("/typed")[0]["Digits"] == "42"
    assert product.asked("/typed")[0]["msg"] == "Gather End"
    assert caller.heard[-1] == (START + timedelta(seconds=0.5), "Merci.")


def test_a_finish_key_is_not_part_of_the_digits(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Gather action="/typed"/>')
    caller.dial(LINE)
    caller.press("1234#")
    typed = product.asked("/typed")[0]
    assert (typed["Digits"], typed["FinishedOnKey"]) == ("1234", "#")


def test_the_timeout_runs_from_the_last_key(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Gather timeout="4" action="/typed"/>')
    caller.dial(LINE)
    for _ in range(3):
        exchange.advance(3)
        caller.press("7")
    exchange.advance(3.9)
    assert product.asked("/typed") == []
    exchange.advance(0.2)
    assert product.asked("/typed")[0]["Digits"] == "777"


def test_without_input_the_next_verb_follows(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says(
        "/voice/incoming", '<Gather timeout="3" action="/typed"/><Say language="fr-FR">Tant pis.</Say>'
    )
    caller.dial(LINE)
    exchange.advance(3)
    assert product.asked("/typed") == []
    assert caller.heard[-1][1] == "Tant pis."


def test_an_empty_result_may_be_asked_for(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Gather timeout="3" actionOnEmptyResult="true" action="/typed"/>')
    caller.dial(LINE)
    exchange.advance(3)
    assert product.asked("/typed")[0]["Digits"] == ""


def test_words_are_understood_where_speech_is_gathered(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says(
        "/voice/incoming", '<Gather input="dtmf speech" language="fr-FR" action="/said" timeout="9"/>'
    )
    caller.dial(LINE)
    caller.speak(seconds=2, words="oui merci")
    exchange.advance(3)
    said = product.asked("/said")[0]
    assert (said["SpeechResult"], said["Language"]) == ("oui merci", "fr-FR")


def test_hanging_up_during_a_gather_asks_only_the_status_address(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Gather action="/typed"/>')
    caller.dial(LINE)
    caller.hang_up()
    exchange.advance(30)
    assert [seen.path for seen in product.seen] == ["/voice/incoming", "/voice/status"]


def test_any_ordinary_wav_is_carried_at_the_telephones_rate(caller: Phone, exchange: Exchange) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as stereo:
        stereo.setnchannels(2)
        stereo.setsampwidth(2)
        stereo.setframerate(16000)
        stereo.writeframes(b"\1\0\2\0" * 32000)
    assert samples_of(file.getvalue()) == b"\1\0" * 16000
    with wave.open(narrow := io.BytesIO(), "wb") as eight_bit:
        eight_bit.setnchannels(1)
        eight_bit.setsampwidth(1)
        eight_bit.setframerate(8000)
        eight_bit.writeframes(b"\1")
    with pytest.raises(ValueError, match="8-bit"):
        samples_of(narrow.getvalue())
