"""The four lists of voicemails: every message is in exactly one, telemarketers come last."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Voicemail
from hotline.services.desk import claims, inbox
from hotline.services.desk.inbox import Tab
from tests.conftest import StoppedClock
from tests.inbox import leave
from tests.web.desk.conftest import sign_in

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MACHINE = "+33162000004"


def listed(hotline: Hotline, tab: Tab, after: int | None = None, limit: int = 30) -> list[int]:
    with hotline.database.read() as session:
        part = inbox.part(session, tab, hotline.clock.now(), after=after, limit=limit)
        return [item.voicemail.id for item in part.items]


def following(hotline: Hotline, message: int | None) -> int | None:
    with hotline.database.read() as session:
        after = session.get(Voicemail, message) if message else None
        return inbox.next_unheard(session, hotline.clock.now(), after=after)


def test_the_oldest_unheard_message_comes_first_and_telemarketers_last(hotline: Hotline) -> None:
    young = leave(hotline, ago=HOUR)
    machine = leave(hotline, None, MACHINE, ago=9 * DAY)
    withheld = leave(hotline, None, None, ago=2 * HOUR)
    old = leave(hotline, "Lucien Petit", "+33639980001", ago=DAY)
    assert listed(hotline, Tab.UNHEARD) == [old, withheld, young, machine]


def test_every_message_is_in_exactly_one_list(hotline: Hotline, clock: StoppedClock) -> None:
    at, nadia = clock.now(), sign_in(hotline, name="Nadia").coordinator
    unheard, heard, taken, later, handled = (leave(hotline, ago=n * HOUR) for n in range(5))

    def arrange(session: Session) -> None:
        session.get_one(Voicemail, heard).heard_at = at
        claims.take(session, taken, nadia, at)
        claims.put_off(session, later, nadia, at + HOUR, at)
        claims.handle(session, handled, nadia, at)

    hotline.database.run(arrange)
    assert {tab: sorted(listed(hotline, tab)) for tab in Tab} == {
        Tab.UNHEARD: [unheard],
        Tab.BEGUN: [heard, taken],
        Tab.LATER: [later],
        Tab.HANDLED: [handled],
    }
    clock.advance(HOUR)
    assert listed(hotline, Tab.UNHEARD) == [later, taken, unheard], "taken too long ago, put off until now"
    assert listed(hotline, Tab.LATER) == []


def test_a_list_goes_on_after_its_last_row(hotline: Hotline) -> None:
    messages = [leave(hotline, ago=n * HOUR) for n in range(5, 0, -1)]
    assert listed(hotline, Tab.UNHEARD, limit=2) == messages[:2]
    assert listed(hotline, Tab.UNHEARD, after=messages[1], limit=2) == messages[2:4]
    assert listed(hotline, Tab.UNHEARD, after=messages[3], limit=2) == messages[4:]


def test_what_was_dealt_with_last_is_listed_first(hotline: Hotline, clock: StoppedClock) -> None:
    nadia = sign_in(hotline, name="Nadia").coordinator
    messages = [leave(hotline) for _ in range(3)]
    for message in messages:
        clock.advance(HOUR)
        at = clock.now()
        hotline.database.run(lambda session, one=message, at=at: claims.handle(session, one, nadia, at))
    assert listed(hotline, Tab.HANDLED, limit=2) == messages[:0:-1]
    assert listed(hotline, Tab.HANDLED, after=messages[1]) == messages[:1]


def test_the_next_message_is_the_one_after_and_then_the_first_again(hotline: Hotline) -> None:
    first, second, third = (leave(hotline, ago=n * HOUR) for n in (3, 2, 1))
    assert following(hotline, None) == first
    assert following(hotline, first) == second
    assert following(hotline, third) == first


def test_the_only_message_is_followed_by_none(hotline: Hotline) -> None:
    assert following(hotline, leave(hotline)) is None


def test_a_count_stops_at_a_hundred(hotline: Hotline) -> None:
    message = leave(hotline)

    def many(session: Session) -> int:
        known = session.get_one(Voicemail, message)
        copied = {"call_id": known.call_id, "state": known.state, "created_at": known.created_at}
        session.add_all(
            Voicemail(recording_sid=f"copy{n}", try_at=known.try_at, **copied) for n in range(inbox.MANY)
        )
        session.flush()
        return inbox.count(session, Tab.UNHEARD, hotline.clock.now())

    assert hotline.database.run(many) == inbox.MANY
