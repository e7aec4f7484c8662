"""What Flask-Security is told: our pages, our addresses, what it offers and what it does not."""

from datetime import datetime, timedelta
from typing import Any

from hotline.bootstrap import Hotline
from hotline.services.desk import passwords
from hotline.web.product import product

_PAGES = {
    "LOGIN_USER": "sign_in",
    "VERIFY": "again",
    "CHANGE_PASSWORD": "password",
    "TWO_FACTOR_VERIFY_CODE": "code",
    "TWO_FACTOR_SETUP": "code_setup",
    "TWO_FACTOR_SELECT": "which",
    "MULTI_FACTOR_RECOVERY": "recovery",
    "MULTI_FACTOR_RECOVERY_CODES": "recovery_codes",
    "WAN_REGISTER": "passkeys",
    "WAN_SIGNIN": "passkey",
}
_ADDRESSES = {
    "LOGIN": "/login",
    "TWO_FACTOR_TOKEN_VALIDATION": "/login/code",
    "TWO_FACTOR_SELECT": "/login/which",
    "TWO_FACTOR_RESCUE": "/login/rescue",
    "MULTI_FACTOR_RECOVERY": "/login/recovery",
    "WAN_SIGNIN": "/login/passkey",
    "VERIFY": "/account/again",
    "CHANGE": "/account/password",
    "TWO_FACTOR_SETUP": "/account/code",
    "MULTI_FACTOR_RECOVERY_CODES": "/account/recovery-codes",
    "WAN_REGISTER": "/account/passkeys",
    "WAN_DELETE": "/account/passkeys/remove",
}
_NEXT = {
    "POST_LOGIN": "/inside",
    "POST_CHANGE": "/account",
    "POST_VERIFY": "/account",
    "TWO_FACTOR_POST_SETUP": "/account",
    "WAN_POST_REGISTER": "/account/passkeys",
}
_OPTIONS = {
    "BLUEPRINT_NAME": "entrance",
    "STATIC_FOLDER": None,
    "CACHE_CONTROL": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "API_ENABLED_METHODS": ["session"],
    "LOGOUT_METHODS": None,
    "RETURN_GENERIC_RESPONSES": True,
    "FRESHNESS": timedelta(minutes=15),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
    "PASSWORD_SALT": "unused: argon2 brings its own",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},
    "PASSWORD_LENGTH_MIN": passwords.SHORTEST,
    "CHANGEABLE": True,
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    "TWO_FACTOR": True,
    "TWO_FACTOR_REQUIRED": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "WEBAUTHN": True,
    "WAN_ALLOW_USER_HINTS": False,
    "WAN_ALLOW_AS_VERIFY": None,
    "WAN_NAME_ALLOWED_CHARS": None,
    "INPUT_NORMALIZE_FORM": "NFKC",
}


def settings(hotline: Hotline) -> dict[str, Any]:
    """Return the library's settings for this product."""
    name = hotline.line.words.phrase("line.name")
    own = {
        "TOTP_SECRETS": {"1": hotline.settings.secret_key},
        "TOTP_ISSUER": name,
        "WAN_RP_NAME": name,
        "DATETIME_FACTORY": _now,
    }
    return (
        {f"SECURITY_{key}_TEMPLATE": f"entrance/{page}.html" for key, page in _PAGES.items()}
        | {f"SECURITY_{key}_URL": address for key, address in _ADDRESSES.items()}
        | {f"SECURITY_{key}_VIEW": address for key, address in _NEXT.items()}
        | {f"SECURITY_{key}": value for key, value in (_OPTIONS | own).items()}
    )


def _now() -> datetime:
    return product().clock.now()
