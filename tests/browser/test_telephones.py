"""What a person can do on the telephones page, in a real browser."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from hotline.cli.stage import Stage
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from tests.browser.acting import call_the_line, leave_a_message, pick_caller, telephone, wait_for
from tests.browser.conftest import TUESDAY_AFTERNOON

pytestmark = pytest.mark.browser


def offer(town: Stage, camille: Phone) -> str:
    town.let(30)
    return camille.texts[-1].body.split()[-1]


class TestAtNight:
    @pytest.fixture
    def start(self) -> datetime:
        return TUESDAY_AFTERNOON.replace(hour=22)

    def test_a_caller_dials_reads_what_is_said_records_a_sound_and_hangs_up(
        self, page: Page, town: Stage, lucien: Phone
    ) -> None:
        leave_a_message(page, town, lucien)
        card = telephone(page, "Lucien")
        expect(card.get_by_role("log").first).to_contain_text("Parlez après le bip")
        expect(card.locator(".bip")).to_have_text("bip")
        town.let(5)
        log = page.get_by_role("region", name="Journal de l’opérateur")
        expect(log.locator("#volet-appels tbody tr").first).to_contain_text("Lucien → la ligne")
        expect(log.locator("#volet-appels tbody tr").first).to_contain_text("terminé")
        assert [round(recording.duration) for recording in town.exchange.recordings.values()] == [6]

    def test_the_microphone_is_heard_by_the_carrier_as_telephone_sound(
        self, page: Page, town: Stage, lucien: Phone
    ) -> None:
        card = call_the_line(page, lucien)
        wait_for(town, lucien, "record")
        card.get_by_role("button", name="Parler dans le micro").click()
        expect(card.get_by_text("Le micro est ouvert")).to_be_visible()
        with page.expect_request("**/speak") as spoken:
            pass
        sound = spoken.value.post_data_buffer
        assert sound is not None
        assert sound[:4] == b"RIFF"
        assert int.from_bytes(sound[24:28], "little") == 8000
        card.get_by_role("button", name="J’ai fini de parler").click()
        expect(card.get_by_text("Le micro est fermé")).to_be_visible()
        town.exchange.advance(3)
        lucien.hang_up()
        town.let(5)
        (recording,) = town.exchange.recordings.values()
        assert recording.duration >= 1

    def test_the_guide_ticks_its_steps_as_they_happen(self, page: Page, town: Stage, lucien: Phone) -> None:
        steps = page.locator("#guide-steps")
        expect(steps.locator("[aria-current=step]")).to_contain_text("Appelez la ligne la nuit")
        leave_a_message(page, town, lucien)
        town.let(5)
        expect(steps.locator("[data-done]")).to_have_count(2)
        expect(steps.locator("[aria-current=step]")).to_contain_text("un bénévole reçoit")
        page.get_by_role("button", name="Masquer").click()
        expect(steps).to_be_hidden()
        expect(page.get_by_role("button", name="Revoir ce qu’il faut essayer")).to_be_focused()


def test_a_listeners_telephone_rings_and_one_press_joins_the_caller(
    page: Page, town: Stage, lucien: Phone
) -> None:
    call_the_line(page, lucien)
    wait_for(town, town.phone("+33639980201"), "ring")
    louis = telephone(page, "Louis")
    expect(louis.get_by_text("Sonne : 01 99 00 01 00")).to_be_visible()
    expect(page.get_by_role("button", name="Le téléphone de Louis sonne")).to_be_visible()
    louis.get_by_role("button", name="Décrocher").click()
    expect(louis.get_by_role("log").first).to_contain_text("1")
    expect(telephone(page, "Louis").get_by_role("group", name="Touches")).to_be_focused()
    page.keyboard.press("1")
    town.let(2)
    expect(louis.get_by_text("En conversation avec")).to_be_visible()
    expect(telephone(page, "Lucien").get_by_text("En conversation avec")).to_be_visible()
    expect(telephone(page, "Maya").get_by_role("button", name="Décrocher")).to_be_hidden()
    louis.get_by_role("button", name="Raccrocher").click()
    expect(louis.get_by_role("heading", name="Louis")).to_be_focused()


def test_a_volunteer_receives_an_offer_and_says_yes_with_the_keyboard_alone(
    page: Page, town: Stage, lucien: Phone, camille: Phone
) -> None:
    leave_a_message(page, town, lucien)
    reference = offer(town, camille)
    card = telephone(page, "Camille")
    expect(card.get_by_text(f"OUI {reference}")).to_be_visible()
    page.get_by_role("button", name="Nouveau SMS pour Camille").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("heading")).to_be_focused()
    yes = card.get_by_role("button", name="OUI")
    for _ in range(6):
        page.keyboard.press("Tab")
        if yes.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    box = card.get_by_role("textbox")
    expect(box).to_have_value(f"OUI {reference}")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    town.let(10)
    expect(card.locator(".text.out")).to_contain_text(f"OUI {reference}")
    expect(card.locator(".text.in").last).to_contain_text("composez le 01 99 00 01 00")


def test_a_volunteer_phones_the_line_and_speaks_with_the_caller(
    page: Page, town: Stage, lucien: Phone, camille: Phone
) -> None:
    leave_a_message(page, town, lucien)
    reference = offer(town, camille)
    camille.text(town.hotline.line.number, f"oui {reference}")
    town.let(10)
    card = telephone(page, "Camille")
    card.get_by_role("button", name="Appeler la ligne").click()
    expect(card.get_by_role("button", name="Raccrocher")).to_be_visible()
    wait_for(town, lucien, "ring")
    rung = telephone(page, "Lucien")
    rung.get_by_role("button", name="Décrocher").click()
    expect(rung.get_by_role("button", name="Raccrocher")).to_be_visible()
    wait_for(town, lucien, "bridged")
    expect(card.get_by_text("En conversation avec Lucien")).to_be_visible()
    expect(page.locator("#guide-steps [data-step=pont][data-done]")).to_be_visible()


def test_what_is_being_typed_and_the_focus_survive_updates(
    page: Page, town: Stage, lucien: Phone, camille: Phone
) -> None:
    card = telephone(page, "Camille")
    card.get_by_text("Écrire un SMS").click()
    box = card.get_by_role("textbox")
    box.press_sequentially("Je ne peux pas ")
    lucien.text(town.hotline.line.number, "Bonjour, pouvez-vous me rappeler ?")
    town.let(60)
    expect(card.locator(".text.in")).to_contain_text("OUI")
    box.press_sequentially("aujourd’hui")
    expect(box).to_have_value("Je ne peux pas aujourd’hui")
    expect(box).to_be_focused()


def test_a_masked_call_shows_no_number(page: Page, town: Stage, lucien: Phone) -> None:
    page.get_by_label("Appeler en numéro masqué").check()
    call_the_line(page, lucien)
    expect(page.locator("#volet-appels tbody tr").last).to_contain_text("numéro masqué → la ligne")


def test_another_telephone_is_taken_by_typing_its_number(carrier_page: Page) -> None:
    page = carrier_page
    page.get_by_label("Qui appelle").select_option("autre")
    page.get_by_label("Son numéro").fill("pas un numéro")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce n’est pas un numéro de téléphone")).to_be_visible()
    page.get_by_label("Son numéro").fill("06 39 98 12 34")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Qui appelle")).to_have_value("+33639981234")
    expect(telephone(page, "06 39 98 12 34")).to_be_visible()


def test_a_volunteers_telephone_can_be_added(carrier_page: Page) -> None:
    page = carrier_page
    page.get_by_text("Ajouter un téléphone").click()
    form = page.locator("#add-form")
    form.get_by_label("Numéro").fill("0639980155")
    form.get_by_label("Prénom ou nom").fill("Zoé")
    form.get_by_label("Rôle").select_option("volunteer")
    form.get_by_role("button", name="Ajouter ce téléphone").click()
    expect(page.get_by_text("C’est fait")).to_be_visible()
    expect(telephone(page, "Zoé").get_by_text("06 39 98 01 55")).to_be_visible()


def test_a_refusal_is_said_in_french_beside_the_telephone(
    carrier_page: Page, carrier: Exchange, faults: list[str]
) -> None:
    card = pick_caller(carrier_page, carrier.phone("+33639980001"))
    expect(card.get_by_role("button", name="Appeler la ligne")).to_be_visible()
    carrier.numbers.clear()
    card.get_by_role("button", name="Appeler la ligne").click()
    expect(card.get_by_role("alert")).to_have_text("Le numéro que vous avez composé n'est pas attribué.")
    assert all("409" in fault for fault in faults)
    faults.clear()


def test_a_request_is_laid_open_with_its_parameters_and_the_answer(
    page: Page, town: Stage, lucien: Phone
) -> None:
    lucien.dial(town.hotline.line.number)
    page.get_by_role("tab", name="Appels").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Requêtes")).to_be_focused()
    page.get_by_role("button", name="/voice/incoming").click()
    row = page.locator("#volet-requetes tbody tr").filter(has_text="/voice/incoming")
    expect(row.get_by_text("CallStatus")).to_be_visible()
    expect(row.locator("pre")).to_contain_text("<Response>")


def test_a_fault_is_switched_on_and_everything_put_back_in_order(
    carrier_page: Page, carrier: Exchange
) -> None:
    page = carrier_page
    page.get_by_text("Provoquer des pannes").click()
    page.get_by_label("Elles se perdent").select_option("Pour les SMS")
    expect(page.get_by_text("1 panne en cours")).to_be_visible()
    assert carrier.faults.webhook_lost == ["/sms"]
    page.get_by_role("button", name="Tout remettre en ordre").click()
    expect(page.get_by_text("1 panne en cours")).to_be_hidden()
    assert carrier.faults.webhook_lost == []


def test_what_the_carrier_complains_about_is_shown(carrier_page: Page, carrier: Exchange) -> None:
    page = carrier_page
    expect(page.get_by_text("Aucune anomalie")).to_be_visible()
    carrier.notice(11200, "statut 500", url="http://127.0.0.1/voice/incoming")
    expect(page.get_by_role("link", name="1 anomalie")).to_be_visible()
    expect(page.get_by_role("region", name="Anomalies")).to_contain_text("11200")


def test_the_page_says_when_the_rehearsal_is_out_of_reach_and_goes_on_by_itself(
    carrier_page: Page, carrier: Exchange, faults: list[str]
) -> None:
    page = carrier_page
    page.context.set_offline(offline=True)
    gone = page.get_by_role("alert").filter(has_text="ne répond plus")
    expect(gone).to_be_visible()
    carrier.phone("+33639981234", label="Rose", role="volunteer")
    page.context.set_offline(offline=False)
    expect(gone).to_be_hidden()
    expect(telephone(page, "Rose")).to_be_visible()
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in faults)
    faults.clear()


def test_the_clock_jumps_and_says_so(carrier_page: Page, carrier: Exchange) -> None:
    page = carrier_page
    page.get_by_role("button", name="Mardi 15 h").click()
    expect(page.locator("#clock-time")).to_have_text("15 h")
    expect(page.locator("#clock-date")).to_have_text("mardi 24 novembre 2026")
    expect(page.locator("#jump-said")).to_contain_text("Il est maintenant 15 h")
    page.get_by_role("button", name="Mardi 15 h").click()
    expect(page.locator("#clock-date")).to_have_text("mardi 1er décembre 2026")
    page.get_by_role("button", name="Dernier dimanche d’octobre").click()
    expect(page.locator("#clock-date")).to_have_text("dimanche 31 octobre 2027")
    expect(page.locator("#clock-season")).to_have_text("heure d’été")
    assert carrier.now() == datetime(2027, 10, 30, 23, 0, tzinfo=UTC)
