"""What we offer: one mission for the line, and one for each kind of need that waits on the spot."""

import re
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from sqlalchemy.orm import Session

from hotline.models.status import Need
from hotline.services.line import Line
from hotline.services.missions import refusals, wanted
from hotline.services.missions.mission import Mission, Organisation, one_line, readable
from hotline.services.missions.on_site import ERRANDS
from hotline.services.missions.wanted import Wanted
from hotline.settings.line import MissionsSection

LINE: Final = "on-se-parle-lien"
_RNA: Final = re.compile(r"W\d{9}")
_POSTCODE: Final = re.compile(r"\d{5}")


def as_written(session: Session, line: Line) -> list[Mission]:
    """Return our missions in the association's own words, whatever the platform thinks of them."""
    needed = wanted.count(session)
    return [_of_the_line(line, needed, line.config.missions), *_on_site(line, needed)]


def published(session: Session, line: Line) -> list[Mission]:
    """Return our missions such that none is refused: for words that would be, ours stand in.

    The line's mission is always among them: a feed without any fails, and after a week deletes them all.
    """
    return [_acceptable(mission) for mission in as_written(session, line)]


def gaps(line: Line) -> list[str]:
    """Return what the association's own settings lack, in sentences."""
    us = line.config.association
    missing = [key for key in ("name", "address", "postcode", "city") if not getattr(us, key).strip()]
    found = [f"[association] {key} manque dans config/hotline.toml" for key in missing]
    if us.postcode.strip() and not _POSTCODE.fullmatch(us.postcode.strip()):
        found.append(f"[association] postcode ({us.postcode}) : un code postal a cinq chiffres")
    if us.rna.strip() and not _RNA.fullmatch(us.rna.strip()):
        found.append(f"[association] rna ({us.rna}) : la lettre W et neuf chiffres")
    return found


def _acceptable(mission: Mission) -> Mission:
    if not refusals.of(mission):
        return mission
    ours = MissionsSection()
    return replace(mission, title=ours.title, description=ours.description)


def _of_the_line(line: Line, needed: Wanted, words: MissionsSection) -> Mission:
    return Mission(
        need=Need.LIEN,
        client_id=LINE,
        title=one_line(words.title),
        description=readable(words.description),
        application_url=_door(line),
        posted_at=_posted(line),
        schedule=one_line(words.schedule),
        places=needed.voices(words.reserve),
        audience=tuple(one_line(public) for public in words.audience),
        activity="lutte-contre-isolement",
        organisation=_organisation(line),
        remote="full",
    )


def _on_site(line: Line, needed: Wanted) -> list[Mission]:
    return [
        Mission(
            need=need,
            client_id=errand.client_id,
            title=errand.title,
            description=errand.description,
            application_url=_door(line),
            posted_at=_posted(line),
            schedule=errand.schedule,
            places=needed.needs[need],
            audience=errand.audience,
            activity=errand.activity,
            organisation=_organisation(line),
            remote="no",
        )
        for need, errand in ERRANDS.items()
        if need in needed.needs
    ]


def _organisation(line: Line) -> Organisation:
    us = line.config.association
    return Organisation(
        name=one_line(us.name),
        address=one_line(us.address),
        postcode=one_line(us.postcode),
        city=one_line(us.city),
        website=one_line(us.website),
        rna=one_line(us.rna),
        siret=one_line(us.siret).replace(" ", ""),
    )


def _door(line: Line) -> str:
    return f"{line.public_url}/benevole"


def _posted(line: Line) -> datetime:
    return datetime.combine(line.config.missions.posted, time(), line.zone)
