"""Which of the association's numbers a page is about; where there is one, no address says so."""

from dataclasses import replace

from flask import request

from hotline.web.desk.room import Visit


def asked(visit: Visit) -> Visit:
    """Return the visit to the line that the address names; to the main one for none, and for one not ours."""
    return replace(visit, line=visit.line.at(request.args.get("line")))
