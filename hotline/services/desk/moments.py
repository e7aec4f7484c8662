"""Days on the line's clock as moments."""

from datetime import date, datetime, time, timedelta

from hotline.services.line import Line


def midnight(line: Line, day: date) -> datetime:
    """Return the moment at which a day begins."""
    return datetime.combine(day, time(), line.zone)


def midnight_after(line: Line, day: date) -> datetime:
    """Return the moment at which a day is over."""
    return midnight(line, day + timedelta(days=1))
