/** Twelve keys; the computer's own digits work too while one of them has the focus. */

import { el, write } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SPOKEN = { "*": "étoile", "#": "dièse" };

/** Calls `press(key)` for each key; `press` may return a promise, the next key waits for it. */
export class Keypad {
  constructor(name, press) {
    this.pressing = Promise.resolve();
    this.press = press;
    this.typed = el("output", { class: "typed" });
    const keys = KEYS.map((key) =>
      el("button", { type: "button", class: "key", "data-key": key, "aria-label": SPOKEN[key] ?? null }, key),
    );
    this.keys = el("div", { class: "keys" }, ...keys);
    this.root = el(
      "div",
      { class: "keypad", role: "group", "aria-label": `Touches du téléphone de ${name}`, tabindex: "-1" },
      this.keys,
      el("p", { class: "hint" }, "Les chiffres du clavier marchent aussi, une fois ici."),
      this.typed,
    );
    this.root.addEventListener("click", ({ target }) => this.strike(target.closest("[data-key]")?.dataset.key));
    this.root.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** Bring the keyboard here. */
  focus() {
    this.root.focus({ preventScroll: true });
  }

  /** Point out the key that is expected, none when it is an empty text. */
  suggest(expected) {
    for (const key of this.keys.children) key.classList.toggle("expected", key.dataset.key === expected);
  }

  /** Forget what was typed. */
  clear() {
    write(this.typed, "");
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    this.strike(event.key);
  }

  strike(key) {
    if (!key) return;
    write(this.typed, `${this.typed.textContent}${key}`.slice(-12));
    this.pressing = this.pressing.then(() => this.press(key));
  }
}
