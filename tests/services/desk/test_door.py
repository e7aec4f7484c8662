"""What the door rests on: places at the desk, links, guesses, forms that are kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Coordinator
from hotline.models.status import Role
from hotline.services.desk import coordinators, guesses, invitations, kept_forms, passwords
from tests.conftest import StoppedClock


def add(hotline: Hotline, email: str, role: Role = Role.COORDINATOR) -> Coordinator:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: coordinators.add(session, email, at, role=role)[0])


def test_a_link_is_used_by_the_first_of_two_who_open_it_at_once(hotline: Hotline) -> None:
    at = hotline.clock.now()
    known = add(hotline, "camille@example.org")
    token = hotline.database.run(lambda session: invitations.issue(session, known, at))
    with ThreadPoolExecutor(2) as both:
        tries = [
            both.submit(hotline.database.run, lambda session: invitations.use(session, token, at))
            for _ in range(2)
        ]
    assert sorted(one.result() is not None for one in tries) == [False, True]


def test_tries_at_the_same_moment_are_counted_one_after_another(hotline: Hotline) -> None:
    at, who = hotline.clock.now(), (guesses.PASSWORD, "camille@example.org")
    with ThreadPoolExecutor(4) as many:
        tries = [
            many.submit(hotline.database.run, lambda session: guesses.begin(session, at, who))
            for _ in range(12)
        ]
    assert sum(one.result() is None for one in tries) == guesses.PASSWORD.free


def test_a_try_that_has_to_wait_costs_nothing_elsewhere(hotline: Hotline, clock: StoppedClock) -> None:
    who, place = (guesses.PASSWORD, "camille@example.org"), (guesses.ADDRESS, "192.0.2.1")
    for _ in range(40):
        hotline.database.run(lambda session: guesses.begin(session, clock.now(), place, who))
    other = (guesses.PASSWORD, "bruno@example.org")
    assert hotline.database.run(lambda session: guesses.begin(session, clock.now(), place, other)) is None


def test_failures_are_forgotten_after_a_day(hotline: Hotline, clock: StoppedClock) -> None:
    who = (guesses.PASSWORD, "camille@example.org")
    for _ in range(6):
        hotline.database.run(lambda session: guesses.begin(session, clock.now(), who))
    clock.advance(timedelta(hours=24))
    for _ in range(5):
        assert hotline.database.run(lambda session: guesses.begin(session, clock.now(), who)) is None


def test_two_coordinators_cannot_remove_one_another_at_once(hotline: Hotline) -> None:
    both = [add(hotline, email) for email in ("camille@example.org", "bruno@example.org")]

    def remove(one: Coordinator) -> bool:
        def take(session: Session) -> None:
            coordinators.remove(session, session.get_one(Coordinator, one.id))

        try:
            hotline.database.run(take)
        except coordinators.CannotChange:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, both)) == [False, True]
    with hotline.database.read() as session:
        assert len(coordinators.everybody(session)) == 1


def test_only_the_newest_forms_of_somebody_are_kept(hotline: Hotline) -> None:
    known, at = add(hotline, "camille@example.org"), hotline.clock.now()
    tokens = [
        hotline.database.run(
            lambda session: kept_forms.keep(session, known.id, "/account", [("words", "Bonjour")], at)
        )
        for _ in range(12)
    ]
    with hotline.database.read() as session:
        kept = [bool(token and kept_forms.find(session, known.id, token, at)) for token in tokens]
    assert kept == [False, False] + [True] * 10


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("onze caract", True),
        ("douze caract", False),
        ("odette odette", False),
        ("abababababababab", True),
        ("FaureCamille42", True),
        ("camille@example.org!", True),
        ("9012345678901", True),
        ("x" * 300, True),
        ("la lune est pleine ce soir", False),
    ],
)
def test_a_password_is_long_and_not_built_on_who_somebody_is(password: str, weak: bool) -> None:
    assert passwords.is_weak(password, "Camille Faure", "camille@example.org") is weak
