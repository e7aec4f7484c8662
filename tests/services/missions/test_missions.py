"""Our mission as the platform reads it: places, words, and nothing that it would refuse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Referral, Request
from hotline.models.status import (
    AssignmentState,
    Need,
    ReferralState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services.line import Line
from hotline.services.missions import feed, offered, refusals
from hotline.services.missions.mission import Mission, Organisation, one_line, readable
from hotline.settings import LineConfig
from tests.people import add_caller, add_volunteer

AT = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)
OURS = Organisation(
    "MJC du Briançonnais", "35 rue Pasteur", "05100", "Briançon", "https://exemple.fr", "", ""
)
GOOD = Mission(
    need=Need.LIEN,
    client_id="on-se-parle-lien",
    title="Appeler une personne isolée",
    description="J'appelle une personne isolée.",
    application_url="https://exemple.fr/benevole",
    posted_at=AT,
    schedule="20 minutes par appel",
    places=3,
    audience=("Personnes âgées",),
    activity="lutte-contre-isolement",
    organisation=OURS,
    remote="full",
)


def with_rules(line: Line, **sections: Any) -> Line:
    return replace(line, config=LineConfig(**sections))


def places(hotline: Hotline, **rules: Any) -> dict[str, int]:
    line = with_rules(hotline.line, missions=rules)
    with hotline.database.read() as session:
        return {one.client_id: one.places for one in offered.published(session, line)}


def waits(hotline: Hotline, number: int, **fields: Any) -> int:
    caller_id = add_caller(hotline, f"+3319900{number:04}")
    values = {"state": RequestState.WAITING, "opened_at": hotline.clock.now(), **fields}
    with hotline.database.write() as session:
        request = Request(caller_id=caller_id, **values)
        session.add(request)
        session.flush()
        return request.id


def needs(hotline: Hotline, request_id: int, need: Need, state: ReferralState = ReferralState.TO_SEND) -> int:
    def enter(session: Session) -> int:
        request = session.get_one(Request, request_id)
        referral = Referral(
            caller_id=request.caller_id,
            request_id=request_id,
            need=need,
            state=state,
            author="Camille",
            created_at=hotline.clock.now(),
        )
        session.add(referral)
        session.flush()
        return referral.id

    return hotline.database.run(enter)


def gives(hotline: Hotline, request_id: int, volunteer_id: int, **fields: Any) -> None:
    at = hotline.clock.now()

    def give(session: Session) -> None:
        request = session.get_one(Request, request_id)
        session.add(
            Assignment(
                request_id=request_id,
                caller_id=request.caller_id,
                volunteer_id=volunteer_id,
                kind=RequestKind.ONE_OFF,
                state=AssignmentState.ACTIVE,
                offered_at=at,
                expires_at=at,
                **fields,
            )
        )

    hotline.database.run(give)


def test_the_lines_places_are_those_who_wait_and_the_reserve_less_what_volunteers_have_free(
    hotline: Hotline,
) -> None:
    assert places(hotline) == {offered.LINE: 5}
    first = waits(hotline, 1)
    waits(hotline, 2)
    waits(hotline, 3, priority=-1)
    waits(hotline, 4, need=Need.AIDE_ALIMENTAIRE)
    assert places(hotline) == {offered.LINE: 7}
    bruno = add_volunteer(hotline, "Bruno", "+33639980102", capacity=3)
    add_volunteer(hotline, "Inès", "+33639980103", capacity=9, state=VolunteerState.PENDING)
    gives(hotline, first, bruno)
    assert places(hotline) == {offered.LINE: 5}


def test_the_lines_mission_never_leaves_the_feed(hotline: Hotline) -> None:
    add_volunteer(hotline, "Bruno", "+33639980102", capacity=30)
    assert places(hotline) == {offered.LINE: 1}
    assert places(hotline, reserve=0) == {offered.LINE: 1}


def test_each_kind_of_need_on_the_spot_that_nobody_has_taken_is_a_mission(hotline: Hotline) -> None:
    request = waits(hotline, 1)
    bags = needs(hotline, request, Need.SOLIDARITE_PROXIMITE)
    needs(hotline, request, Need.AIDE_ALIMENTAIRE, ReferralState.REFUSED)
    needs(hotline, request, Need.AIDE_ALIMENTAIRE)
    for state in (ReferralState.SENT, ReferralState.TAKEN, ReferralState.CLOSED):
        needs(hotline, request, Need.GARDE_ENFANTS, state)
    needs(hotline, request, Need.AUTRE)
    found = places(hotline)
    del found[offered.LINE]
    assert found == {"on-se-parle-aide-alimentaire": 2, "on-se-parle-solidarite-proximite": 1}
    gives(hotline, request, add_volunteer(hotline, "Bruno", "+33639980102"), referral_id=bags)
    assert "on-se-parle-solidarite-proximite" not in places(hotline)


def test_every_mission_we_publish_by_default_is_accepted(hotline: Hotline) -> None:
    request = waits(hotline, 1)
    for need in set(Need) - {Need.LIEN}:
        needs(hotline, request, need)
    with hotline.database.read() as session:
        ours = offered.published(session, hotline.line)
    assert [one.remote for one in ours] == ["full", "no", "no", "no"]
    assert [refusals.of(one) for one in ours] == [[]] * 4
    assert ours[3].title == "Je fais les courses de produits essentiels pour mes voisins les plus fragiles."
    assert {one.application_url for one in ours} == {"https://hotline.example/benevole"}


REFUSED: dict[str, Callable[[Mission], Mission]] = {
    "title_missing": lambda one: replace(one, title=" "),
    "title_one_word": lambda one: replace(one, title="Écoute"),
    "title_encoding": lambda one: replace(one, title="L&#39;écoute au téléphone"),
    "client_id_missing": lambda one: replace(one, client_id=""),
    "description_missing": lambda one: replace(one, description=""),
    "description_encoding": lambda one: replace(one, description="J&#8217;appelle."),
    "description_too_long": lambda one: replace(one, description="a" * 20_001),
    "application_url_missing": lambda one: replace(one, application_url=""),
    "country_unknown": lambda one: replace(one, country="Frankreich"),
    "remote_unknown": lambda one: replace(one, remote="partiel"),
    "no_places": lambda one: replace(one, places=0),
    "domain_unknown": lambda one: replace(one, domain="covid-19"),
    "organisation_encoding": lambda one: replace(one, organisation=replace(OURS, name="L&#39;Entraide")),
}


def test_every_refusal_of_the_platform_has_its_case() -> None:
    assert [rule.code for rule in refusals.RULES] == list(REFUSED)
    assert refusals.of(GOOD) == []
    assert refusals.of(replace(GOOD, description="a" * 20_000)) == []


@pytest.mark.parametrize("code", REFUSED)
def test_what_the_platform_would_refuse_is_said(code: str) -> None:
    assert [rule.code for rule in refusals.of(REFUSED[code](GOOD))] == [code]


@pytest.mark.parametrize("words", [{"title": "Écoute"}, {"title": "  "}, {"description": "a" * 20_001}])
def test_words_that_would_be_refused_are_replaced_in_the_feed_until_they_are_mended(
    hotline: Hotline, words: dict[str, str]
) -> None:
    line = with_rules(hotline.line, missions=words)
    with hotline.database.read() as session:
        (written,) = offered.as_written(session, line)
        (published,) = offered.published(session, line)
    assert refusals.of(written)
    assert not refusals.of(published)
    assert (published.client_id, published.title) == (offered.LINE, LineConfig().missions.title)


def test_the_feed_is_that_of_the_sample() -> None:
    root = etree.fromstring(feed.write([GOOD], publisher="MJC", website="https://exemple.fr", at=AT))
    assert [child.tag for child in root] == ["publisher", "publisherurl", "lastBuildDate", "mission"]
    assert root.findtext("lastBuildDate") == "2026-11-24T13:00:00+00:00"
    told = {child.tag: child.text for child in root.find("mission") if not len(child)}
    assert told == {
        "title": "Appeler une personne isolée",
        "clientId": "on-se-parle-lien",
        "description": "J'appelle une personne isolée.",
        "applicationUrl": "https://exemple.fr/benevole",
        "postedAt": "2026-11-24T13:40:00+00:00",
        "startAt": "2026-11-24T13:40:00+00:00",
        "remote": "full",
        "domain": "solidarite-insertion",
        "activity": "lutte-contre-isolement",
        "schedule": "20 minutes par appel",
        "places": "3",
        "openToMinors": "no",
        "organizationName": "MJC du Briançonnais",
        "organizationClientId": "on-se-parle",
        "organizationUrl": "https://exemple.fr",
        "organizationStatusJuridique": "Association",
        "organizationFullAddress": "35 rue Pasteur, 05100 Briançon",
        "organizationPostCode": "05100",
        "organizationCity": "Briançon",
    }
    assert [value.text for value in root.iterfind("mission/audience/value")] == ["Personnes âgées"]
    assert {part.tag: part.text for part in root.find("mission/addresses/address")} == {
        "street": "35 rue Pasteur",
        "postalCode": "05100",
        "city": "Briançon",
        "departmentCode": "05",
        "country": "France",
    }


@pytest.mark.parametrize(
    ("postcode", "code"),
    [("05100", "05"), ("20000", "2A"), ("20137", "2A"), ("20200", "2B"), ("97400", "974"), ("", "")],
)
def test_a_departement_is_written_as_the_platform_writes_it(postcode: str, code: str) -> None:
    assert replace(OURS, postcode=postcode).departement == code


WORDS = st.text() | st.text(alphabet="&#;x39amp<>]![CDATA\r\n\t\0\ufffe 'é")


@given(title=WORDS, description=WORDS, name=WORDS, schedule=WORDS)
def test_whatever_the_association_writes_the_feed_can_be_read(
    title: str, description: str, name: str, schedule: str
) -> None:
    written = replace(
        GOOD,
        title=one_line(title),
        description=readable(description),
        schedule=one_line(schedule),
        organisation=replace(OURS, name=one_line(name)),
    )
    body = feed.write([written], publisher=one_line(name), website="", at=AT)
    assert b"&#" not in body
    assert body.startswith(b"<?xml")
    mission = etree.fromstring(body).find("mission")
    assert "&#" not in "".join(mission.itertext())
    assert (mission.findtext("title") or "") == one_line(title)
    assert not {"title_encoding", "description_encoding", "organisation_encoding"} & {
        rule.code for rule in refusals.of(written)
    }


def test_entities_become_the_letters_that_they_stand_for() -> None:
    assert one_line("L&#39;écoute &amp;#39;&amp; l&rsquo;appel") == "L'écoute '& l’appel"
    assert one_line("AT&#T") == "AT& #T"
