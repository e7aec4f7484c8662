/** The texts of one telephone, and a box to write one to the line. */

import { el, followingEnd, mark, reconcile, show, write } from "./dom.js";
import { hour, written } from "./french.js";

const REFERENCE = /\b(?:OUI|NON|FAIT|ABSENT)\s+(\d+)/gi;
const WORDS = ["OUI", "NON", "FAIT"];
let boxes = 0;

/** Return the reference that the last received text asks for, an empty text when there is none. */
function lastReference(texts) {
  const received = texts.filter((text) => text.direction === "in");
  const found = [...(received.at(-1)?.body ?? "").matchAll(REFERENCE)];
  return found[0]?.[1] ?? "";
}

/** `send(body)` returns whether the text has left; quick replies are shown when `quick`. */
export class Thread {
  constructor(name, { send, quick }) {
    boxes += 1;
    const id = `texto-${boxes}`;
    this.texts = [];
    this.list = el("div", { class: "texts", role: "log", "aria-label": `SMS de ${name}`, tabindex: "0" });
    this.box = el("textarea", { id, rows: "2", maxlength: "1600" });
    const words = WORDS.map((word) =>
      el("button", { type: "button", class: "quick", onclick: () => this.prepare(word) }, word),
    );
    this.quick = el("div", { class: "quick-row", role: "group", "aria-label": "Réponses toutes prêtes" }, ...words);
    this.quick.hidden = !quick;
    const form = el(
      "form",
      { class: "write" },
      el("label", { for: id, class: "visually-hidden" }, `SMS de ${name} à la ligne`),
      this.quick,
      this.box,
      el("button", { type: "submit" }, "Envoyer"),
    );
    this.write = el("details", {}, el("summary", {}, "Écrire un SMS"), form);
    this.root = el("section", { class: "thread", "aria-label": `SMS de ${name}` }, this.list, this.write);
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = this.box.value.trim();
      if (!body) this.box.focus();
      else if (await send(body)) this.box.value = "";
    });
  }

  /** Show the texts of a new state. */
  update(phone) {
    if (this.texts.length === 0 && phone.texts.length > 0) this.write.open = true;
    this.texts = phone.texts;
    show(this.list, phone.texts.length > 0);
    followingEnd(this.list, () =>
      reconcile(this.list, phone.texts, { key: (text) => text.id, create: bubble, update: fill }),
    );
  }

  /** Put a ready-made answer into the box, with the reference that was asked for. */
  prepare(word) {
    this.box.value = `${word} ${lastReference(this.texts)}`.trim();
    this.box.focus();
  }
}

function bubble() {
  return el("div", {}, el("p", { class: "body" }), el("p", { class: "when" }));
}

function fill(node, text) {
  mark(node, "class", `text ${text.direction}`);
  write(node.children[0], text.body);
  const who = text.direction === "in" ? `reçu de ${written(text.from)}` : "envoyé à la ligne";
  write(node.children[1], `${who}, ${hour(text.at)}`);
}
