"""A subscriber calls the line: what is heard, what the product is asked, how it ends."""

import io
import wave
from datetime import timedelta

import pytest
import requests
from flask import Response, redirect

from hotline.rehearsal.audio import imitation, samples_of, wav
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import ImpossibleError
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


def test_saying_takes_time_and_keys_pressed_meanwhile_are_lost(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says(
        "/voice/incoming",
        f'<Say language="fr-FR">{"a" * 140}</Say><Pause length="5"/><Gather action="/typed" timeout="2"/>',
    )
    caller.dial(LINE)
    exchange.advance(9.9)
    prompts = [caller.prompt]
    caller.press("1")
    exchange.advance(5.2)
    prompts.append(caller.prompt)
    exchange.advance(2)
    assert (prompts, product.asked("/typed"), caller.state) == (["say", "gather"], [], "idle")


def test_a_redirect_leads_to_another_document(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", "<Redirect>menu/two?x=%C3%A9</Redirect>")
    product.says("/voice/menu/two", '<Say language="fr-FR">Ici.</Say><Hangup/>')
    caller.dial(LINE)
    exchange.advance(2)
    assert caller.heard[0][1] == "Ici."
    assert product.asked("/voice/menu/two")[0]["x"] == "é"
    assert all(seen.signed for seen in product.seen)


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_is_never_picked_up(
    exchange: Exchange, product: Product, caller: Phone, reason: str, status: str
) -> None:
    product.says("/voice/incoming", f'<Reject reason="{reason}"/>')
    caller.dial(LINE)
    call = next(iter(exchange.calls.values()))
    assert (call.status, call.answered) == (status, None)
    assert product.asked("/voice/status")[0]["CallDuration"] == "0"


def test_a_first_pause_waits_before_picking_up(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Pause length="4"/><Say language="fr-FR">Allô.</Say>')
    caller.dial(LINE)
    exchange.advance(3)
    states = [caller.state]
    exchange.advance(1)
    assert [*states, caller.state] == ["calling", "in_call"]


@pytest.mark.parametrize(
    "shown", ["anonymous", "+266696687", "", "client:web", "sip:accueil@pbx.example.org", "0639980001"]
)
def test_any_caller_id_reaches_the_product_as_it_is(
    exchange: Exchange, product: Product, caller: Phone, shown: str
) -> None:
    caller.dial(LINE, shown_as=shown)
    incoming = product.asked("/voice/incoming")[0]
    assert (incoming["From"], incoming["Caller"]) == (shown, shown)


def test_a_withheld_telephone_shows_the_word(exchange: Exchange, product: Product, caller: Phone) -> None:
    caller.withheld = True
    caller.dial(LINE, forwarded_from="+33199000055")
    incoming = product.asked("/voice/incoming")[0]
    assert (incoming["From"], incoming["ForwardedFrom"]) == ("anonymous", "+33199000055")


def test_a_call_lasts_four_hours_at_most(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Pause length="1"/><Pause length="90000"/>')
    caller.dial(LINE)
    exchange.advance(4 * 3600 + 2)
    assert next(iter(exchange.calls.values())).seconds(exchange.now()) == 4 * 3600


def test_cookies_are_kept_during_one_call_only(exchange: Exchange, product: Product, caller: Phone) -> None:
    def with_cookie() -> Response:
        answer = Response("<Response><Redirect>/next</Redirect></Response>", mimetype="text/xml")
        answer.set_cookie("leg", "7")
        return answer

    product.answers["/voice/incoming"] = with_cookie
    caller.dial(LINE)
    assert product.seen[1].headers["Cookie"] == "leg=7"
    product.seen.clear()
    caller.dial(LINE)
    assert "Cookie" not in product.seen[0].headers


def test_a_redirected_request_loses_what_was_typed(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Gather numDigits="1" action="/moved"/>')
    product.answers["/moved"] = lambda: redirect("/arrived", 302)
    caller.dial(LINE)
    caller.press("5")
    assert product.asked("/moved")[0]["Digits"] == "5"
    assert "Digits" not in product.asked("/arrived")[0]


def test_what_cannot_be_done_with_a_telephone_is_said_in_french(exchange: Exchange, caller: Phone) -> None:
    landline = exchange.phone("+33465710012")
    assert landline.kind == "landline"
    for impossible in (
        caller.answer,
        caller.hang_up,
        lambda: caller.press("A"),
        lambda: caller.dial("+33199000999"),
        lambda: caller.speak(wav=b"not a sound"),
        lambda: landline.text(LINE, "OUI"),
    ):
        with pytest.raises(ImpossibleError, match=r"^[A-Z].*\.$"):
            impossible()


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


def test_sounds_are_played_and_keys_sent(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says(
        "/voice/incoming",
        '<Play loop="2">/static/annonce.wav</Play><Play digits="1w2"/><Gather><Pause length="2"/></Gather>',
    )
    caller.dial(LINE)
    exchange.advance(11.4)
    assert [text for _, text in caller.heard] == ["♪ /static/annonce.wav"] * 2
    assert caller.prompt == "say"
    exchange.advance(0.1)
    assert [caller.prompt] == ["gather"]
    exchange.assert_clean()


def test_a_text_too_long_to_be_spoken_is_noticed(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", f'<Say language="fr-FR">{"a" * 3001}</Say>')
    caller.dial(LINE)
    assert [notice.code for notice in exchange.warnings] == [13521]
