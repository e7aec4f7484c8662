"""`caller show`, `caller set`: what somebody prefers and consents to, before there is a desk."""

import pytest

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Caller, Phone, Request
from hotline.models.status import Preference, RequestKind, RequestState
from tests.cli.conftest import Type
from tests.databases import on_sqlite
from tests.people import add_caller
from tests.records import only, rows

pytestmark = on_sqlite

ODETTE, TYPED = "+33199000201", "01 99 00 02 01"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    """Odette Martin, who waits to be called back."""
    caller_id = add_caller(hotline, ODETTE, "Odette Martin")
    with hotline.database.write() as session:
        at = hotline.clock.now()
        session.add(Request(caller_id=caller_id, state=RequestState.WAITING, opened_at=at))
    return caller_id


def test_preferences_are_noted_and_shown(run: Type, hotline: Hotline, odette: int) -> None:
    done = run(
        *("caller", "set", TYPED, "--language", "anglais", "--wished-hours", "Mo-Fr 14:00-17:00"),
        *("--prefers", "rotation", "--association", "--machine-messages"),
    )
    assert (done.exit_code, done.stdout) == (0, "Odette Martin : noté.\n")
    caller = only(hotline, Caller)
    assert (caller.language, caller.wished_hours) == ("en", "Mo-Fr 14:00-17:00")
    assert (caller.prefers, caller.hears_association, caller.takes_machine_messages) == (
        Preference.ROTATION,
        True,
        True,
    )
    shown = run("caller", "show", TYPED).stdout
    for words in ("Odette Martin", "Mo-Fr 14:00-17:00", "des voix différentes", "à préciser"):
        assert words in shown
    assert "9900" not in shown.replace(" ", "")


def test_what_is_not_given_stays_and_what_is_given_empty_goes(
    run: Type, hotline: Hotline, odette: int
) -> None:
    run("caller", "set", TYPED, "--wished-hours", "Mo-Fr 14:00-17:00", "--association")
    run("caller", "set", TYPED, "--wished-hours", "", "--no-association")
    caller = only(hotline, Caller)
    assert (caller.wished_hours, caller.hears_association, caller.names) == ("", False, "Odette Martin")


def test_a_rhythm_makes_the_request_a_regular_one(run: Type, hotline: Hotline, odette: int) -> None:
    assert (
        run(
            "caller", "set", TYPED, "--cadence", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15", "--priority", "2"
        ).exit_code
        == 0
    )
    request = only(hotline, Request)
    assert (request.kind, request.priority) == (RequestKind.RECURRING, 2)
    assert request.cadence == "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"
    run("caller", "set", TYPED, "--kind", "one_off")
    assert (only(hotline, Request).kind, only(hotline, Request).cadence) == (RequestKind.ONE_OFF, None)


def test_a_contact_person_is_noted_with_consent_and_never_shown_by_number(
    run: Type, hotline: Hotline, odette: int
) -> None:
    run(
        *("caller", "set", TYPED, "--contact-name", "Lucie", "--contact-phone", "06 39 98 03 01"),
        "--contact-consent",
    )
    caller = only(hotline, Caller)
    assert caller.contact_consent
    assert {phone.number for phone in rows(hotline, Phone)} == {ODETTE, "+33639980301"}
    shown = run("caller", "show", TYPED).stdout
    assert "Lucie" in shown
    assert "un mobile" in shown
    assert "3998" not in shown.replace(" ", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--contact-consent",), "demande aussi le téléphone"),
        (("--wished-hours", "souvent"), "Horaires illisibles"),
        (("--language", "ouzbekistanais"), "n'est pas connue"),
        (("--language", "fr,en"), "Une seule langue"),
        (("--cadence", "souvent"), "FREQ=WEEKLY"),
        (("--contact-phone", "12"), "n'est pas valable"),
        (("--prefers", "rien"), "au choix : steady, rotation"),
        ((), "rien à noter"),
    ],
)
def test_what_cannot_be_noted_is_a_sentence_and_changes_nothing(
    run: Type, hotline: Hotline, odette: int, words: tuple[str, ...], says: str
) -> None:
    told = run("caller", "set", TYPED, "--names", "Autre", *words) if words else run("caller", "set", TYPED)
    assert told.exit_code != 0
    assert says in told.stderr
    assert only(hotline, Caller).names == "Odette Martin"


@pytest.mark.parametrize("words", [("show",), ("set", "--priority", "1")])
def test_an_unknown_person_is_a_sentence(run: Type, words: tuple[str, ...]) -> None:
    told = run("caller", words[0], "06 39 98 00 09", *words[1:])
    assert told.exit_code == 1
    assert "Personne n'est connu à ce numéro" in told.stderr


def test_a_rhythm_needs_somebody_who_waits(run: Type, hotline: Hotline) -> None:
    add_caller(hotline, ODETTE, "Odette Martin")
    told = run("caller", "set", TYPED, "--kind", "recurring")
    assert told.exit_code == 1
    assert "n'attend aucun rappel" in told.stderr


def test_looking_and_noting_are_in_the_audit_log(run: Type, hotline: Hotline, odette: int) -> None:
    run("caller", "show", TYPED)
    run("caller", "set", TYPED, "--names", "Odette Blanc", "--priority", "1")
    assert [(entry.action, entry.subject) for entry in rows(hotline, AuditEntry)] == [
        ("caller.show", f"personne {odette}"),
        ("caller.set", f"caller:{odette} names, priority"),
    ]
