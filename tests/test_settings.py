"""Settings: read once, every fault together, each as a sentence that names its setting."""

import re
import stat
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.crypto import new_key
from hotline.settings import LineConfig, SettingsError, load
from hotline.settings.line import duration

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and no setting from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "PORT", "HOTLINE_CONFIG", "HOTLINE_NUMBER", "TWILIO_ACCOUNT_SID"):
        monkeypatch.delenv(name, raising=False)


def faults(**given: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(**given)
    return "\n".join(caught.value.faults)


def test_nothing_has_to_be_set_to_begin() -> None:
    settings = load()
    assert settings.database_url == "sqlite:///var/hotline.db"
    assert settings.line == LineConfig()


def test_the_file_that_comes_along_says_exactly_the_defaults() -> None:
    written = tomllib.loads((ROOT / "config" / "hotline.toml").read_text(encoding="utf-8"))
    assert LineConfig.model_validate(written) == LineConfig()
    examples = {"closures", "lines", "openings", "prompts", "recordings", "texts"}
    assert set(written) == set(LineConfig.model_fields) - examples
    for name, section in written.items():
        assert set(section) == set(type(getattr(LineConfig(), name)).model_fields), name


def test_keys_are_made_once_beside_the_sqlite_file_for_nobody_else_to_read(tmp_path: Path) -> None:
    first, second = load(), load()
    assert first.secret_key == second.secret_key
    assert first.encryption_keys == second.encryption_keys
    for name in ("secret_key", "encryption_keys"):
        assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == 0o600


def test_all_faults_are_reported_together_and_each_names_its_setting(tmp_path: Path) -> None:
    config = tmp_path / "line.toml"
    config.write_text('[ring]\neach = "soon"\n[hours]\ntimezone = "Mars/Olympus"\n[limit]\nsms_per_day = 3\n')
    said = faults(
        HOTLINE_CONFIG=str(config),
        HOTLINE_NUMBER="12",
        HOTLINE_PUBLIC_URL="ligne.exemple.fr",
        HOTLINE_PORT="eighty",
        HOTLINE_ENCRYPTION_KEYS="too-short",
        DATABASE_URL="mysql://localhost/hotline",
    )
    for name in (
        "ring.each",
        "hours.timezone",
        "limit",
        "HOTLINE_NUMBER",
        "HOTLINE_PUBLIC_URL",
        "HOTLINE_PORT",
        "HOTLINE_ENCRYPTION_KEYS",
    ):
        assert name in said


def test_postgresql_wants_keys_of_its_own_and_both_spellings_of_its_name_are_taken() -> None:
    said = faults(DATABASE_URL="postgres://db/hotline")
    assert "HOTLINE_SECRET_KEY" in said
    assert "HOTLINE_ENCRYPTION_KEYS" in said
    keys = {"HOTLINE_SECRET_KEY": "s", "HOTLINE_ENCRYPTION_KEYS": new_key()}
    for spelling in ("postgres://db/hotline", "postgresql://db/hotline"):
        assert load(DATABASE_URL=spelling, **keys).database_url == "postgresql+psycopg://db/hotline"


def test_a_secret_may_come_from_a_file_and_the_plain_variable_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "token"
    secret.write_text("from a file\n")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_FILE", str(secret))
    assert load().tokens == ("from a file",)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "plain")
    assert load().tokens == ("plain",)


def test_a_secret_file_that_is_missing_is_a_fault_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_FILE", "/nowhere/token")
    assert "TWILIO_AUTH_TOKEN_FILE" in faults()


def test_a_dotenv_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("HOTLINE_NUMBER=+33199000100\nHOTLINE_PORT=8100\n")
    monkeypatch.setenv("HOTLINE_PORT", "8200")
    settings = load()
    assert settings.number == "+33199000100"
    assert settings.environment.port == 8200


def test_another_carrier_than_twilio_must_be_this_machine_unless_allowed() -> None:
    elsewhere = "https://carrier.example"
    assert "TWILIO_API_BASE_URL" in faults(TWILIO_API_BASE_URL=elsewhere)
    assert load(TWILIO_API_BASE_URL=elsewhere, HOTLINE_ALLOW_FOREIGN_CARRIER="1")
    assert load(TWILIO_API_BASE_URL="http://127.0.0.1:4010").rehearsal


def test_the_shifted_clock_is_refused_with_the_real_carrier() -> None:
    assert "HOTLINE_CLOCK_FILE" in faults(HOTLINE_CLOCK_FILE="clock")


def test_what_is_missing_for_calls_is_said_at_once_and_a_rehearsal_needs_no_https() -> None:
    missing = "\n".join(load().missing_for_calls())
    for name in ("HOTLINE_NUMBER", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "HOTLINE_PUBLIC_URL"):
        assert name in missing
    given = {"HOTLINE_NUMBER": "01 99 00 01 00", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
    assert load(TWILIO_API_BASE_URL="http://localhost:1", **given).missing_for_calls() == []
    assert "https" in load(HOTLINE_PUBLIC_URL="http://x.example", **given).missing_for_calls()[0]


def test_a_sender_is_a_number_or_a_name_of_eleven_letters_which_nobody_can_answer() -> None:
    assert not load(HOTLINE_SMS_SENDER="+33639980199").one_way
    assert load(HOTLINE_SMS_SENDER="OnSeParle").one_way
    assert "HOTLINE_SMS_SENDER" in faults(HOTLINE_SMS_SENDER="On se parle !!")


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    key = new_key()
    shown = repr(load(HOTLINE_ENCRYPTION_KEYS=key, HOTLINE_SECRET_KEY="sesame", TWILIO_AUTH_TOKEN="open"))
    assert key not in shown
    assert "sesame" not in shown
    assert "'open'" not in shown


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    assert "impossible d'écrire" in faults(DATABASE_URL=f"sqlite:///{tmp_path}/taken/hotline.db")


@given(st.integers(1, 10_000), st.sampled_from(["s", "m", "h", " days"]))
def test_durations_are_read_as_people_write_them(count: int, unit: str) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, " days": 86400}[unit]
    assert duration(f"{count}{unit}") == timedelta(seconds=count * seconds)


@given(st.text())
def test_anything_else_than_a_duration_is_refused_with_an_example(text: str) -> None:
    readable = re.fullmatch(r"\s*[1-9][0-9]*\s*(s|m|min|h|d|j|day|days)\s*", text.lower())
    assume(not readable)
    with pytest.raises(ValueError, match="20s"):
        duration(text)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('number = "0199000200"\nname = "A"\n[[lines]]\nnumber = "+33199000200"\nname = "B"', "même numéro"),
        ('number = "0199000200"\nname = "A"\n[[lines]]\nnumber = "+33199000201"\nname = "a"', "même nom"),
        ('number = "12"\nname = "A"', "lines.0.number doit être un numéro"),
        ('number = "+33199000200"', "lines.0.name manque"),
        ('number = "+33199000200"\nname = " "', "lines.0.name doit dire comment l'équipe appelle"),
        ('number = "+33199000200"\nname = "A"\nlanguage = "italien"', "un code de langue"),
        ('number = "+33199000200"\nname = "A"\nsms_sender = "été !"', "lines.0.sms_sender doit être"),
        ('number = "+33199000100"\nname = "A"\nopen = "24/7"', "enlevez open"),
    ],
)
def test_a_number_of_several_that_would_not_do_is_told(tmp_path: Path, lines: str, said: str) -> None:
    config = tmp_path / "line.toml"
    config.write_text(f"[[lines]]\n{lines}\n", encoding="utf-8")
    assert said in faults(HOTLINE_CONFIG=str(config), HOTLINE_NUMBER="+33199000100")


def test_the_main_number_may_be_given_a_name(tmp_path: Path) -> None:
    config = tmp_path / "line.toml"
    config.write_text('[[lines]]\nnumber = "01 99 00 01 00"\nname = "Briançon"\n', encoding="utf-8")
    (entry,) = load(HOTLINE_CONFIG=str(config), HOTLINE_NUMBER="+33199000100").line.lines
    assert (entry.number, entry.name) == ("+33199000100", "Briançon")
