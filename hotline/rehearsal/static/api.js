/** Talks to the control API of the stand-in carrier. */

const PATIENCE = 10_000;
const UNREACHABLE = "La répétition ne répond pas.";
const NOT_UNDERSTOOD = "La répétition n’a pas compris cette demande.";

/** What was asked cannot be done; the message is a French sentence. */
export class Refused extends Error {}

/** Return the state when it differs from version `since`, null when nothing changed; throws when out of reach. */
export async function readState(since) {
  const answer = await fetch(`/api/state?since=${since}`, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Refused(NOT_UNDERSTOOD);
  return answer.json();
}

/** Return the sounds that a telephone can be made to say. */
export async function readSamples() {
  const answer = await fetch("/api/samples");
  return answer.ok ? answer.json() : [];
}

/** Send a wish as JSON; throws Refused with the reason in French. */
export function post(path, body = {}) {
  return send(path, JSON.stringify(body), "application/json");
}

/** Do something with a telephone: dial, answer, reject, hangup, press, speak or text. */
export function act(number, action, body = {}) {
  return post(`/api/phones/${encodeURIComponent(number)}/${action}`, body);
}

/** Let a telephone say a WAV file. */
export function speakAloud(number, wav) {
  return send(`/api/phones/${encodeURIComponent(number)}/speak`, wav, "audio/wav");
}

async function send(path, body, type) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": type } });
  } catch {
    throw new Refused(UNREACHABLE);
  }
  if (answer.ok) return;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(told.says ?? NOT_UNDERSTOOD);
}
