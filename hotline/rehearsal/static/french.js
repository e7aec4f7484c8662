/** Numbers, hours and states as French readers expect them. */

const NBSP = "\u00a0";
const PARIS = "Europe/Paris";
const PARTS = new Intl.DateTimeFormat("fr-FR", {
  timeZone: PARIS,
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZoneName: "shortOffset",
});

export const CALL_STATUS = {
  queued: "en attente",
  ringing: "sonne",
  "in-progress": "en cours",
  completed: "terminé",
  busy: "occupé",
  "no-answer": "sans réponse",
  canceled: "annulé",
  failed: "échec",
};

export const TEXT_STATUS = {
  accepted: "accepté",
  queued: "en attente",
  sending: "en route",
  sent: "envoyé",
  delivered: "remis",
  undelivered: "non remis",
  failed: "échec",
  received: "reçu",
  canceled: "annulé",
};

export const ROLES = { caller: "Appelle la ligne", listener: "Écoute", volunteer: "Bénévole" };

/** Put the spaces that must not break where French wants them. */
export function typo(text) {
  return text.replace(/ ([:;!?»])/g, `${NBSP}$1`).replace(/« /g, `«${NBSP}`);
}

/** Return a number in pairs when it is French, "numéro masqué" when it is withheld. */
export function written(number) {
  if (!number || number === "anonymous") return "numéro masqué";
  if (!/^\+33\d{9}$/.test(number)) return number;
  return `0${number.slice(3)}`.match(/../g).join(NBSP);
}

/** Return what was typed as +33…; null when it cannot be a number. */
export function international(typed) {
  const digits = typed.replace(/[\s.()\u00a0\u202f-]/g, "").replace(/^00/, "+");
  const number = /^0[1-9]\d{8}$/.test(digits) ? `+33${digits.slice(1)}` : digits;
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : null;
}

/** Return the parts of a moment in Paris: "22 h 04", "samedi 1er août 2026", "heure d’été". */
export function moment(milliseconds) {
  const found = {};
  for (const { type, value } of PARTS.formatToParts(milliseconds)) found[type] = value;
  const day = found.day === "1" ? "1er" : found.day;
  return {
    time: clockTime(found.hour, found.minute),
    date: `${found.weekday} ${day} ${found.month} ${found.year}`,
    season: found.timeZoneName.endsWith("2") ? "heure d’été" : "heure d’hiver",
  };
}

/** Return the hour and minute of an ISO moment that carries Paris time. */
export function hour(iso) {
  return clockTime(iso.slice(11, 13), iso.slice(14, 16));
}

/** Return "14 h 30", or "18 h" on the hour. */
function clockTime(hours, minutes) {
  const full = `${Number(hours)}${NBSP}h`;
  return minutes === "00" ? full : `${full}${NBSP}${minutes}`;
}

/** Return a length in words: "45 s", "2 min 05". */
export function duration(seconds) {
  if (seconds < 60) return `${seconds}${NBSP}s`;
  return `${Math.floor(seconds / 60)}${NBSP}min${NBSP}${String(seconds % 60).padStart(2, "0")}`;
}

/** Return "1 SMS" or "3 SMS": the noun takes its plural when `many` is given. */
export function count(number, one, many = `${one}s`) {
  return `${number}${NBSP}${number > 1 ? many : one}`;
}

/** Split "Odette (84 ans)" into a name and what is known of the person; a telephone without label has a number. */
export function called({ label, number }) {
  const [, name, about] = label.match(/^(.*?) \((.*)\)$/) ?? [null, label, ""];
  return { name: name || written(number), about: typo(about) };
}

/** Names of the telephones, by number. */
export class Names {
  constructor(phones) {
    this.names = new Map(phones.map((phone) => [phone.number, called(phone).name]));
  }

  /** Return the name behind a number, or the number as people write it. */
  of(number) {
    return this.names.get(number) ?? written(number);
  }
}
