"""A subscriber calls the line: what is heard, what the product is asked, how it ends."""

import pytest
from flask import Response, redirect

from hotline.rehearsal.audio import imitation, wav
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.phones import Phone
from tests.rehearsal.product import LINE, Product

VOICEMAIL = (
    '<Say language="fr-FR" voice="Polly.Lea">Bonjour, parlez après le bip.</Say>'
    '<Record action="/voice/recorded" recordingStatusCallback="/voice/recording"'
    ' maxLength="60" timeout="8" finishOnKey=""/>'
)


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


def test_sounds_are_played_as_long_as_they_last_and_keys_sent(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.answers["/static/annonce.wav"] = Response(wav(imitation(4)), content_type="audio/wav")
    product.says(
        "/voice/incoming",
        '<Play loop="2">/static/annonce.wav</Play><Play digits="1w2"/><Gather><Pause length="2"/></Gather>',
    )
    caller.dial(LINE)
    exchange.advance(9.4)
    assert [text for _, text in caller.heard] == ["♪ /static/annonce.wav"] * 2
    assert caller.prompt == "say"
    exchange.advance(0.1)
    assert [caller.prompt] == ["gather"]
    exchange.assert_clean()


@pytest.mark.parametrize("answer", [Response(status=404), Response("ici, rien", content_type="text/plain")])
def test_a_sound_that_is_not_there_is_noticed_and_the_call_goes_on(
    exchange: Exchange, product: Product, caller: Phone, answer: Response
) -> None:
    product.answers["/static/annonce.wav"] = answer
    product.says("/voice/incoming", "<Play>/static/annonce.wav</Play><Say>Un instant.</Say>")
    caller.dial(LINE)
    assert [text for _, text in caller.heard] == ["Un instant."]
    assert len(exchange.warnings) == 1


def test_a_text_too_long_to_be_spoken_is_noticed(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", f'<Say language="fr-FR">{"a" * 3001}</Say>')
    caller.dial(LINE)
    assert [notice.code for notice in exchange.warnings] == [13521]
