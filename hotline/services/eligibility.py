"""The age rules of the Réserve civique: missions on site from 18 to 69, phoning for all adults.

From 16 on somebody may phone too, once their parents have agreed on paper.
"""

from datetime import date

ADULT = 18
YOUNGEST = 16
_TOO_OLD_ON_SITE = 70


def age(birth_date: str | None, day: date) -> int | None:
    """Return how many whole years a person born on this ISO 8601 date has on a day; None when unknown.

    Born on 29 February, one is a year older on 1 March of a year without it.
    """
    if not birth_date:
        return None
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def on_site_eligible(birth_date: str | None, on_site: bool, day: date) -> bool:
    """Tell whether somebody may be asked on site: they wish it, and are 18 to 69; an unknown age may not."""
    years = age(birth_date, day)
    return on_site and years is not None and ADULT <= years < _TOO_OLD_ON_SITE


def grown_up(birth_date: str | None, day: date) -> bool:
    """Tell whether somebody is an adult; those whose birth date nobody wrote down are taken for one."""
    years = age(birth_date, day)
    return years is None or years >= ADULT
