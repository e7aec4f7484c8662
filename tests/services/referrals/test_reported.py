"""What volunteers tell of needs, and what the words of callers let guess."""

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Referral, Volunteer
from hotline.models.status import Need, ReferralState
from hotline.services import callbacks
from hotline.services.referrals import suggested
from hotline.services.reports import Told
from tests import referring
from tests.holders import done
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import give

ODETTE, PAUL = "+33639980101", "+33639980102"


@pytest.fixture
def held(hotline: Hotline) -> int:
    """Odette is called by Paul every Tuesday."""
    return give(
        hotline, add_caller(hotline, ODETTE, "Odette Blanchard"), add_volunteer(hotline, "Paul", PAUL)
    )


def opened(hotline: Hotline) -> list[tuple[Need, str | None]]:
    return [(one.need, one.words) for one in rows(hotline, Referral)]


def tell(hotline: Hotline, held: int, **told: object) -> None:
    done(hotline, held, told=Told(**told))  # type: ignore[arg-type]


def test_each_tick_opens_its_need_and_an_alert(hotline: Hotline, held: int) -> None:
    tell(hotline, held, needs=frozenset({"food", "shops", "medicines", "doctor"}))
    assert opened(hotline) == [
        (Need.AIDE_ALIMENTAIRE, "de quoi manger"),
        (Need.SOLIDARITE_PROXIMITE, "les courses, les médicaments"),
        (Need.AUTRE, "un médecin"),
    ]
    assert {alert.kind for alert in rows(hotline, Alert)} == {"need_reported"}
    assert len(rows(hotline, Alert)) == 3


def test_words_open_a_need_and_a_denial_opens_none(hotline: Hotline, held: int) -> None:
    tell(hotline, held, words="Elle va bien, elle n'a besoin de rien.")
    assert opened(hotline) == []
    tell(hotline, held, words="Finalement : plus rien à manger.")
    assert opened(hotline) == [(Need.AIDE_ALIMENTAIRE, "Finalement : plus rien à manger.")]


def test_a_report_opens_a_need_once_even_when_it_was_closed_since(hotline: Hotline, held: int) -> None:
    tell(hotline, held, needs=frozenset({"food"}))
    referring.close(hotline, 1)
    tell(hotline, held, needs=frozenset({"food"}), words="Rien d'autre.")
    assert [one.state for one in rows(hotline, Referral)] == [ReferralState.CLOSED]


def test_an_alert_before_the_call_opens_the_need_too(hotline: Hotline, held: int) -> None:
    at = hotline.clock.now()

    def alert(session: object) -> None:
        assignment = session.get_one(Assignment, held)  # type: ignore[attr-defined]
        volunteer = session.get_one(Volunteer, assignment.volunteer_id)  # type: ignore[attr-defined]
        words = "Sa voisine me dit qu'elle n'a plus rien à manger"
        callbacks.difficult(session, hotline.line, assignment, volunteer, words, "sms1", at)  # type: ignore[arg-type]

    hotline.database.run(alert)
    assert [one.need for one in rows(hotline, Referral)] == [Need.AIDE_ALIMENTAIRE]
    assert [one.kind for one in rows(hotline, Alert)] == ["difficult_call"]


def test_what_is_followed_already_is_not_proposed_again(hotline: Hotline) -> None:
    said = ["Je n'ai plus rien à manger.", None, "Il faudrait aller à la pharmacie."]
    both = suggested.in_words(hotline.line, said)
    assert [one.need for one in both] == [Need.AIDE_ALIMENTAIRE, Need.SOLIDARITE_PROXIMITE]
    left = suggested.in_words(hotline.line, said, {Need.AIDE_ALIMENTAIRE})
    assert [(one.need, one.words) for one in left] == [(Need.SOLIDARITE_PROXIMITE, "aller à la pharmacie")]
