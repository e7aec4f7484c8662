"""How somebody joins the team by themselves at `/benevole`, sees to their own details, and leaves."""

from hotline.services.joining.registering import (
    LASTS,
    Confirmed,
    Entered,
    Sent,
    begin,
    confirm,
    entered,
    forget,
    resend,
)

__all__ = ["LASTS", "Confirmed", "Entered", "Sent", "begin", "confirm", "entered", "forget", "resend"]
