"""A subscriber calls the line: what is heard, what the product is asked, how it ends."""

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from tests.rehearsal.product import LINE, START, Product


def test_a_caller_hears_the_greeting_and_leaves_a_message(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says(
        "/voice/incoming",
        '<Say language="fr-FR" voice="Polly.Lea">Bonjour, parlez après le bip.</Say>'
        '<Record action="/voice/recorded" recordingStatusCallback="/voice/recording" maxLength="60" timeout="8"/>',
    )
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
    assert (incoming["CallStatus"], incoming["Direction"], incoming["FromCountry"]) == (
        "ringing",
        "inbound",
        "FR",
    )
    action = product.asked("/voice/recorded")[0]
    assert (action["Digits"], action["CallStatus"], action["RecordingDuration"]) == (
        "hangup",
        "completed",
        "11",
    )
    report = product.asked("/voice/recording")[0]
    assert (report["RecordingStatus"], report["RecordingDuration"]) == ("completed", "6")
    assert "From" not in report
    status = product.asked("/voice/status")[0]
    assert (status["CallStatus"], status["CallDuration"], status["SequenceNumber"]) == (
        "completed",
        "13",
        "0",
    )
    assert all(seen.signed for seen in product.seen)
    assert caller.state == "idle"
    exchange.assert_clean()
