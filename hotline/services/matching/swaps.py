"""Swaps of volunteers between two requests, at no cost, so that nobody gets one whom they should not."""

import numpy as np

from hotline.services.matching.crowd import Crowd
from hotline.services.matching.flow import Integers, integers
from hotline.services.matching.slots import Bits


def swap_away(crowd: Crowd, served: Integers, places: Integers, apart: set[int]) -> set[int]:
    """Swap (in `places`) until no exception that was not written out has a volunteer whom it avoids.

    Return the requests for which nobody to swap with was found. A swap keeps every volunteer's load, every
    steady voice and the number of shared départements.
    """
    stuck = set()
    shared = ~np.isin(served, integers(sorted(apart)))
    for position, request in enumerate(served.tolist()):
        avoided = crowd.exceptions.get(request)
        if avoided is None or request in apart or int(places[position]) not in avoided:
            continue
        partner = _partner(crowd, served, places, position, shared)
        if partner is None:
            stuck.add(request)
        else:
            places[[position, partner]] = places[[partner, position]]
    return stuck


def _partner(crowd: Crowd, served: Integers, places: Integers, position: int, shared: Bits) -> int | None:
    """Return somebody with whom this request may swap its volunteer."""
    request, place = int(served[position]), int(places[position])
    fit = crowd.may(request)
    fit[list(crowd.exceptions[request])] = False
    able = shared & fit[places] & crowd.speaks[place, crowd.tongue[served]]
    able &= crowd.hours.wished(int(crowd.hours.free[place]))[served]
    now = _far(crowd, served, places) + int(_far(crowd, served[[position]], places[[position]])[0])
    there = np.full(len(served), place)
    able &= _far(crowd, served, there) + _far(crowd, np.full(len(served), request), places) <= now
    return next(
        (one for one in np.flatnonzero(able).tolist() if _lets_go(crowd, served, places, one, place)), None
    )


def _lets_go(crowd: Crowd, served: Integers, places: Integers, partner: int, place: int) -> bool:
    """Tell whether a partner neither holds a steady voice nor avoids the volunteer whom they would get."""
    request = int(served[partner])
    return place not in crowd.exceptions.get(request, ()) and crowd.steady(request) != int(places[partner])


def _far(crowd: Crowd, requests: Integers, places: Integers) -> Integers:
    home = crowd.home[requests]
    far: Integers = ((home > 0) & (home != crowd.departement[places])).astype(np.int64)
    return far
