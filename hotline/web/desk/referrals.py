"""Needs that are no conversation: state by state, one with its history, what a partner is told."""

from typing import TypeVar

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.logs import masked
from hotline.models.status import Need, ReferralChannel, ReferralState
from hotline.services.desk import errands, partnership, places, referred
from hotline.services.desk.referred import ReferralFile
from hotline.services.desk.rights import Right
from hotline.services.desk.who import who
from hotline.services.referrals import partners, wording
from hotline.web.desk import referral_words
from hotline.web.desk.room import Visit, page, reading, refused, writing

Known = TypeVar("Known", ReferralState, Need, ReferralChannel)
_LONGEST = 80


@page("/referrals", Right.REFERRALS)
def referrals() -> str:
    """Show the needs in one state, those to be sent first of all."""
    state = _member(ReferralState, "state") or ReferralState.TO_SEND
    need, after = _member(Need, "need"), places.read(request.args.get("after"))

    def see(visit: Visit) -> str:
        return render_template(
            "desk/referrals.html",
            state=state,
            need=need,
            needs=partnership.TAKEN_BY_PARTNERS,
            part=referred.part(visit.session, state, need, after),
            counts=referred.counts(visit.session),
            after=after,
            titles=referral_words.TITLES,
            at=visit.at,
        )

    return reading(see)


@page("/referrals/<int:referral_id>", Right.REFERRALS)
def referral(referral_id: int) -> str:
    """Show one need: who, what was said, which partner would do, what was done."""
    name = request.args.get("q", "").strip()[:_LONGEST]

    def see(visit: Visit) -> str:
        file = found(visit, referral_id)
        one, caller = file.referral, file.caller
        fits = partners.suggested(visit.session, visit.line, one.need, caller.postcode, visit.at)
        return render_template(
            "desk/referral.html",
            file=file,
            who=who(caller),
            fits=fits,
            looked_for=name,
            named=partners.named(visit.session, name) if name else [],
            channels=referral_words.CHANNELS,
            told=referral_words.told,
            quoted=referral_words.quoted,
            hide=masked,
            leaflets=referral_words.leaflets(visit, caller),
            errand=errands.read(visit.session, visit.line, referral_id, visit.at),
            at=visit.at,
        )

    return reading(see)


@page("/referrals/<int:referral_id>/send", Right.REFERRALS)
def referral_draft(referral_id: int) -> str | Response:
    """Show what a partner is told by a channel, numbers in clear, to read over; that is written down."""
    channel = _member(ReferralChannel, "channel") or ReferralChannel.CALL

    def see(visit: Visit) -> str | Response:
        file = found(visit, referral_id)
        if file.partner is None or file.referral.consent_at is None:
            says = _("Choisissez d’abord le partenaire, et notez l’accord de la personne.")
            return refused(says, url_for("desk.referral", referral_id=referral_id))
        visit.note("referral.read", f"referral:{referral_id}")
        return render_template(
            "desk/referral_send.html",
            file=file,
            who=who(file.caller),
            channel=channel,
            channels=referral_words.CHANNELS,
            send=referral_words.SEND[channel],
            draft=wording.draft(visit.session, visit.line, file.referral, channel),
        )

    return writing(see)


@page("/referrals/<int:referral_id>/sheet", Right.REFERRALS)
def referral_sheet(referral_id: int) -> str:
    """Show the sheet to print for a partner; that is written down."""

    def see(visit: Visit) -> str:
        file = found(visit, referral_id)
        if file.referral.passed_on is None:
            abort(404)
        visit.note("referral.read", f"referral:{referral_id}")
        return render_template(
            "desk/referral_sheet.html", file=file, association=visit.line.config.association
        )

    return writing(see)


def found(visit: Visit, referral_id: int) -> ReferralFile:
    """Return a need's file; there is nothing here without."""
    file = referred.read(visit.session, referral_id)
    if file is None:
        abort(404)
    return file


def _member(states: type[Known], name: str) -> Known | None:
    wanted = request.args.get(name, "")
    return next((one for one in states if one.value == wanted), None)
