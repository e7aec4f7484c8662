"""One text of a volunteer, with all that its answer depends on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows.commands import Command
from callflows.wordings import Wordings
from hotline.models import Assignment, Caller, Volunteer
from hotline.models.status import AssignmentState
from hotline.services import alerts, assignments, links
from hotline.services.line import Line


@dataclass(frozen=True)
class Heard:
    """Who wrote what, when; `key` names the text, so that what it causes is caused once.

    `said_at` is before `at`, the present, where a text was found late.
    """

    session: Session
    line: Line
    volunteer: Volunteer
    command: Command
    body: str
    key: str
    at: datetime
    said_at: datetime

    @property
    def words(self) -> Wordings:
        """The line's wordings."""
        return self.line.words

    def link(self) -> str | None:
        """Return the link that the answer carries where nobody can answer texts; None where they can."""
        return links.for_text(self.session, self.line, self.volunteer, self.at)

    def held(self, state: AssignmentState) -> list[Assignment]:
        """Return what the volunteer holds in this state, oldest first."""
        held = assignments.held_by(self.session, self.volunteer)
        return [assignment for assignment in held if assignment.state is state]

    def referred(self) -> Assignment | None:
        """Return the assignment that the text names, None when it is not one of theirs."""
        if self.command.reference is None:
            return None
        found = self.session.get(Assignment, self.command.reference)
        return found if found and found.volunteer_id == self.volunteer.id else None

    def latest(self) -> Assignment | None:
        """Return the volunteer's latest assignment."""
        return self.session.scalar(
            select(Assignment)
            .where(Assignment.volunteer_id == self.volunteer.id)
            .order_by(Assignment.id.desc())
            .limit(1)
        )

    def caller_of(self, assignment: Assignment) -> Caller:
        """Return the person whom an assignment is about; volunteers are told the first name only."""
        return self.session.get_one(Caller, assignment.caller_id)

    def tell_coordinators(self, kind: str, *, detail: str = "") -> None:
        """Show the text to the coordinators."""
        alerts.raise_alert(
            self.session,
            kind,
            f"text:{self.key}",
            self.at,
            detail=detail or self.body,
            volunteer_id=self.volunteer.id,
        )
