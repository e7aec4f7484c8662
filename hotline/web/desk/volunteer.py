"""One volunteer: their file, and what a coordinator does for them."""

from collections.abc import Callable
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.models.status import VolunteerSource, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import absences, eligibility, links, welcomes
from hotline.services.desk import membership, team_figures, volunteer_file
from hotline.services.desk.rights import Right
from hotline.web.desk import spans
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.desk.volunteers import early_sign
from hotline.web.volunteer.absence_form import AbsenceForm

LONGEST_NOTE = 2000
_OF_ONE = "/volunteers/<int:volunteer_id>"

Said = Response | tuple[str, int]


@page(_OF_ONE, Right.VOLUNTEERS)
def volunteer(volunteer_id: int) -> str:
    """Show everything about one volunteer."""
    return reading(lambda visit: _file(visit, found(visit, volunteer_id)))


@page(f"{_OF_ONE}/activate", Right.VOLUNTEERS, methods=("POST",))
def activate_volunteer(volunteer_id: int) -> Response:
    """Take somebody into the team, with their link and PIN by text."""

    def take(visit: Visit, one: Volunteer) -> str:
        says = membership.activate(visit.session, visit.line, one, visit.at)
        if says is None:
            return str(_("%(name)s est déjà dans l’équipe.", name=one.first_name))
        return str(_("%(name)s est dans l’équipe : %(says)s.", name=one.first_name, says=says))

    return _care(volunteer_id, "volunteer.activate", take)


@page(f"{_OF_ONE}/guardian", Right.VOLUNTEERS, methods=("POST",))
def parents_agreed(volunteer_id: int) -> Response:
    """Note that the parents of somebody under age have agreed on paper."""

    def agree(visit: Visit) -> Response:
        one = found(visit, volunteer_id)
        membership.parents_agreed(visit.session, one, visit.at)
        visit.note("volunteer.guardian", f"volunteer:{one.id}")
        undo = url_for("desk.parents_did_not_agree", volunteer_id=one.id)
        return done(_("L’accord des parents est noté."), _address(one.id), undo=undo)

    return writing(agree)


@page(f"{_OF_ONE}/guardian/undo", Right.VOLUNTEERS, methods=("POST",))
def parents_did_not_agree(volunteer_id: int) -> Response:
    """Take back that the parents have agreed."""

    def undo(visit: Visit, one: Volunteer) -> str:
        membership.parents_agreed(visit.session, one, None)
        return str(_("C’est annulé : l’accord des parents n’est plus noté."))

    return _care(volunteer_id, "volunteer.guardian_undo", undo)


@page(f"{_OF_ONE}/pin", Right.VOLUNTEERS, methods=("POST",))
def new_pin(volunteer_id: int) -> Response:
    """Send a new PIN and link by text; the earlier ones end at once."""

    def send(visit: Visit, one: Volunteer) -> str:
        welcomes.again(visit.session, visit.line, one, visit.at)
        return str(
            _(
                "%(name)s reçoit par SMS un nouveau code et un lien ; les anciens ne marchent plus.",
                name=one.first_name,
            )
        )

    return _care(volunteer_id, "volunteer.pin", send)


@page(f"{_OF_ONE}/links/revoke", Right.VOLUNTEERS, methods=("POST",))
def revoke_links(volunteer_id: int) -> Response:
    """Make every link to their page worthless: a telephone was lost."""

    def revoke(visit: Visit, one: Volunteer) -> str:
        links.revoke_all(visit.session, one, visit.at)
        return str(_("Plus aucun lien n’ouvre la page de %(name)s.", name=one.first_name))

    return _care(volunteer_id, "volunteer.links_revoked", revoke)


@page(f"{_OF_ONE}/away", Right.VOLUNTEERS, methods=("POST",))
def away(volunteer_id: int) -> Said:
    """Note an absence: nothing is offered to them, others make their regular calls."""

    def leave(visit: Visit) -> Said:
        one = found(visit, volunteer_id)
        form = AbsenceForm(request.form, today=visit.line.day(visit.at))
        if not form.validate() or form.since.data is None:
            return _file(visit, one, absence=form), 422
        try:
            absences.begin(visit.session, visit.line, one, form.since.data, form.until.data, visit.at)
        except absences.CannotLeave as error:
            form.until.errors = [str(error)]
            return _file(visit, one, absence=form), 422
        visit.note("volunteer.away", f"volunteer:{one.id}")
        back = url_for("desk.back_again", volunteer_id=one.id)
        return done(
            _("C’est noté : %(name)s est en pause.", name=one.first_name), _address(one.id), undo=back
        )

    return writing(leave)


@page(f"{_OF_ONE}/back", Right.VOLUNTEERS, methods=("POST",))
def back_again(volunteer_id: int) -> Response:
    """End an absence, or call off the one that is planned."""

    def come_back(visit: Visit, one: Volunteer) -> str:
        if not absences.end(visit.session, visit.line, one, visit.at):
            return str(_("%(name)s n’était pas en pause.", name=one.first_name))
        return str(_("%(name)s est de retour.", name=one.first_name))

    return _care(volunteer_id, "volunteer.back", come_back)


@page(f"{_OF_ONE}/leave", Right.VOLUNTEERS, methods=("POST",))
def leave_team(volunteer_id: int) -> Response:
    """Somebody leaves the team; whoever they phoned waits for another volunteer."""

    def leave(visit: Visit) -> Response:
        one = found(visit, volunteer_id)
        membership.leave(visit.session, one, visit.at, actor=visit.author)
        visit.note("volunteer.leave", f"volunteer:{one.id}")
        undo = url_for("desk.rejoin", volunteer_id=one.id, since=visit.at.isoformat())
        says = _(
            "%(name)s a quitté l’équipe ; ses personnes attendent quelqu’un d’autre.", name=one.first_name
        )
        return done(says, _address(one.id), undo=undo)

    return writing(leave)


@page(f"{_OF_ONE}/rejoin", Right.VOLUNTEERS, methods=("POST",))
def rejoin(volunteer_id: int) -> Response:
    """Undo a departure."""

    def undo(visit: Visit, one: Volunteer) -> str:
        since = _moment(request.args.get("since", ""), visit.at)
        if not membership.come_back(visit.session, visit.line, one, since, visit.at, actor=visit.author):
            return str(_("%(name)s est déjà dans l’équipe.", name=one.first_name))
        return str(_("C’est annulé : %(name)s est de nouveau dans l’équipe.", name=one.first_name))

    return _care(volunteer_id, "volunteer.rejoin", undo)


@page(f"{_OF_ONE}/notes", Right.VOLUNTEERS, methods=("POST",))
def note_volunteer(volunteer_id: int) -> Said:
    """Keep a note in their file."""

    def write(visit: Visit) -> Said:
        one, words = found(visit, volunteer_id), request.form.get("words", "").strip()
        if not words or len(words) > LONGEST_NOTE:
            fault = _("Écrivez quelques mots, %(most)s signes au plus.", most=LONGEST_NOTE)
            return _file(visit, one, words=words, fault=fault), 422
        note = volunteer_file.write(visit.session, one, words, visit.author, visit.at)
        visit.note("volunteer.note", f"volunteer:{one.id}")
        undo = url_for("desk.remove_volunteer_note", volunteer_id=one.id, note_id=note.id)
        return done(_("La note est gardée."), _address(one.id), undo=undo)

    return writing(write)


@page(f"{_OF_ONE}/notes/<int:note_id>/remove", Right.VOLUNTEERS, methods=("POST",))
def remove_volunteer_note(volunteer_id: int, note_id: int) -> Response:
    """Take a note out of their file."""

    def remove(visit: Visit, one: Volunteer) -> str:
        if not volunteer_file.remove_note(visit.session, one, note_id, visit.at):
            return str(_("Cette note n’est déjà plus là."))
        return str(_("La note est retirée."))

    return _care(volunteer_id, "volunteer.note_removed", remove)


def found(visit: Visit, volunteer_id: int) -> Volunteer:
    """Return a volunteer, or answer that there is nobody."""
    return visit.session.get(Volunteer, volunteer_id) or abort(404)


def _care(volunteer_id: int, action: str, work: Callable[[Visit, Volunteer], str]) -> Response:
    """Do something for one volunteer in one transaction, note it, and say what came of it."""

    def do(visit: Visit) -> str:
        one = found(visit, volunteer_id)
        says = work(visit, one)
        visit.note(action, f"volunteer:{one.id}")
        return says

    try:
        return done(writing(do), _address(volunteer_id))
    except HotlineError as error:
        return refused(str(error), _address(volunteer_id))


def _file(
    visit: Visit,
    one: Volunteer,
    *,
    absence: AbsenceForm | None = None,
    words: str = "",
    fault: str = "",
) -> str:
    today = visit.line.day(visit.at)
    file = volunteer_file.of(visit.session, visit.line, one, visit.at)
    figures = team_figures.of(visit.session, visit.line, [one.id], visit.at)[one.id]
    return render_template(
        "desk/volunteer.html",
        file=file,
        v=one,
        f=figures,
        sign=early_sign(figures.acceptance),
        masked=str(PhoneNumber(one.phone.number)),
        available=spans.weekly(visit.line, one.available, today),
        quiet=spans.weekly(visit.line, one.quiet, today) if one.quiet else "",
        absence=absence or AbsenceForm(None, today=today),
        words=words,
        fault=fault,
        states=VolunteerState,
        sources=VolunteerSource,
        age=eligibility.age(one.birth_date, today),
        under_age=not eligibility.grown_up(one.birth_date, today),
    )


def _address(volunteer_id: int) -> str:
    return url_for("desk.volunteer", volunteer_id=volunteer_id)


def _moment(written: str, otherwise: datetime) -> datetime:
    """Read the moment of an address; one that says no zone is none."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else otherwise
