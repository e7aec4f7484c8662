"""The environment variables and `.env`, each secret possibly in a file of its own (`NAME_FILE`)."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from hotline.crypto import BadKeyError, decode_key
from hotline.settings import numbers

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CARRIER_HOST = "api.twilio.com"
_ADDRESS = re.compile(r"[A-Za-z0-9._%-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|[A-Za-z0-9._%-]+@localhost")


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this very machine."""
    return (urlsplit(url).hostname or "") in LOOPBACK


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Keys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_comma_separated)]


class SecretFiles(PydanticBaseSettingsSource):
    """Values given as the path of a file: `TWILIO_AUTH_TOKEN_FILE=/run/secrets/token`."""

    def __init__(self, settings: type[BaseSettings], *others: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self._others = others

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the text of the file that `<alias>_FILE` names, or nothing."""
        alias = field.alias or field_name
        for source in self._others:
            variables: dict[str, str | None] = getattr(source, "env_vars", {})
            path = variables.get(f"{alias}_file".lower())
            if path:
                try:
                    return Path(path).read_text().strip(), alias, False
                except OSError as error:
                    raise ValueError(f"{alias}_FILE : « {path} » ne se lit pas ({error.strerror})") from error
        return None, alias, False

    def __call__(self) -> dict[str, Any]:
        """Return every value that came from a file."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, alias, _ = self.get_field_value(field, name)
            if value is not None:
                found[alias] = value
        return found


class Environment(BaseSettings):
    """Everything that an operator sets outside of `config/hotline.toml`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=False
    )

    database_url: str = Field("sqlite:///var/hotline.db", alias="DATABASE_URL")
    public_url: str | None = Field(None, alias="HOTLINE_PUBLIC_URL")
    number: str | None = Field(None, alias="HOTLINE_NUMBER")
    sms_sender: str | None = Field(None, alias="HOTLINE_SMS_SENDER")
    account_sid: str | None = Field(None, alias="TWILIO_ACCOUNT_SID")
    auth_token: SecretStr | None = Field(None, alias="TWILIO_AUTH_TOKEN")
    auth_token_secondary: SecretStr | None = Field(None, alias="TWILIO_AUTH_TOKEN_SECONDARY")
    shared_keys: Keys = Field((), alias="TWILIO_SHARED_KEYS")
    api_key: str | None = Field(None, alias="TWILIO_API_KEY")
    api_secret: SecretStr | None = Field(None, alias="TWILIO_API_SECRET")
    api_base_url: str = Field(f"https://{CARRIER_HOST}", alias="TWILIO_API_BASE_URL")
    allow_foreign_carrier: bool = Field(False, alias="HOTLINE_ALLOW_FOREIGN_CARRIER")
    secret_key: SecretStr | None = Field(None, alias="HOTLINE_SECRET_KEY")
    encryption_keys: Keys = Field((), alias="HOTLINE_ENCRYPTION_KEYS")
    recordings_url: str = Field("file:var/recordings", alias="HOTLINE_RECORDINGS_URL")
    imap_url: SecretStr | None = Field(None, alias="HOTLINE_IMAP_URL")
    smtp_url: SecretStr | None = Field(None, alias="HOTLINE_SMTP_URL")
    mail_address: str | None = Field(None, alias="HOTLINE_MAIL_ADDRESS")
    transcription_model: Path | None = Field(None, alias="HOTLINE_TRANSCRIPTION_MODEL")
    config: Path | None = Field(None, alias="HOTLINE_CONFIG")
    fallback_url: str | None = Field(None, alias="HOTLINE_FALLBACK_URL")
    spool: Path | None = Field(None, alias="HOTLINE_SPOOL")
    metrics_token: SecretStr | None = Field(None, alias="HOTLINE_METRICS_TOKEN")
    host: str = Field("127.0.0.1", alias="HOTLINE_HOST")
    hotline_port: int | None = Field(None, alias="HOTLINE_PORT", ge=1, le=65535)
    platform_port: int | None = Field(None, alias="PORT", ge=1, le=65535)
    clock_file: Path | None = Field(None, alias="HOTLINE_CLOCK_FILE")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """A plain variable wins over its `_FILE`, the environment over `.env`."""
        files = SecretFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, env_settings, files, dotenv_settings

    @field_validator("number")
    @classmethod
    def _line_number(cls, value: str | None) -> str | None:
        return value and numbers.number(value)

    @field_validator("sms_sender")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        return value and numbers.sender(value)

    @field_validator("public_url", "api_base_url", "fallback_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("doit être une adresse complète comme https://ligne.exemple.fr")
        if parts.username or parts.fragment:
            raise ValueError("ne doit contenir ni mot de passe ni « # »")
        return value.rstrip("/")

    @field_validator("imap_url", "smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        kind = str(info.field_name).removesuffix("_url")
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in {kind, f"{kind}s"} or not parts.hostname:
            raise ValueError(f"doit ressembler à {kind}s://nom:motdepasse@serveur.exemple.fr")
        return value

    @field_validator("mail_address")
    @classmethod
    def _mailed(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.fullmatch(value):
            raise ValueError("doit être une adresse comme onseparle@exemple.fr")
        return value

    @field_validator("shared_keys")
    @classmethod
    def _identified(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(":" not in pair.get_secret_value() for pair in value):
            raise ValueError("s'écrit « identifiant:secret », séparés par des virgules")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _whole(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for position, key in enumerate(value, 1):
            try:
                decode_key(key.get_secret_value())
            except BadKeyError as error:
                raise ValueError(
                    f"(clé n° {position}) : {error} ; « hotline keys new » en fait une"
                ) from error
        return value

    @property
    def port(self) -> int:
        """The port to listen on."""
        return self.hotline_port or self.platform_port or 8000
