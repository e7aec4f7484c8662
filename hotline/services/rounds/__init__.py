"""The assignment round: those who wait meet volunteers, and each pair becomes one offer."""

from hotline.services.rounds.explained import explain, explain_errand
from hotline.services.rounds.planned import WHY, Plan, plan
from hotline.services.rounds.queue import LISTENER_CLOSES_WITHIN
from hotline.services.rounds.told import Offered, RoundReport, Unserved, report

__all__ = [
    "LISTENER_CLOSES_WITHIN",
    "WHY",
    "Offered",
    "Plan",
    "RoundReport",
    "Unserved",
    "explain",
    "explain_errand",
    "plan",
    "report",
]
