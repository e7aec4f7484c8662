"""The carrier: our account, our numbers and where they lead, texts, the fallback, the countries we call."""

from collections.abc import Iterator

from hotline import provisioning
from hotline.bootstrap import Hotline
from hotline.checks.finding import Finding, named, told
from hotline.phone import PhoneNumber
from hotline.provisioning import STANDS_BEFORE, Change
from hotline.services.line import Line
from hotline.telephony.base import OwnNumber, TelephonyError

_OVERSEAS = {"GP": "Guadeloupe", "GF": "Guyane", "MQ": "Martinique", "RE": "La Réunion et Mayotte"}
_CONSOLE = "console Twilio, Voice, Settings, Geo permissions"


def carrier(hotline: Hotline) -> Iterator[Finding]:
    """Look at the account, each of our numbers with its addresses, and whether texts can leave."""
    with told("carrier") as faults:
        status = hotline.carrier.account_status()
        says = "le compte Twilio est actif"
        if status != "active":
            says = f"le compte Twilio est « {status} » : voyez la console Twilio"
        yield Finding("carrier", ok=status == "active", says=says)
        for line in hotline.line.each:
            number = hotline.carrier.own_number(line.number)
            for finding in (*_addresses(hotline, line, number), _texts(hotline, line, number)):
                yield named(line, finding)
    yield from faults


def fallback(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the document elsewhere takes a message; having none elsewhere is only worth a word."""
    url = hotline.settings.environment.fallback_url
    if url is None:
        says = (
            "à notre adresse : il ne sert que si le web vit encore. Déposez ailleurs ce qu'écrit « hotline "
            "fallback-document » et donnez HOTLINE_FALLBACK_URL"
        )
        yield Finding("fallback", ok=True, says=says)
        return
    from hotline import fallback_document  # noqa: PLC0415 - the web never pays for what asks others

    with told("fallback") as faults:
        document = fallback_document.fetched(url)
        if document.fault:
            says = (
                f"le document de secours ({url}) {document.fault} : déposez-y « hotline fallback-document »"
            )
            yield Finding("fallback", ok=False, says=says)
        else:
            yield Finding("fallback", ok=True, says=f"{url} prend un message ({document.method})")
    yield from faults


def countries(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the account may call our countries; others that it may call are worth a word."""
    ours = set(hotline.line.config.limits.countries)
    wished = f"vérifiez qu'elle ouvre {', '.join(sorted(ours))} et rien d'autre ({_CONSOLE})"
    try:
        known = hotline.carrier.countries_open()
    except TelephonyError as error:
        yield Finding("geo", ok=True, says=f"la liste des pays ne se lit pas d'ici : {wished}. {error}")
        return
    if known is None:
        yield Finding("geo", ok=True, says=f"la liste des pays ne se lit pas d'ici : {wished}")
        return
    if shut := sorted(ours - known):
        says = f"le compte ne peut pas appeler {', '.join(shut)} : ouvrez ces pays ({_CONSOLE})"
        yield Finding("geo", ok=False, says=says)
        return
    yield Finding("geo", ok=True, says=" ; ".join(_worth_a_word(ours, known)))


def _worth_a_word(ours: set[str], known: frozenset[str]) -> Iterator[str]:
    yield f"le compte peut appeler {', '.join(sorted(ours))}"
    if "FR" in ours and (shut := [name for code, name in _OVERSEAS.items() if code not in known]):
        yield f"pas l'outre-mer : {', '.join(shut)}"
    if more := len(known - ours - set(_OVERSEAS)):
        yield f"{more} autres pays sont ouverts, que la ligne n'appelle jamais : fermez-les ({_CONSOLE})"


def _addresses(hotline: Hotline, line: Line, number: OwnNumber | None) -> Iterator[Finding]:
    if number is None:
        setting = "[[lines]] number" if line.second else "HOTLINE_NUMBER"
        says = f"{PhoneNumber(line.number)} n'est pas à ce compte Twilio : vérifiez {setting}"
        yield Finding("number", ok=False, says=says)
        return
    method = number.voice_fallback_method if hotline.settings.environment.fallback_url else provisioning.POST
    wrong = [
        change
        for change in provisioning.changes(hotline, number, fallback_method=method)
        if provisioning.misleading(change)
    ]
    for change in wrong:
        yield Finding("webhooks", ok=False, says=f"{_difference(change)} : « hotline provision » le corrige")
    if not wrong:
        yield Finding("webhooks", ok=True, says="le numéro appelle bien cette adresse publique")


def _difference(change: Change) -> str:
    if change.setting in STANDS_BEFORE:
        return f"{change.name} ({change.before})"
    led = f" au lieu de {change.before}" if change.before else ""
    return f"« {change.name} » doit mener à {change.after.partition('#')[0]}{led}"


def _texts(hotline: Hotline, line: Line, number: OwnNumber | None) -> Finding:
    sender = line.sender
    setting = "[[lines]] sms_sender" if line.own_sender else "HOTLINE_SMS_SENDER"
    if line.one_way:
        says = f"les SMS partent sous le nom « {sender} » : on n'y répond que par le lien ou en téléphonant"
        return Finding("sms", ok=True, says=says)
    own = number if sender == line.number else hotline.carrier.own_number(sender)
    if own is None:
        says = f"l'expéditeur {PhoneNumber(sender)} n'est pas à ce compte : vérifiez {setting}"
        return Finding("sms", ok=False, says=says)
    if not own.sms_capable:
        says = (
            f"{PhoneNumber(sender)} ne porte pas de SMS (en France, seuls les 06 et 07 en portent) : "
            f"donnez à {setting} un mobile du compte, ou un nom de 11 lettres au plus"
        )
        return Finding("sms", ok=False, says=says)
    return Finding("sms", ok=True, says="le numéro porte les SMS dans les deux sens")
