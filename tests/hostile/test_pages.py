"""Whatever is asked of our pages, by whomever: an answer, soon, and never a fault."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.bootstrap import Hotline
from tests.databases import on_sqlite
from tests.hostile import odd
from tests.hostile.visitors import WAYS, WHO, Form, Visitor, arrive
from tests.past import lived

NASTY = (odd.HUGE, "null\0byte\ud800")
ANY_NAME = (
    "q",
    "after",
    "before",
    "v",
    "line",
    "day",
    "week",
    "state",
    "kind",
    "next",
    "back",
    "who",
    "caller",
)


@on_sqlite
@pytest.mark.parametrize("who", WHO)
def test_every_address_answers_everybody(hotline: Hotline, who: str) -> None:
    visitor = arrive(hotline, lived(hotline), who)
    for method in WAYS:
        for rule in visitor.rules(method):
            visitor.ask(visitor.path(rule), method, [("csrf_token", visitor.token)])
            for nasty in NASTY:
                places = dict.fromkeys(rule.arguments, nasty)
                form = [("csrf_token", visitor.token), *((name, nasty) for name in ANY_NAME)]
                visitor.ask(visitor.path(rule, places), method, form)


@pytest.fixture(params=("nobody", "volunteer", "coordinator"))
def visitor(hotline: Hotline, request: pytest.FixtureRequest) -> Visitor:
    """Somebody before the forms of their pages."""
    return arrive(hotline, lived(hotline), str(request.param))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_form_is_answered_whatever_its_fields_hold(visitor: Visitor, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(_forms(visitor)))
    names = sorted({name for name, _ in form.pairs} - {"csrf_token"})
    spoilt = data.draw(st.dictionaries(st.sampled_from(names), odd.values, max_size=3)) if names else {}
    pairs = [(name, spoilt.get(name, value)) for name, value in form.pairs if name != "csrf_token"]
    more = data.draw(st.lists(st.tuples(st.sampled_from(names or ["q"]), odd.values), max_size=2))
    files = {name: data.draw(odd.files) for name in form.files}
    visitor.ask(form.path, form.method, [("csrf_token", visitor.token), *pairs, *more], files)


def _forms(visitor: Visitor) -> list[Form]:
    if visitor not in FORMS:
        FORMS.clear()
        FORMS[visitor] = visitor.forms()
    return FORMS[visitor]


FORMS: dict[Visitor, list[Form]] = {}
