/** What the receiver has said, in writing: announced politely, read aloud once. */

import { el, followingEnd, reconcile, show, write } from "./dom.js";
import { hour } from "./french.js";

const BEEP = "(bip)";

/** The written words of one telephone; `voice` reads the new ones. */
export class Transcript {
  constructor(name, voice) {
    this.voice = voice;
    this.told = null;
    const label = `Ce que le téléphone de ${name} entend`;
    this.root = el("div", { class: "heard", role: "log", "aria-label": label, tabindex: "0" });
    this.root.hidden = true;
  }

  /** Show what was heard; what is new since the page was opened is read when this telephone is `listened` to. */
  update(phone, listened) {
    show(this.root, phone.heard.length > 0);
    followingEnd(this.root, () =>
      reconcile(this.root, withHours(phone.heard), { key: (entry) => entry.id, create: line, update: fill }),
    );
    const ids = new Set(phone.heard.map((entry) => `${entry.id} ${entry.at}`));
    const fresh = this.told && phone.heard.filter((entry) => !this.told.has(`${entry.id} ${entry.at}`));
    this.told = ids;
    if (fresh && listened) for (const entry of fresh) this.voice.say(phone.number, entry);
  }
}

/** Return the entries, the first of each minute with its hour. */
function withHours(heard) {
  let last = "";
  return heard.map((entry) => {
    const time = hour(entry.at);
    const shown = time === last ? "" : time;
    last = time;
    return { ...entry, shown };
  });
}

function line(entry) {
  const music = entry.text.startsWith("♪") ? "music" : "words";
  const kind = entry.text === BEEP ? "bip" : music;
  const parts = [el("span", { class: "when" }), el("span", { class: "said" })];
  return el("p", { class: kind, lang: entry.language || null }, ...parts);
}

function fill(node, entry) {
  write(node.children[0], entry.shown);
  write(node.children[1], spoken(entry.text));
}

function spoken(text) {
  if (text === BEEP) return "bip";
  return text.startsWith("♪") ? "(un son est joué)" : text;
}
