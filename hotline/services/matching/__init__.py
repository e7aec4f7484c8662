"""Who calls whom back: the best overall matching of those who wait and volunteers, without a database."""

from hotline.services.matching.errands import Errand, Helper
from hotline.services.matching.explaining import Explanation, explain, sentences
from hotline.services.matching.rules import Candidate, Key, Refusal, Waiting, may_serve
from hotline.services.matching.solving import Matching, Pair, match
from hotline.services.matching.unserved import Why

__all__ = [
    "Candidate",
    "Errand",
    "Explanation",
    "Helper",
    "Key",
    "Matching",
    "Pair",
    "Refusal",
    "Waiting",
    "Why",
    "explain",
    "match",
    "may_serve",
    "sentences",
]
