"""Links to a volunteer's page and calendar."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Link, Volunteer
from hotline.services import links
from tests.people import add_volunteer
from tests.records import rows

NUMBER = "+33639980101"


@pytest.fixture
def marie(hotline: Hotline) -> Volunteer:
    add_volunteer(hotline, "Marie", NUMBER)
    return rows(hotline, Volunteer)[0]


def test_a_link_is_short_and_kept_only_as_a_keyed_hash(hotline: Hotline, marie: Volunteer) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        address = links.issue(session, hotline.line, marie, at)
    token = address.removeprefix("https://hotline.example/v/")
    assert len(token) == 12
    with hotline.database.engine.connect() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM links").all())
    with hotline.database.read() as session:
        found = links.find(session, token, at)
        assert found is not None
        assert found.volunteer_id == marie.id
        assert links.find(session, token, at + timedelta(days=14)) is None
        assert links.find(session, token.swapcase(), at) is None


def test_the_address_of_a_calendar_opens_no_page_and_a_page_no_calendar(
    hotline: Hotline, marie: Volunteer
) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        page = links.issue(session, hotline.line, marie, at).rpartition("/")[2]
        calendar = links.issue_calendar(session, hotline.line, marie, at).rpartition("/")[2][:12]
        assert links.find(session, calendar, at) is None
        assert links.find(session, page, at, links.CALENDAR) is None
        assert links.find(session, calendar, at + timedelta(days=3000), links.CALENDAR)


def test_a_new_address_of_the_calendar_replaces_the_one_before(hotline: Hotline, marie: Volunteer) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        page = links.issue(session, hotline.line, marie, at).rpartition("/")[2]
        first, second = (
            links.issue_calendar(session, hotline.line, marie, at).rpartition("/")[2][:12] for _ in range(2)
        )
        assert links.find(session, first, at, links.CALENDAR) is None
        assert links.find(session, second, at, links.CALENDAR)
        assert links.has_calendar(session, marie, at)
        links.revoke_calendar(session, marie, at)
        assert not links.has_calendar(session, marie, at)
        assert links.find(session, page, at), "the page goes on working"


def test_all_links_of_a_volunteer_can_be_revoked_at_once(hotline: Hotline, marie: Volunteer) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        links.issue(session, hotline.line, marie, at)
        links.issue_calendar(session, hotline.line, marie, at)
        links.revoke_all(session, marie, at)
    assert all(link.revoked_at == at for link in rows(hotline, Link))
