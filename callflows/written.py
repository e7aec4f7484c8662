"""Moments as French texts write them: "18 h", "demain 14 h 30", "mardi 24/11 à 18 h"."""

from datetime import date, datetime, time

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def hour(at: datetime | time) -> str:
    """Write the hour of a local moment: "18 h", "14 h 30"."""
    return f"{at.hour} h {at.minute:02d}" if at.minute else f"{at.hour} h"


def moment(at: datetime, now: datetime) -> str:
    """Write a local moment as seen from `now`, also local; GSM-7 only."""
    days = (at.date() - now.date()).days
    if days == 0:
        return hour(at)
    if days == 1:
        return f"demain {hour(at)}"
    return f"{_DAYS[at.weekday()]} {at.day:02d}/{at.month:02d} à {hour(at)}"


def appointment(at: datetime, now: datetime) -> str:
    """Write a local moment at which somebody waits: "demain à 15 h", "mardi 24/11 à 15 h"."""
    days = (at.date() - now.date()).days
    named = {0: "aujourd'hui", 1: "demain"}.get(days) or date_of(at.date(), now.date())
    return f"{named} à {hour(at)}"


def date_of(day: date, today: date) -> str:
    """Write a day: "mardi 24/11", and "lundi 03/05/2027" when it is not of this year."""
    year = f"/{day.year}" if day.year != today.year else ""
    return f"{_DAYS[day.weekday()]} {day.day:02d}/{day.month:02d}{year}"
