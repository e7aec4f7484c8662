"""Telephone numbers: read however typed, masked everywhere, dialled only when harmless."""

import re

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.phone import InvalidNumber, PhoneKind, PhoneNumber, dialable, from_carrier, parse

NBSP = "\u00a0"
FICTIONAL = ("019900", "026191", "035301", "046571", "053649", "063998")

fictional_numbers = st.builds(
    lambda prefix, rest: f"{prefix}{rest:04}", st.sampled_from(FICTIONAL), st.integers(0, 9999)
)
french_numbers = st.builds(
    lambda prefix, rest: f"{prefix}{rest:08}",
    st.sampled_from([f"0{n}" for n in range(1, 10)]),
    st.integers(0, 99999999),
).filter(lambda typed: phonenumbers.is_valid_number(phonenumbers.parse(typed, "FR")))
overseas_numbers = st.builds(
    lambda prefix, rest: (f"0{prefix[1]}{rest:06}", f"+{prefix[0]}{prefix[1]}{rest:06}"),
    st.sampled_from(
        [("590", "690"), ("262", "692"), ("262", "693"), ("596", "696"), ("594", "694"), ("262", "639")]
    ),
    st.integers(0, 999999),
).filter(
    lambda pair: (
        phonenumbers.is_valid_number(phonenumbers.parse(pair[1])) and not pair[0].startswith("063998")
    )
)


def typings(national: str) -> list[str]:
    """The ways people write a French number of ten digits."""
    pairs = re.findall("..", national)
    rest = national[1:]
    return [
        national,
        rest,
        rest + ".0",
        " ".join(pairs),
        ".".join(pairs),
        "-".join(pairs),
        NBSP.join(pairs),
        "\u202f".join(pairs),
        f"  {national}  ",
        f"0033{rest}",
        f"00 33 {rest}",
        f"33{rest}",
        f"+33{rest}",
        f"+33 {rest[0]} {' '.join(pairs[1:])}",
        f"+33(0){rest}",
        f"+33 (0) {rest}",
        f"(+33) {rest}",
        f"+33{national}",
        f"\u202a+33{rest}\u202c",
    ]


def parsed_or_none(raw: str | float) -> PhoneNumber | None:
    """The number, None when it is refused; any other error is a bug and comes out."""
    try:
        return parse(raw)
    except InvalidNumber:
        return None


@given(st.one_of(french_numbers, fictional_numbers))
def test_every_french_number_is_understood_however_it_is_typed(national: str) -> None:
    expected = "+33" + national[1:]
    for typed in typings(national):
        assert parse(typed).e164 == expected, typed
    assert parse(float(national)).e164 == expected
    assert parse(int(national)).e164 == expected


@given(overseas_numbers)
def test_an_overseas_mobile_typed_the_french_way_gets_its_own_country_code(pair: tuple[str, str]) -> None:
    national, expected = pair
    assert parse(national).e164 == expected
    assert parse(float(national)).e164 == expected
    assert parse(expected).textable


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0690 00 00 00", "+590690000000"),
        ("0692 00 00 00", "+262692000000"),
        ("0696 00 00 00", "+596696000000"),
        ("0694 00 00 00", "+594694000000"),
        ("0639 00 00 00", "+262639000000"),
        ("0639 98 12 34", "+33639981234"),
    ],
)
def test_the_fictional_mobiles_are_not_taken_for_mayotte(typed: str, e164: str) -> None:
    assert parse(typed).e164 == e164


@given(st.text(max_size=30))
def test_no_text_ever_breaks_the_reading_of_numbers(text: str) -> None:
    for found in (parsed_or_none(text), from_carrier(text)):
        assert found is None or found.e164.startswith("+")


@given(st.text(alphabet="0123456789+() .-/\u00a0", max_size=25))
def test_no_jumble_of_digits_ever_breaks_the_reading_of_numbers(text: str) -> None:
    for found in (parsed_or_none(text), from_carrier(text)):
        assert found is None or (found.kind in PhoneKind and dialable(found, ["FR"]) in (True, False))


@given(st.one_of(st.floats(), st.integers()))
def test_no_spreadsheet_cell_ever_breaks_the_reading_of_numbers(cell: float) -> None:
    found = parsed_or_none(cell)
    assert found is None or found.e164.startswith("+")


@pytest.mark.parametrize(
    "cell", [True, 61234567.8, float("nan"), float("inf"), "", "0699", "bonjour", "0800FLOWERS"]
)
def test_what_is_no_number_is_refused(cell: str | float) -> None:
    with pytest.raises(InvalidNumber, match="n'est pas valable"):
        parse(cell)


def test_the_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(InvalidNumber) as refusal:
        parse("06 39 98 00 019")
    assert "019" not in str(refusal.value)
    assert "(11 chiffres lus)" in str(refusal.value)


@pytest.mark.parametrize(
    "short", ["15", "17", "18", "112", "114", "115", "119", "196", "3114", "3919", "3977", "116 117"]
)
def test_an_emergency_number_is_refused_by_name(short: str) -> None:
    with pytest.raises(InvalidNumber, match="urgence"):
        parse(short)
    assert from_carrier(short) is None


@given(st.one_of(french_numbers, fictional_numbers))
def test_a_number_is_masked_wherever_it_is_printed(national: str) -> None:
    number = parse(national)
    assume(national[1:] != national[-1] * 9)
    for printed in (
        str(number),
        repr(number),
        f"{number}",
        f"{number!r:>40}",
        f"{[number]}",
    ):
        digits = re.sub(r"\D", "", printed)
        assert digits == national[-2:]
    assert str(number) == f"•• •• •• •• {national[-2:]}"


def test_a_number_built_by_hand_must_have_the_shape_of_e164() -> None:
    for wrong in (
        "0639980001",
        "+3315",
        "+0639980001",
        "anonymous",
        "+33 6 39 98 00 01",
        "+336399800010000000",
    ):
        with pytest.raises(ValueError, match=r"E\.164") as refusal:
            PhoneNumber(wrong)
        assert wrong not in str(refusal.value)
    assert PhoneNumber("+33639980001") == parse("06 39 98 00 01")
    assert len({PhoneNumber("+33639980001"), parse("06 39 98 00 01")}) == 1


@pytest.mark.parametrize(
    "withheld",
    [
        *(
            "anonymous",
            "Anonymous",
            "ANONYMOUS",
            "unknown",
            "Restricted",
            "unavailable",
            "PRIVATE",
            "blocked",
        ),
        *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "266696687", "86282452253"),
        *("", " ", "+", "client:anna", "sip:0639980001@example.org", "sip:+33639980001@example.org"),
        *(
            "38000",
            "+3638",
            "OnSeParle",
            "9999999999",
            "+9999999999",
            "+339999999999",
            "null",
            "None",
            "*",
            "1",
        ),
    ],
)
def test_nobody_can_be_called_back_behind_a_withheld_or_unusable_sender(withheld: str) -> None:
    assert from_carrier(withheld) is None


@pytest.mark.parametrize(
    "value",
    [
        *("+33639980001", "0639980001", "639980001", "33639980001", " 33639980001", "0033639980001"),
        *("+330639980001", "+33 6 39 98 00 01", "06 39 98 00 01"),
    ],
)
def test_a_number_is_found_whatever_way_the_carrier_writes_it(value: str) -> None:
    number = from_carrier(value)
    assert number is not None
    assert number.e164 == "+33639980001"


@given(fictional_numbers)
def test_the_fictional_ranges_are_ordinary_french_numbers(national: str) -> None:
    number = parse(national)
    mobile = national.startswith("06")
    assert number.kind is (PhoneKind.MOBILE if mobile else PhoneKind.LANDLINE)
    assert number.textable is mobile
    assert not number.telemarketing
    assert dialable(number, ["FR"])
    assert from_carrier(number.e164) == number


@pytest.mark.parametrize(
    ("e164", "kind", "textable"),
    [
        ("+33639980001", PhoneKind.MOBILE, True),
        ("+262692000000", PhoneKind.MOBILE, True),
        ("+590690000000", PhoneKind.MOBILE, True),
        ("+33199000100", PhoneKind.LANDLINE, False),
        ("+33937000000", PhoneKind.VOIP, False),
        ("+33800000000", PhoneKind.OTHER, False),
        ("+9991234567", PhoneKind.OTHER, False),
    ],
)
def test_only_mobiles_get_texts(e164: str, kind: PhoneKind, textable: bool) -> None:
    number = PhoneNumber(e164)
    assert (number.kind, number.textable) == (kind, textable)


@pytest.mark.parametrize(
    "prefix",
    [
        "0162",
        "0163",
        "0270",
        "0271",
        "0377",
        "0378",
        "0424",
        "0425",
        "0568",
        "0569",
        "0948",
        "0949",
        "09475",
        "09479",
    ],
)
def test_telemarketers_are_known_by_the_prefix_that_arcep_gives_them(prefix: str) -> None:
    assert PhoneNumber("+33" + prefix[1:].ljust(9, "0")).telemarketing


def test_telemarketers_overseas_are_known_and_their_neighbours_left_alone() -> None:
    assert PhoneNumber("+590947500000").telemarketing
    for honest in (
        "+33161000000",
        "+33199000100",
        "+33947000000",
        "+262262000000",
        "+33639980001",
        "+9991234567",
    ):
        assert not PhoneNumber(honest).telemarketing


def test_france_includes_the_overseas_departements() -> None:
    for e164 in (
        "+33199000100",
        "+590690000000",
        "+596696000000",
        "+594694000000",
        "+262692000000",
        "+508410000",
    ):
        assert dialable(PhoneNumber(e164), ["FR"]), e164
        assert not dialable(PhoneNumber(e164), ["BE"]), e164
    for elsewhere, country in (("+68987000000", "PF"), ("+687750000", "NC"), ("+32470000000", "BE")):
        assert not dialable(PhoneNumber(elsewhere), ["FR"])
        assert dialable(PhoneNumber(elsewhere), ["FR", country])


def test_one_overseas_departement_can_be_named_alone() -> None:
    assert dialable(PhoneNumber("+262692000000"), {"RE"})
    assert not dialable(PhoneNumber("+33199000100"), {"RE"})


@pytest.mark.parametrize(
    "e164",
    [
        *("+33899000000", "+33891000000", "+33810000000", "+33826000000", "+33800000000", "+33806000000"),
        *(
            "+590801000000",
            "+33116117",
            "+33118218",
            "+33391900",
            "+49116117",
            "+8816000000000",
            "+9991234567",
        ),
    ],
)
def test_premium_short_and_emergency_numbers_are_never_dialled(e164: str) -> None:
    assert not dialable(PhoneNumber(e164), ["FR", "DE", "BE"])


def test_nothing_is_dialled_when_no_country_is_allowed() -> None:
    assert not dialable(PhoneNumber("+33639980001"), [])


@given(st.sampled_from(["+33", "0", "0033 "]), st.integers(100_000_000, 999_999_999))
def test_a_number_of_metropolitan_france_is_what_the_library_makes_of_it(prefix: str, national: int) -> None:
    details = phonenumbers.parse(f"{prefix}{national}", "FR")
    e164 = f"+33{national}"
    assume(not re.match(r"\+33(19900|26191|35301|46571|53649|63998)", e164))
    mobile = phonenumbers.number_type(details) is phonenumbers.PhoneNumberType.MOBILE
    assert (PhoneNumber(e164).kind is PhoneKind.MOBILE) == mobile
    assert (from_carrier(e164) is not None) == phonenumbers.is_possible_number(details)
    if phonenumbers.is_valid_number(details):
        assert parse(f"{prefix}{national}").e164 == e164
