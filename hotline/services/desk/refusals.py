"""Why something about a person's file cannot be done; the page turns each reason into a sentence."""

from enum import StrEnum

from hotline.errors import HotlineError


class Why(StrEnum):
    """One reason."""

    BOTH_ASSIGNED = "both_assigned"
    BOTH_OFFERED = "both_offered"
    BOUNDARY_TOO_LONG = "boundary_too_long"
    BOUNDARY_WITHOUT_NUMBER = "boundary_without_number"
    IN_THE_FUTURE = "in_the_future"
    IN_THE_PAST = "in_the_past"
    LAST_NUMBER = "last_number"
    MAIL_BOUNCED = "mail_bounced"
    MAIL_CEILING = "mail_ceiling"
    MAIL_LEFT = "mail_left"
    MAIL_OFF = "mail_off"
    MAIL_STOPPED = "mail_stopped"
    MERGED_AGAIN = "merged_again"
    MERGED_ALREADY = "merged_already"
    NEW_REQUEST_SINCE = "new_request_since"
    NOBODY = "nobody"
    NUMBER_KNOWN = "number_known"
    NUMBER_OF_TEAM = "number_of_team"
    REQUEST_MOVED_ON = "request_moved_on"
    SAME_FILE = "same_file"
    TAKEN_BACK_ALREADY = "taken_back_already"


class Refused(HotlineError):
    """What was asked cannot be done; `other` is the caller who stands against it, where there is one."""

    def __init__(self, why: Why, other: int | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.other = other
