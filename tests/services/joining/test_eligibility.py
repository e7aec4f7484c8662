"""Who may do what at which age."""

from datetime import date

import pytest

from hotline.services.eligibility import age, grown_up, on_site_eligible

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("1958-03-12", TODAY, 68),
        ("2008-11-24", TODAY, 18),
        ("2008-11-25", TODAY, 17),
        ("2008-02-29", date(2026, 2, 28), 17),
        ("2008-02-29", date(2026, 3, 1), 18),
        ("2008-02-29", date(2028, 2, 29), 20),
        (None, TODAY, None),
        ("", TODAY, None),
    ],
)
def test_an_age_is_counted_in_whole_years(born: str | None, day: date, years: int | None) -> None:
    assert age(born, day) == years


@pytest.mark.parametrize(
    ("born", "on_site", "may"),
    [
        ("2008-11-24", True, True),
        ("2008-11-25", True, False),
        ("1956-11-25", True, True),
        ("1956-11-24", True, False),
        ("1980-01-01", False, False),
        (None, True, False),
    ],
)
def test_on_site_is_for_those_who_wish_it_from_eighteen_to_sixty_nine(
    born: str | None, on_site: bool, may: bool
) -> None:
    assert on_site_eligible(born, on_site, TODAY) is may


@pytest.mark.parametrize(("born", "is_one"), [("2008-11-24", True), ("2008-11-25", False), (None, True)])
def test_phoning_is_for_every_adult_and_an_unknown_age_is_one(born: str | None, is_one: bool) -> None:
    assert grown_up(born, TODAY) is is_one
