"""Puts the environment and `config/hotline.toml` together."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from hotline import crypto
from hotline.settings import keys
from hotline.settings.environment import CARRIER_HOST, Environment, is_loopback
from hotline.settings.faults import SettingsError, sentences
from hotline.settings.line import LineConfig

_PACKAGED = Path(__file__).resolve().parents[2] / "config"


@dataclass(frozen=True)
class CarrierSettings:
    """What it takes to talk with the carrier, complete."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str | None
    api_secret: str | None = field(repr=False)
    base_url: str


@dataclass(frozen=True)
class Settings:
    """All settings of one process."""

    environment: Environment
    line: LineConfig
    config_folder: Path
    database_url: str
    secret_key: str = field(repr=False)
    encryption_keys: tuple[bytes, ...] = field(repr=False)

    @property
    def number(self) -> str:
        """The line, E.164; empty while none is set."""
        return self.environment.number or ""

    @property
    def sms_sender(self) -> str:
        """Who texts come from: the line unless set otherwise."""
        return self.environment.sms_sender or self.number

    @property
    def one_way(self) -> bool:
        """Tell whether texts leave under a name nobody can answer."""
        return bool(self.sms_sender) and not self.sms_sender.startswith("+")

    @property
    def public_url(self) -> str:
        """The address that the carrier calls."""
        return self.environment.public_url or f"http://{self.environment.host}:{self.environment.port}"

    @property
    def rehearsal(self) -> bool:
        """Tell whether the carrier is a stand-in on this machine."""
        return is_loopback(self.environment.api_base_url)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The auth tokens under which a webhook may be signed."""
        given = (self.environment.auth_token, self.environment.auth_token_secondary)
        return tuple(token.get_secret_value() for token in given if token)

    @property
    def shared_keys(self) -> Mapping[str, str]:
        """The shared keys under which a webhook may be signed, by id."""
        pairs = (pair.get_secret_value().partition(":") for pair in self.environment.shared_keys)
        return {identifier: secret for identifier, _, secret in pairs}

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, when it is one."""
        return _sqlite_file(self.database_url)

    @property
    def spool_folder(self) -> Path:
        """The folder of what came while the database was away: beside an SQLite file unless set."""
        beside = self.sqlite_file.parent if self.sqlite_file else Path("var").absolute()
        return (self.environment.spool or beside / "spool").absolute()

    @property
    def prompts_folder(self) -> Path:
        """The folder of the prompt catalogues: beside the settings file, else the one that came along."""
        beside = self.config_folder / "prompts"
        return beside if beside.is_dir() else _PACKAGED / "prompts"

    @property
    def needs_file(self) -> Path:
        """The words that tell of a need: beside the settings file, else those that came along."""
        beside = self.config_folder / "needs.toml"
        return beside if beside.is_file() else _PACKAGED / "needs.toml"

    def missing_for_calls(self) -> list[str]:
        """Return a sentence for each setting without which no call can be answered."""
        environment, missing = self.environment, []
        if not environment.number:
            missing.append("HOTLINE_NUMBER manque : le numéro de la ligne, comme +33199000100")
        if not environment.account_sid:
            missing.append("TWILIO_ACCOUNT_SID manque : il est sur la première page de la console Twilio")
        if not environment.auth_token:
            missing.append("TWILIO_AUTH_TOKEN manque : sans lui tout appel serait refusé")
        if not environment.public_url and not self.rehearsal:
            missing.append("HOTLINE_PUBLIC_URL manque : l'adresse https que Twilio appelle")
        if (
            environment.public_url
            and not environment.public_url.startswith("https://")
            and not self.rehearsal
        ):
            missing.append(
                "HOTLINE_PUBLIC_URL doit commencer par https:// : les appels portent des données privées"
            )
        return missing

    def carrier(self) -> CarrierSettings:
        """Return the carrier's settings; raise SettingsError naming all that is missing."""
        environment, missing = self.environment, self.missing_for_calls()
        if missing or not environment.account_sid or not environment.auth_token:
            raise SettingsError([*missing, "pour essayer sans rien de tout cela : make run"])
        return CarrierSettings(
            account_sid=environment.account_sid,
            auth_token=environment.auth_token.get_secret_value(),
            api_key=environment.api_key,
            api_secret=environment.api_secret.get_secret_value() if environment.api_secret else None,
            base_url=environment.api_base_url,
        )


def load(**given: Any) -> Settings:
    """Read every setting of this process; raise SettingsError with all faults at once.

    What is `given`, by the name of its variable, wins over the environment.
    """
    faults: list[str] = []
    environment = _environment(given, faults)
    line, folder = _line(environment.config if environment else _config_at_least(given), faults)
    if environment:
        faults += _contradictions(environment) + _of_main_number(environment, line)
    if faults or environment is None:
        raise SettingsError(faults)
    secret_key, encryption_keys = _secrets(environment)
    return Settings(
        environment=environment,
        line=line,
        config_folder=folder,
        database_url=_normalised(environment.database_url),
        secret_key=secret_key,
        encryption_keys=encryption_keys,
    )


def _environment(given: Mapping[str, Any], faults: list[str]) -> Environment | None:
    try:
        return Environment(**given)
    except ValidationError as error:
        faults += sentences(error)
    except ValueError as error:
        faults.append(str(error))
    return None


def _config_at_least(given: Mapping[str, Any]) -> Path | None:
    """Find the settings file although the environment is faulty: its faults belong in the same report."""
    path = given.get("HOTLINE_CONFIG") or os.environ.get("HOTLINE_CONFIG")
    return Path(path) if path else None


def _line(given: Path | None, faults: list[str]) -> tuple[LineConfig, Path]:
    file = given or next(
        (place for place in (Path("config/hotline.toml"), _PACKAGED / "hotline.toml") if place.exists()),
        _PACKAGED / "hotline.toml",
    )
    try:
        return LineConfig.model_validate(
            tomllib.loads(file.read_text(encoding="utf-8"))
        ), file.resolve().parent
    except OSError as error:
        faults.append(f"« {file} » ne se lit pas ({error.strerror})")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"« {file} » n'est pas du TOML valide : {error}")
    except ValidationError as error:
        faults += sentences(error, f"{file} : ")
    return LineConfig(), file.resolve().parent


def _contradictions(environment: Environment) -> list[str]:
    faults = []
    host = urlsplit(environment.api_base_url).hostname
    if (
        host != CARRIER_HOST
        and not is_loopback(environment.api_base_url)
        and not environment.allow_foreign_carrier
    ):
        faults.append(
            f"TWILIO_API_BASE_URL mène à « {host} », qui n'est ni Twilio ni cette machine ; "
            "si c'est voulu, ajoutez HOTLINE_ALLOW_FOREIGN_CARRIER=1"
        )
    if bool(environment.api_key) != bool(environment.api_secret):
        faults.append("TWILIO_API_KEY et TWILIO_API_SECRET vont ensemble : donnez les deux, ou aucun")
    if environment.clock_file and not is_loopback(environment.api_base_url):
        faults.append(
            "HOTLINE_CLOCK_FILE décale l'heure : il ne sert qu'en répétition, jamais avec le vrai opérateur"
        )
    if not _normalised(environment.database_url).startswith(("sqlite:", "postgresql+psycopg:")):
        faults.append("DATABASE_URL doit commencer par sqlite:/// ou postgresql://")
    elif _sqlite_file(_normalised(environment.database_url)) is None:
        for name, value in (
            ("HOTLINE_SECRET_KEY", environment.secret_key),
            ("HOTLINE_ENCRYPTION_KEYS", environment.encryption_keys),
        ):
            if not value:
                faults.append(
                    f"{name} manque : obligatoire avec PostgreSQL (« hotline keys new » en fait une)"
                )
    return faults


def _of_main_number(environment: Environment, line: LineConfig) -> list[str]:
    """The main number may stand among several for its name only: its rules are those of the whole file."""
    return [
        f"[[lines]] « {entry.name} » est HOTLINE_NUMBER : ses horaires sont [hours], ses phrases [prompts], "
        f"son expéditeur HOTLINE_SMS_SENDER ; n'y laissez que number et name (enlevez {', '.join(more)})"
        for entry in line.lines
        if entry.number == environment.number
        and (more := sorted(entry.model_fields_set - {"number", "name"}))
    ]


def _normalised(url: str) -> str:
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _sqlite_file(url: str) -> Path | None:
    path = url.removeprefix("sqlite:///")
    return Path(path).absolute() if url.startswith("sqlite:///") and path else None


def _secrets(environment: Environment) -> tuple[str, tuple[bytes, ...]]:
    file = _sqlite_file(_normalised(environment.database_url))
    folder = file.parent if file else Path("var")
    if environment.secret_key:
        secret_key = environment.secret_key.get_secret_value()
    else:
        secret_key = keys.kept_in(folder / keys.SECRET_KEY_FILE, secrets.token_urlsafe(32))
    if environment.encryption_keys:
        texts = [key.get_secret_value() for key in environment.encryption_keys]
    else:
        texts = keys.kept_in(folder / keys.ENCRYPTION_KEYS_FILE, crypto.new_key()).split(",")
    return secret_key, tuple(crypto.decode_key(text) for text in texts)
