"""A caller given to a volunteer, from the offer to the end and back.

Every change of state is a compare-and-set behind the request, which is held first: two volunteers never hold
the same request, make the same covered call or meet the same need, whatever the timing.
"""

from hotline.services.assignments.news import tell_of_contact
from hotline.services.assignments.offers import (
    OFFER,
    asked_lately,
    offer,
    offer_cover,
    offer_errand,
    offer_lost,
)
from hotline.services.assignments.relations import (
    CannotChange,
    conclude,
    end,
    give,
    hand_over,
    pause,
    release,
    resume,
    resume_due,
    withdraw_errand,
)
from hotline.services.assignments.replies import (
    Answered,
    accept,
    decline,
    decline_offers,
    expire,
    unanswered,
)
from hotline.services.assignments.undoing import undo
from hotline.services.holding import cancel_planned, held_by, held_request, next_due, planned, rest

__all__ = [
    "OFFER",
    "Answered",
    "CannotChange",
    "accept",
    "asked_lately",
    "cancel_planned",
    "conclude",
    "decline",
    "decline_offers",
    "end",
    "expire",
    "give",
    "hand_over",
    "held_by",
    "held_request",
    "next_due",
    "offer",
    "offer_cover",
    "offer_errand",
    "offer_lost",
    "pause",
    "planned",
    "release",
    "rest",
    "resume",
    "resume_due",
    "tell_of_contact",
    "unanswered",
    "undo",
    "withdraw_errand",
]
