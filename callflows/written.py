"""Moments as French texts write them: "18 h", "demain 14 h 30", "mardi 24/11 à 18 h"."""

from datetime import datetime

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def hour(at: datetime) -> str:
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
