/** What is shown while the line records: speak into the microphone, or let a ready-made sound be heard. */

import { act, Refused, speakAloud } from "./api.js";
import { el, mark, show, write } from "./dom.js";
import { typo } from "./french.js";
import { Microphone } from "./microphone.js";

const NO_MICROPHONE = "Le navigateur n’a pas donné accès au micro. Choisissez plutôt un son.";
const RECORDING = typo("On vous enregistre : parlez.");
let panels = 0;

/** The red panel of one telephone. */
export class Recorder {
  constructor(number, samples) {
    panels += 1;
    this.number = number;
    this.posting = Promise.resolve();
    this.microphone = new Microphone((sound) => this.pass(sound));
    this.said = el("p", { role: "status" });
    this.talk = el("button", { type: "button", class: "talk", onclick: () => this.toggle() });
    this.choice = el("select", { id: `son-${panels}` }, ...samples.map(option));
    const play = el("button", { type: "button", onclick: () => this.play() }, "Faire entendre");
    this.root = el(
      "div",
      { class: "recorder", role: "group", "aria-label": "Enregistrement en cours" },
      el("p", { class: "recording" }, el("span", { class: "dot", "aria-hidden": "true" }), RECORDING),
      this.talk,
      el(
        "div",
        { class: "sample" },
        el("label", { for: this.choice.id }, "ou un son tout prêt"),
        el("div", { class: "row" }, this.choice, play),
      ),
      this.said,
      el("p", { class: "hint" }, "Raccrochez quand le message est fini."),
    );
    this.root.hidden = true;
    this.refresh();
  }

  /** Show the panel while the line records; afterwards the microphone is let go. */
  update(recording) {
    if (!recording && this.microphone.on) this.quiet();
    if (!recording) write(this.said, "");
    show(this.root, recording);
  }

  async toggle() {
    if (this.microphone.on) {
      this.quiet();
      return;
    }
    try {
      await this.microphone.start();
      write(this.said, "Le micro est ouvert.");
    } catch {
      this.microphone.stop();
      write(this.said, NO_MICROPHONE);
    }
    this.refresh();
  }

  quiet() {
    this.microphone.stop();
    write(this.said, "Le micro est fermé.");
    this.refresh();
  }

  refresh() {
    mark(this.talk, "aria-pressed", this.microphone.on);
    write(this.talk, this.microphone.on ? "J’ai fini de parler" : "Parler dans le micro");
  }

  async play() {
    const label = this.choice.selectedOptions[0]?.textContent;
    await this.trying(() => act(this.number, "speak", { sample: this.choice.value }), typo(`On entend : ${label}.`));
  }

  /** Send one second of sound after the one before. */
  pass(sound) {
    this.posting = this.posting.then(() => this.trying(() => speakAloud(this.number, sound)));
  }

  async trying(speak, success) {
    try {
      await speak();
      if (success) write(this.said, success);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      write(this.said, fault.message);
    }
  }
}

function option({ name, label }) {
  return el("option", { value: name }, label);
}
