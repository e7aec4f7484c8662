"""What nobody types, and somebody sends one day: texts, numbers, identifiers, whole forms."""

from urllib.parse import parse_qsl, quote_plus

import werkzeug.urls  # noqa: F401 - registers how the server reads bytes that are no UTF-8
from hypothesis import strategies as st

from tests.conftest import LINE
from tests.webhooks import sid

Pairs = list[tuple[str, str]]

HUGE = str(2**63)
TEXTS = (
    *("", " ", "\0", "null\0byte", "\ud800", "\udfff\ud800", "\x1b[31m", "\r\nX-Odd: 1", "\ufffe\uffff"),
    *(
        "\u202eطوارئ\u202c",
        "👩‍👩‍👧‍👦" * 40,
        "\u0301" * 3000,
        "x" * 10_000,
        "é" * 10_000,
        "%00%ff%",
        "²",
        "١٢",
    ),
    *("<Say>oui</Say>", "]]>", "&amp;&#0;", "' OR 1=1 --", "{{ 7*7 }}", "{first_name}", "=1+1", "../../etc"),
)
NUMBERS = (
    *("0", "-1", "1", "2", "3", "7", "1.5", "1e9", "²", "١", "9" * 9, str(2**31 - 1), str(2**31), HUGE),
    *(
        str(2**63 - 1),
        str(-(2**63) - 1),
        "9" * 30,
        "9" * 4999,
        "0" * 4999,
        "NaN",
        "inf",
        "0x10",
        " 1 ",
        "1_0",
    ),
)
PHONES = (
    *(LINE, "+33199000201", "+33639980001", "+33639980199", "+33199000301", "anonymous", "+266696687"),
    *("36105", "+1", "+" + "9" * 15, "+" + "9" * 400, "client:odd", "sip:odd@example.org", "+33١٩٩٠٠٠٢٠١"),
)
STATUSES = (
    *("queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled", "absent"),
    *("received", "sent", "delivered", "undelivered", "answered", "machine_start", "human", "fax", "true"),
)
WORDS = (
    "OUI",
    "NON",
    "FAIT",
    "STOP",
    "START",
    "ARRET",
    "1",
    "9*",
    "#",
    "0006",
    "10-12",
    "1-2-3",
    "²-²",
    "fr",
)

texts = st.sampled_from(TEXTS) | st.text(max_size=60)
numbers = st.sampled_from(NUMBERS) | st.integers().map(str)
words = st.sampled_from(WORDS)
phones = st.sampled_from(PHONES)
sids = st.builds(sid, st.sampled_from(["CA", "SM", "MM", "RE", "AC"]), st.integers(1, 12))
values = phones | sids | numbers | words | st.sampled_from(STATUSES) | texts
files = st.binary(max_size=300) | texts.map(lambda text: text.encode("utf-16", "surrogatepass"))


def urlencoded(pairs: Pairs) -> str:
    """The pairs as a client sends them that has never heard of UTF-8's rules."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def as_read(encoded: str) -> Pairs:
    """The pairs as a server reads them, which is what the carrier would have signed."""
    return parse_qsl(encoded, keep_blank_values=True, errors="werkzeug.url_quote")


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))
