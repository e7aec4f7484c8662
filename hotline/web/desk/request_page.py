"""One request: the person, what led to it, who was asked, and which volunteer would suit."""

from flask import abort, render_template, request, url_for
from sqlalchemy.orm import Session

from hotline.models import Request
from hotline.models.status import Need, RequestKind
from hotline.phone import PhoneNumber
from hotline.services.desk import explained, giving, referred, request_file
from hotline.services.desk.explained import Explained
from hotline.services.desk.giving import Choice
from hotline.services.desk.partnership import TAKEN_BY_PARTNERS
from hotline.services.desk.request_file import RequestFile
from hotline.services.desk.rights import Right
from hotline.services.desk.who import who
from hotline.services.referrals import suggested
from hotline.web.desk import verdicts
from hotline.web.desk.fields import whole
from hotline.web.desk.reasons import CLOSING
from hotline.web.desk.room import Visit, is_fragment, page, reading
from hotline.web.desk.spans import weekly

FEW, PAGE = 5, 25


@page("/requests/<int:request_id>", Right.REQUESTS)
def request_page(request_id: int) -> str:
    """Show a request."""

    def see(visit: Visit) -> str:
        file = found(visit.session, request_id)
        return render_template(
            "desk/request.html",
            file=file,
            who=who(file.caller),
            masked=lambda phone: str(PhoneNumber(phone.number)),
            kinds=list(RequestKind),
            needs=list(Need),
            referable=TAKEN_BY_PARTNERS,
            possible=suggested.of_request(visit.session, visit.line, file.request),
            referred=referred.of_caller(visit.session, file.caller.id),
            at=visit.at,
            reasons=CLOSING,
            hours=lambda hours: weekly(visit.line, hours, visit.line.day(visit.at)),
        )

    return reading(see)


@page("/requests/<int:request_id>/volunteers", Right.REQUESTS)
def request_volunteers(request_id: int) -> str:
    """Show whom the round proposes and why, and every other volunteer with what speaks against them."""
    name, start = request.args.get("q", "").strip(), whole(request.args.get("from", "")) or 0
    few = is_fragment()

    def see(visit: Visit) -> str:
        file = found(visit.session, request_id)
        told = explained.explain(visit.session, visit.line, file.request, visit.at)
        every = _best_first(giving.choices(visit.session, visit.line, request_id, visit.at), told)
        those = giving.found(every, name)
        most = FEW if few else PAGE
        address = url_for("desk.request_volunteers", request_id=request_id, q=name)
        return render_template(
            "desk/request_volunteers_few.html" if few else "desk/request_volunteers.html",
            file=file,
            who=who(file.caller),
            told=told,
            standing=told.standing and verdicts.STANDING[told.standing],
            proposed=verdicts.why(told.chosen) if told.chosen else None,
            choices=[_row(one, told) for one in those[start : start + most]],
            count=len(those),
            looked_for=name,
            following=f"{address}&from={start + most}" if len(those) > start + most else "",
        )

    return reading(see)


def found(session: Session, request_id: int) -> RequestFile:
    """Return a request's file; there is nothing here without."""
    file = request_file.read(session, request_id)
    if file is None:
        abort(404)
    return file


def held(session: Session, request_id: int) -> Request:
    """Return a request, held for a change; there is nothing here without."""
    row = session.get(Request, request_id, with_for_update={"key_share": True})
    if row is None:
        abort(404)
    return row


def _best_first(every: list[Choice], told: Explained) -> list[Choice]:
    chosen = told.chosen.volunteer_id if told.chosen else None
    return sorted(every, key=lambda one: one.volunteer_id != chosen)


def _row(one: Choice, told: Explained) -> tuple[Choice, list[str], list[str], bool]:
    """Return a volunteer with what speaks for them, the sentences against, and whether they are proposed."""
    against = [verdicts.why_not(refusal, one.name) for refusal in one.against]
    if not against:
        verdict = next(
            (other.verdict for other in told.others if other.volunteer_id == one.volunteer_id), None
        )
        against = [verdicts.why_not(verdict, one.name)] if verdict else []
    chosen = told.chosen is not None and told.chosen.volunteer_id == one.volunteer_id
    return one, verdicts.speaks_for(one), against, chosen
