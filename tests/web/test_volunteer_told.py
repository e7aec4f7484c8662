"""What a volunteer has to tell a person: who will phone them, said once and by whoever calls."""

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Callback
from hotline.models.status import Need
from hotline.services.referrals import answering
from tests import referring
from tests.records import only, rows
from tests.web.visits import BRUNO, JEANNE, Visitor, given, volunteer


def taken(hotline: Hotline, marie: Visitor) -> tuple[int, int]:
    """A partner says yes for somebody with a landline; return the need and the call to come."""
    given(hotline, marie, "Jeanne Petit", JEANNE)
    need = referring.sent(hotline, only(hotline, Assignment).caller_id, need=Need.AIDE_ALIMENTAIRE)
    referring.answer(hotline, answering.taken, need)
    return need, rows(hotline, Callback)[0].id


def test_the_volunteer_reads_who_will_phone_and_says_that_it_was_said(hotline: Hotline) -> None:
    marie = volunteer(hotline).come_in()
    need, call = taken(hotline, marie)
    page = marie.read(f"/v/appels/{call}")
    assert "Collectif Solidarité Courses va l’appeler" in page
    assert "alimentaire" not in page
    marie.does(f"/v/appels/{call}/dit/{need}")
    assert "Collectif" not in marie.read(f"/v/appels/{call}")
    assert "ce n’est plus à dire" in marie.does(f"/v/appels/{call}/dit/{need}")


def test_nobody_says_it_for_a_person_who_is_not_theirs(hotline: Hotline) -> None:
    need, call = taken(hotline, volunteer(hotline).come_in())
    bruno = volunteer(hotline, "Bruno", BRUNO).come_in()
    assert bruno.client.post(f"/v/appels/{call}/dit/{need}").status_code in {400, 404}
    assert referring.kinds(hotline, need)[-1].value == "taken"
