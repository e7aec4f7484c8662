"""A contact typed in with the keyboard alone, and the pages about people, in Chromium."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.cli.stage import PUBLIC_URL, Stage
from hotline.models import AuditEntry, Caller, Contact, Request
from hotline.models.status import CallerState, ContactKind, RequestState
from hotline.services.desk import boundaries, contacts_by_hand, notes
from hotline.services.desk.contacts_by_hand import Typed
from tests.people import add_caller
from tests.records import only, rows
from tests.web.desk.conftest import sign_in

pytestmark = pytest.mark.browser

ODETTE = "+33639980091"


@pytest.fixture
def odette(town: Stage) -> int:
    """Somebody known, with a little history and a namesake."""
    hotline, at = town.hotline, town.now
    odette = add_caller(hotline, ODETTE, "Odette Martin", postcode="05100", note="Parler lentement.")
    namesake = add_caller(hotline, "+33639980092", "Odette Martin", postcode="05100")
    with hotline.database.write() as session:
        known, other = session.get_one(Caller, odette), session.get_one(Caller, namesake)
        notes.add(session, known, "Sa fille passe le dimanche.", author="Noé", at=at)
        letter = Typed(ContactKind.LETTER, "Une carte.", False, at - timedelta(days=1), caller_id=odette)
        contacts_by_hand.note(session, hotline.line, letter, author="Noé", at=at)
        other.last_contact_at = at - timedelta(days=9)
        last_day = at.date() + timedelta(days=5)
        boundaries.begin(
            *(session, hotline.line, other), last_day=last_day, reason="Insultes", author="Noé", at=at
        )
    return odette


@pytest.fixture
def desk(chromium: Browser, town: Stage) -> Iterator[Page]:
    """The desk of a coordinator; the browser must have had nothing to complain about."""
    base = town.exchange.route[PUBLIC_URL]
    context = chromium.new_context(
        base_url=base, locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    kept = sign_in(town.hotline).client.get_cookie("session")
    assert kept is not None
    context.add_cookies([{"name": "session", "value": kept.value, "url": base}])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def test_a_contact_of_somebody_known_takes_a_dozen_keys_and_no_mouse(
    desk: Page, town: Stage, odette: int
) -> None:
    desk.goto("/people")
    desk.locator("h1").wait_for()
    desk.keyboard.press("n")
    expect(desk.get_by_role("combobox")).to_be_focused()
    desk.keyboard.type("ode")
    expect(desk.get_by_role("option", name="Odette Martin").first).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("radio", name="Appel")).to_be_focused()
    desk.keyboard.press("v")
    expect(desk.get_by_role("radio", name="Visite")).to_be_checked()
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("radio", name="Oui")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.type("Passée à la MJC.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#said")).to_contain_text("Noté pour Odette Martin, qui attend un appel.")
    expect(desk.get_by_role("combobox")).to_be_focused()
    made = rows(town.hotline, Contact)[-1]
    assert (made.caller_id, made.kind, made.words) == (odette, ContactKind.VISIT, "Passée à la MJC.")
    assert only(town.hotline, Request).state is RequestState.WAITING


def test_somebody_new_is_noted_by_name_and_number_and_taken_back_with_one_key(
    desk: Page, town: Stage
) -> None:
    desk.goto("/contacts/new")
    desk.keyboard.type("Jeanne Aubert")
    expect(desk.get_by_role("option", name="Quelqu’un de nouveau : Jeanne Aubert")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("Son numéro, s’il est connu")).to_be_focused()
    desk.keyboard.type("06 39 98 00 93")
    desk.keyboard.press("Enter")
    expect(desk.locator("#said")).to_contain_text("Noté pour Jeanne Aubert")
    assert rows(town.hotline, Caller)[-1].state is CallerState.ACTIVE
    desk.get_by_role("button", name="Annuler").press("Enter")
    expect(desk.locator("#said")).to_contain_text("Le contact est retiré.")
    assert rows(town.hotline, Contact) == []
    assert "Jeanne Aubert" not in [caller.names for caller in rows(town.hotline, Caller)]


def test_people_are_found_while_typing_and_a_number_is_shown_when_asked_for(
    desk: Page, town: Stage, odette: int
) -> None:
    desk.goto("/people")
    desk.keyboard.press("/")
    desk.keyboard.type("martin ode")
    expect(desk.get_by_role("row")).to_have_count(3)
    expect(desk).to_have_url("/people?q=martin+ode")
    desk.goto(f"/people/{odette}")
    expect(desk.get_by_text("•• •• •• •• 91")).to_be_visible()
    desk.get_by_role("button", name="Voir le numéro").click()
    expect(desk.get_by_role("link", name="06 39 98 00 91")).to_have_attribute("href", f"tel:{ODETTE}")
    assert "phone.revealed" in [entry.action for entry in rows(town.hotline, AuditEntry)]
