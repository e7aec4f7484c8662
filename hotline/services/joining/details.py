"""What volunteers keep up to date about themselves; their number and their age stay with the coordinators."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from hotline.models import Volunteer


@dataclass(frozen=True)
class Details:
    """Names, mail, place, languages, and what else they would do besides phoning."""

    first_name: str
    last_name: str
    email: str | None
    postcode: str | None
    languages: str
    on_site: bool
    by_mail: bool


def of(volunteer: Volunteer) -> Details:
    """Return what is known of a volunteer."""
    return Details(**{name: getattr(volunteer, name) for name in Details.__dataclass_fields__})


def keep(session: Session, volunteer: Volunteer, details: Details) -> None:
    """Keep what a volunteer says about themselves; without an address nobody writes to them by mail."""
    for name, value in asdict(details).items():
        setattr(volunteer, name, value)
    volunteer.email_index = details.email.lower() if details.email else None
    volunteer.by_mail = details.by_mail and details.email is not None
    session.flush()
