"""Several numbers at the desk: hours, phrases and shifts by line; where there is one, no page says so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Shift
from tests.conftest import LINE, StoppedClock
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.two_numbers import ITALIAN, use
from tests.web.desk.conftest import Desk
from tests.webhooks import Webhooks

HERE = ITALIAN.replace("+", "%2B")
TUESDAY_17_30 = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
PAGES = ("/", "/hours", "/greetings", "/greetings/fr/greeting.hello", "/roster", "/roster/shifts/new")
NADIA = "+33639980101"


class TestOneNumber:
    """An association with one number."""

    @pytest.mark.parametrize("path", [*PAGES, "/people/1"])
    def test_no_page_speaks_of_several_lines(self, desk: Desk, hotline: Hotline, path: str) -> None:
        add_caller(hotline, "+33639980001", "Odette")
        add_listener(hotline, NADIA)
        page = desk.page(path)
        assert not page.xpath("//nav[@aria-label='Lignes'] | //*[@name='line']")
        assert not page.xpath("//*[contains(@href, 'line=')] | //*[contains(@action, 'line=')]")
        for words in ("Toutes les lignes", "toutes les lignes", "Ligne principale", "Quelle ligne"):
            assert words not in page.text_content()

    def test_a_shift_is_entered_without_a_line(self, desk: Desk, hotline: Hotline) -> None:
        desk.post("/roster/shifts/new", who="06 39 98 01 01", how="expression", expression="24/7")
        assert only(hotline, Shift).line is None

    def test_an_unknown_line_in_the_address_is_the_only_one(self, desk: Desk) -> None:
        assert desk.text(f"/hours?line={HERE}") == desk.text("/hours")

    def test_the_shift_of_a_number_given_up_can_be_seen_and_taken_away(
        self, desk: Desk, hotline: Hotline
    ) -> None:
        add_listener(hotline, NADIA, line=ITALIAN)
        assert "ne sonne plus" in desk.text("/roster")
        desk.post("/roster/shifts/1/remove")
        assert not rows(hotline, Shift)


class TestTwoNumbers:
    """An association with a second number, in Italian."""

    @pytest.fixture
    def environment(self, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        return use(environment, monkeypatch)

    @pytest.mark.parametrize("path", ["/hours", "/greetings", "/roster"])
    def test_each_line_has_its_page(self, desk: Desk, path: str) -> None:
        tabs = desk.page(f"{path}?line={HERE}").xpath("//nav[@aria-label='Lignes']//a")
        assert [tab.text for tab in tabs] == ["Ligne principale", "Ligne italienne"]
        assert [tab.get("aria-current") for tab in tabs] == [None, "page"]

    def test_its_hours_are_decided_at_the_desk_and_hold_from_the_next_call(
        self, desk: Desk, hotline: Hotline, line: Webhooks
    ) -> None:
        add_listener(hotline, NADIA)
        assert not line.call(1, To=ITALIAN).has("Dial")
        told = desk.post(f"/hours/open?line={HERE}", how="expression", expression="Tu 13:00-15:00")
        assert "valent dès le prochain appel" in told.text
        assert line.call(2, To=ITALIAN).has("Dial")
        assert hotline.line.hours.expression.startswith("Mo-Fr 10:00-18:00")
        said = desk.text(f"/hours?line={HERE}")
        assert "Tu 13:00-15:00" in said
        assert "Tu 13:00-15:00" not in desk.text("/hours")

    def test_it_may_open_with_the_main_line_again_and_that_can_be_undone(
        self, desk: Desk, hotline: Hotline, clock: StoppedClock
    ) -> None:
        desk.post(f"/hours/open?line={HERE}", as_main="1")
        assert hotline.line.at(ITALIAN).hours.is_open(clock.now())
        assert "elle ouvre avec la ligne principale" in desk.text(f"/hours?line={HERE}")
        desk.post(f"/hours/undo/1?line={HERE}")
        assert not hotline.line.at(ITALIAN).hours.is_open(clock.now())

    def test_a_decision_of_one_line_is_not_taken_back_from_another(self, desk: Desk) -> None:
        desk.post(f"/hours/open?line={HERE}", as_main="1")
        assert desk.client.post("/hours/undo/1").status_code == 404

    def test_broken_hours_are_refused_and_the_preview_says_what_would_be(self, desk: Desk) -> None:
        answer = desk.client.post(
            f"/hours/open?line={HERE}", data={"how": "expression", "expression": "mardi"}
        )
        assert answer.status_code == 422
        assert "Horaires illisibles" in answer.text
        preview = desk.post(
            f"/hours/preview?line={HERE}", matter="open", how="expression", expression="Mo-Su 08:00-09:00"
        )
        assert "de 8 h à 9 h" in " ".join(preview.text.split())

    def test_closures_hold_for_every_line(self, desk: Desk, hotline: Hotline) -> None:
        desk.post("/hours/closures", first="2026-11-24", last="2026-11-24")
        assert not hotline.line.at(ITALIAN).hours.is_open(TUESDAY_17_30)
        assert "Annoncer une fermeture" not in desk.text(f"/hours?line={HERE}")

    def test_its_phrases_are_its_own(self, desk: Desk, line: Webhooks) -> None:
        address = f"/greetings/it/voicemail.opens/text?line={HERE}"
        desk.post(address, text="La linea italiana aprirà {next_opening}.")
        assert "La linea italiana aprirà oggi" in line.call(1, "+33639980007", To=ITALIAN).said
        assert "La ligne ouvrira" not in line.call(2, "+33639980007", To=ITALIAN).said
        page = desk.text(f"/greetings?line={HERE}")
        assert "La linea italiana aprirà" in page
        assert "vos mots" in page
        assert "La linea italiana" not in desk.text("/greetings?language=it")

    def test_what_only_the_team_hears_is_changed_on_the_main_line(self, desk: Desk) -> None:
        assert desk.client.get("/greetings/fr/texts.offer").status_code == 200
        assert desk.client.get(f"/greetings/fr/texts.offer?line={HERE}").status_code == 404

    def test_a_shift_hears_the_line_that_was_chosen(self, desk: Desk, hotline: Hotline) -> None:
        fields = {"who": "06 39 98 01 01", "how": "expression", "expression": "24/7"}
        desk.post("/roster/shifts/new", **fields, line=ITALIAN)
        assert only(hotline, Shift).line == ITALIAN
        assert "(Ligne italienne)" in desk.text(f"/roster?line={HERE}")
        assert "(Ligne italienne)" not in desk.text("/roster")
        desk.post("/roster/shifts/1", **(fields | {"who": ""}), line="")
        assert only(hotline, Shift).line is None
        assert "(toutes les lignes)" in desk.text("/roster")
        answer = desk.client.post("/roster/shifts/new", data=fields | {"line": "+33199000999"})
        assert answer.status_code == 422

    def test_hours_without_anybody_are_those_of_each_line(self, desk: Desk, hotline: Hotline) -> None:
        add_listener(hotline, NADIA, line=LINE)
        assert "Quelqu’un est là à toutes les heures" in desk.text("/roster")
        assert "La ligne est ouverte sans personne" in desk.text(f"/roster?line={HERE}")

    def test_a_file_says_which_line_somebody_uses(self, desk: Desk, line: Webhooks) -> None:
        line.call(1, To=ITALIAN)
        (named,) = desk.page("/people/1").xpath("//dt[.='Ligne appelée']/following-sibling::dd[1]")
        assert named.text == "Ligne italienne"

    def test_today_says_how_each_line_stands(self, desk: Desk, hotline: Hotline) -> None:
        add_volunteer(hotline, "Chiara", NADIA)
        add_listener(hotline, NADIA, line=ITALIAN)
        said = desk.text("/")
        assert "Ligne principale La ligne est ouverte jusqu’à 18 h." in said
        assert "Ligne italienne La ligne est fermée. Elle ouvre aujourd’hui à 16 h." in said
        assert "De permanence à l’ouverture : Chiara." in said
