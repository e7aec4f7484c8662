"""Callers wait in a queue until someone takes them or they give up."""

import pytest

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from tests.rehearsal.product import LINE, Product

FIRST, SECOND = "+33639980101", "+33639980102"


def test_callers_wait_in_a_queue_and_are_taken_in_order(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Enqueue waitUrl="/wait" action="/left">attente</Enqueue>')
    product.says("/wait", '<Say language="fr-FR">Patientez.</Say>')
    caller.dial(LINE)
    exchange.advance(10)
    waited = product.asked("/wait")
    assert len(waited) > 3
    assert (waited[0]["QueuePosition"], waited[0]["CurrentQueueSize"]) == ("1", "1")
    product.says("/voice/incoming", '<Dial action="/dialled"><Queue>attente</Queue></Dial>')
    listener = exchange.phone(FIRST)
    listener.dial(LINE)
    assert (caller.prompt, listener.prompt) == ("bridged", "bridged")
    listener.hang_up()
    assert product.asked("/left")[0]["QueueResult"] == "bridged"
    assert product.asked("/dialled")[0]["DialCallStatus"] == "completed"


@pytest.mark.parametrize(("wait", "result"), [("<Leave/>", "leave"), ("<Pause length='9'/>", "hangup")])
def test_leaving_a_queue_is_told(
    exchange: Exchange, product: Product, caller: Phone, wait: str, result: str
) -> None:
    product.says("/voice/incoming", '<Enqueue waitUrl="/wait" action="/left">attente</Enqueue>')
    product.says("/wait", wait)
    caller.dial(LINE)
    if caller.leg is not None:
        caller.hang_up()
    assert product.asked("/left")[0]["QueueResult"] == result
    assert not next(iter(exchange.rooms.values())).members


def test_whoever_serves_an_empty_queue_waits_a_while(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Enqueue action="/left">attente</Enqueue>')
    caller.dial(LINE)
    caller.hang_up()
    product.says("/voice/incoming", '<Dial action="/dialled" timeout="20"><Queue>attente</Queue></Dial>')
    listener = exchange.phone(FIRST)
    listener.dial(LINE)
    exchange.advance(19)
    assert product.asked("/dialled") == []
    exchange.advance(2)
    assert product.asked("/dialled")[0]["DialCallStatus"] == "no-answer"
    product.says("/voice/incoming", '<Dial action="/nobody"><Queue>inconnue</Queue></Dial>')
    listener.dial(LINE)
    assert product.asked("/nobody")[0]["DialCallStatus"] == "failed"


def test_a_full_queue_takes_nobody(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Enqueue action="/left">attente</Enqueue>')
    caller.dial(LINE)
    next(iter(exchange.rooms.values())).max_size = 1
    exchange.phone(FIRST).dial(LINE)
    assert product.asked("/left")[0]["QueueResult"] == "queue-full"


def test_leaving_a_queue_one_is_not_in_does_nothing(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", "<Leave/>")
    caller.dial(LINE)
    assert caller.state == "idle"
    exchange.assert_clean()
