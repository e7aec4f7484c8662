"""A need is proposed to our own volunteers who live near, or is so no longer."""

from flask import url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.services.desk import errands
from hotline.services.desk.rights import Right
from hotline.web.desk.acting import Said, act
from hotline.web.desk.referrals import found
from hotline.web.desk.room import Visit, page


@page("/referrals/<int:referral_id>/errand", Right.REFERRALS, methods=("POST",))
def propose_errand(referral_id: int) -> Response:
    """Ask volunteers who live near to meet a need."""

    def propose(visit: Visit) -> Said:
        errands.propose(visit.session, found(visit, referral_id).referral.id, visit.at)
        visit.note("errand.propose", f"referral:{referral_id}")
        return Said(_("C’est proposé : le prochain tour demande au bénévole le plus proche."))

    return act(propose, url_for("desk.referral", referral_id=referral_id))


@page("/referrals/<int:referral_id>/errand/stop", Right.REFERRALS, methods=("POST",))
def withdraw_errand(referral_id: int) -> Response:
    """Ask nobody any more; whoever was to go there is told by the team."""

    def withdraw(visit: Visit) -> Said:
        errands.withdraw(visit.session, found(visit, referral_id).referral.id, visit.at, actor=visit.author)
        visit.note("errand.withdraw", f"referral:{referral_id}")
        return Said(_("Ce besoin n’est plus proposé aux bénévoles."))

    return act(withdraw, url_for("desk.referral", referral_id=referral_id))
