/** One telephone on the page: what it is doing, what it hears, and what can be done with it. */

import { act, Refused } from "./api.js";
import { el, mark, show, write } from "./dom.js";
import { called, ROLES, typo, written } from "./french.js";
import { Keypad } from "./keypad.js";
import { Recorder } from "./recorder.js";
import { Thread } from "./thread.js";
import { Transcript } from "./transcript.js";

const PROMPTS = {
  say: "La ligne parle",
  gather: "La ligne attend une touche",
  record: "La ligne enregistre",
  ring: "La ligne cherche quelqu’un",
};

/** Return in words what a telephone is doing. */
function situation(phone, names) {
  if (phone.state === "ringing") return typo(`Sonne : ${written(phone.from)}`);
  if (phone.state === "calling") return "Appel en cours…";
  if (phone.state !== "in_call") return "Raccroché";
  if (phone.prompt === "bridged") return `En conversation avec ${names.of(phone.with)}`;
  const heard = phone.role === "caller" && phone.prompt === "gather" ? "say" : phone.prompt; // callers need no key
  return PROMPTS[heard] ?? "En ligne";
}

/** `kit` holds what all telephones share: line(), masked(), names(), samples, soon(), voice. */
export class PhoneView {
  constructor(phone, kit) {
    const { name } = called(phone);
    Object.assign(this, { kit, number: phone.number, role: phone.role, state: phone.state, busy: false });
    this.transcript = new Transcript(name, kit.voice);
    this.keypad = new Keypad(name, (digits) => this.act("press", { digits }));
    this.recorder = new Recorder(phone.number, kit.samples);
    this.thread = new Thread(name, { send: (body) => this.text(body), quick: phone.role !== "caller" });
    this.heading = el("h3", { class: "name", tabindex: "-1" });
    this.numbered = el("p", { class: "numbered" });
    this.about = el("p", { class: "about" });
    this.doing = el("p", { class: "doing" });
    this.fault = el("p", { class: "fault", role: "alert" });
    this.landline = el("p", { class: "hint" }, "Un téléphone fixe n’envoie pas de SMS.");
    this.buttons = this.makeButtons(name);
    this.root = el(
      "article",
      { class: "card phone", "data-number": phone.number, "aria-label": `Téléphone de ${name}` },
      el("header", {}, el("div", { class: "who" }, this.heading, this.numbered, this.about), this.doing),
      el("div", { class: "buttons" }, ...Object.values(this.buttons)),
      this.fault,
      this.recorder.root,
      this.transcript.root,
      this.keypad.root,
      this.thread.root,
      this.landline,
    );
  }

  /** Show a new state of this telephone; it is read aloud only when `listened` to. */
  update(phone, { listened = true } = {}) {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    if (this.state !== "idle" && phone.state === "idle") this.kit.voice.hush(this.number);
    this.state = phone.state;
    this.describe(phone);
    const talking = phone.state === "calling" || phone.state === "in_call";
    show(this.buttons.dial, phone.state === "idle");
    show(this.buttons.answer, phone.state === "ringing");
    show(this.buttons.reject, phone.state === "ringing");
    show(this.buttons.hangup, talking);
    show(this.keypad.root, talking);
    if (!talking) this.keypad.clear();
    this.keypad.suggest(phone.role === "listener" && phone.prompt === "gather" ? "1" : "");
    this.recorder.update(phone.state === "in_call" && phone.prompt === "record");
    this.transcript.update(phone, listened);
    this.thread.update(phone);
    show(this.thread.root, phone.kind === "mobile" || phone.texts.length > 0);
    show(this.thread.write, phone.kind === "mobile");
    show(this.landline, phone.kind !== "mobile");
    if (focused?.closest("[hidden]")) this.catchFocus();
  }

  describe(phone) {
    const { name, about } = called(phone);
    write(this.heading, name);
    write(this.numbered, phone.label ? written(phone.number) : "");
    write(this.about, [phone.role !== "caller" && ROLES[phone.role], about].filter(Boolean).join(" · "));
    write(this.doing, situation(phone, this.kit.names()));
    mark(this.root, "data-state", phone.state);
    mark(this.root, "data-prompt", phone.prompt ?? "");
  }

  makeButtons(name) {
    const button = (kind, words, action, body) =>
      el(
        "button",
        {
          type: "button",
          class: kind,
          "aria-label": `${words}, téléphone de ${name}`,
          onclick: () => this.act(action, body?.()),
        },
        words,
      );
    const call = () => ({ to: this.kit.line(), ...(this.role === "caller" && this.kit.masked()) });
    return {
      dial: button("dial", "Appeler la ligne", "dial", call),
      answer: button("answer", "Décrocher", "answer"),
      reject: button("reject", "Refuser", "reject"),
      hangup: button("hangup", "Raccrocher", "hangup"),
    };
  }

  /** Do something with the telephone; return whether it could be done, else say why not. */
  async act(action, body) {
    if (this.busy && action !== "press") return false;
    this.busy = true;
    write(this.fault, "");
    try {
      await act(this.number, action, body);
      this.kit.soon();
      return true;
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      write(this.fault, reason.message);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Bring the last words and the last text into view. */
  showEnds() {
    for (const list of [this.transcript.root, this.thread.list]) list.scrollTop = list.scrollHeight;
  }

  text(body) {
    return this.act("text", { to: this.kit.line(), body });
  }

  /** The control that had the focus is gone: go where the person needs to be next. */
  catchFocus() {
    if (this.keypad.root.hidden) this.heading.focus({ preventScroll: true });
    else this.keypad.focus();
  }
}
