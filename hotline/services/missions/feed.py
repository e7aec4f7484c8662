"""The feed that API Engagement fetches: XML, with nothing in it that it could not read."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lxml import etree

from hotline.services.missions.mission import Mission, Organisation


def write(missions: Sequence[Mission], *, publisher: str, website: str, at: datetime) -> bytes:
    """Return the feed; it changes with the missions, and with the hour of `at`."""
    source = etree.Element("source")
    built_at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    _put(source, ("publisher", publisher), ("publisherurl", website), ("lastBuildDate", _moment(built_at)))
    for mission in missions:
        _mission(etree.SubElement(source, "mission"), mission)
    return bytes(etree.tostring(source, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _mission(under: etree._Element, one: Mission) -> None:
    _put(
        under,
        ("title", one.title),
        ("clientId", one.client_id),
        ("description", one.description),
        ("applicationUrl", one.application_url),
        ("postedAt", _moment(one.posted_at)),
        ("startAt", _moment(one.posted_at)),
        ("remote", one.remote),
        ("domain", one.domain),
        ("activity", one.activity),
        ("schedule", one.schedule),
        ("places", str(one.places)),
        ("openToMinors", "no"),
    )
    _put(etree.SubElement(under, "audience"), *(("value", public) for public in one.audience))
    _address(etree.SubElement(under, "addresses"), one)
    _put(under, *_organisation(one.organisation))


def _address(under: etree._Element, one: Mission) -> None:
    _put(
        etree.SubElement(under, "address"),
        ("street", one.organisation.address),
        ("postalCode", one.organisation.postcode),
        ("city", one.organisation.city),
        ("departmentCode", one.organisation.departement),
        ("country", one.country),
    )


def _organisation(us: Organisation) -> Iterable[tuple[str, str]]:
    return (
        ("organizationName", us.name),
        ("organizationClientId", "on-se-parle"),
        ("organizationRNA", us.rna),
        ("organizationSiren", us.siret[:9]),
        ("organizationUrl", us.website),
        ("organizationStatusJuridique", "Association"),
        ("organizationFullAddress", us.full_address),
        ("organizationPostCode", us.postcode),
        ("organizationCity", us.city),
    )


def _put(under: etree._Element, *values: tuple[str, str]) -> None:
    """Write what is known; an element without words would only be misread."""
    for name, words in values:
        if words:
            etree.SubElement(under, name).text = words


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
