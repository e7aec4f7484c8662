"""The certificate of a volunteer's hours, by month or year, to be printed and signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, render_template

from hotline.services import recaps
from hotline.services.recaps import Recap
from hotline.web.volunteer.room import Visit, pages, reading

_MOST_MONTHS = 24


@dataclass(frozen=True)
class Month:
    """What a volunteer gave in one month."""

    first: date
    recap: Recap


@pages.get("/attestation")
def certificates() -> str:
    """Show the months and years for which there is something to certify."""

    def see(visit: Visit) -> str:
        months = [month for month in _months(visit, _all(visit)) if month.recap.calls]
        years = sorted({month.first.year for month in months}, reverse=True)
        return render_template("volunteer/certificates.html", months=months[::-1], years=years)

    return reading(see)


@pages.get("/attestation/<int(fixed_digits=4):year>")
def certificate_of_year(year: int) -> str:
    """The sheet of one year."""
    return reading(lambda visit: _sheet(visit, [first for first in _all(visit) if first.year == year]))


@pages.get("/attestation/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>")
def certificate(year: int, month: int) -> str:
    """The sheet of one month."""
    return reading(
        lambda visit: _sheet(
            visit, [first for first in _all(visit) if (first.year, first.month) == (year, month)]
        )
    )


def _sheet(visit: Visit, firsts: list[date]) -> str:
    if not firsts:
        abort(404)
    months = list(_months(visit, firsts))
    return render_template(
        "volunteer/certificate.html",
        full_name=f"{visit.volunteer.first_name} {visit.volunteer.last_name}",
        months=months,
        calls=sum(month.recap.calls for month in months),
        minutes=sum(month.recap.minutes for month in months),
        today=visit.line.day(visit.at),
    )


def _months(visit: Visit, firsts: list[date]) -> Iterator[Month]:
    for first in firsts:
        yield Month(first, recaps.month(visit.session, visit.line, visit.volunteer, first))


def _all(visit: Visit) -> list[date]:
    """The first days of the months since the volunteer came, two years back at most, oldest first."""
    first, since = visit.line.day(visit.at).replace(day=1), visit.line.day(visit.volunteer.created_at)
    firsts: list[date] = []
    while len(firsts) < _MOST_MONTHS and first >= since.replace(day=1):
        firsts.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return firsts[::-1]
