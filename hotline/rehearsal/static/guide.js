/** "What to try first": five steps that tick themselves when the rehearsal's state shows that they happened. */

import { byId, el, mark, reconcile, show, write } from "./dom.js";
import { typo } from "./french.js";

const HIDDEN = "guide-masque";
const [MORNING, EVENING] = [10, 18];
const SHORTEST_MESSAGE = 2;

/** Tell whether an ISO moment in Paris time is outside office hours. */
function atNight({ at }) {
  const hour = Number(at.slice(11, 13));
  const weekday = new Date(`${at.slice(0, 10)}T12:00:00Z`).getUTCDay();
  return hour < MORNING || hour >= EVENING || weekday === 0 || weekday === 6;
}

const STEPS = [
  {
    id: "nuit",
    says: "Appelez la ligne la nuit : la ligne est fermée, elle dit quand elle ouvre.",
    wish: { preset: "samedi-22h" },
    button: "Aller à samedi 22\u00a0h",
    done: ({ calls }, { volunteers }) =>
      calls.some((call) => call.direction === "inbound" && !volunteers.has(call.from) && atNight(call)),
  },
  {
    id: "message",
    says: "Après le bip, laissez un message, puis raccrochez.",
    done: ({ webhooks }) => webhooks.some(({ params }) => Number(params.RecordingDuration) >= SHORTEST_MESSAGE),
  },
  {
    id: "offre",
    says: "Revenez en journée : un bénévole reçoit la proposition par SMS.",
    wish: { preset: "mardi-15h" },
    button: "Aller à mardi 15\u00a0h",
    done: ({ messages }, { volunteers }) =>
      messages.some((message) => volunteers.has(message.to) && /\bOUI \d+/.test(message.body)),
  },
  {
    id: "oui",
    says: "Le bénévole répond OUI par SMS.",
    done: ({ messages }, { volunteers }) =>
      messages.some((message) => volunteers.has(message.from) && /^\s*oui\b/i.test(message.body)),
  },
  {
    id: "pont",
    says: "Le bénévole appelle la ligne ; l’appelant décroche : ils se parlent.",
    done: ({ phones }) => phones.some((phone) => phone.role === "volunteer" && phone.prompt === "bridged"),
  },
];

/** Shows the steps until somebody hides them; `jump(wish)` moves the clock. */
export class GuideView {
  constructor({ jump }) {
    this.jump = jump;
    this.done = new Set();
    this.place = byId("guide-steps");
    this.hidden = localStorage.getItem(HIDDEN) === "oui";
    byId("guide-hide").addEventListener("click", () => this.hide(true));
    byId("guide-show").addEventListener("click", () => this.hide(false));
    this.refresh();
  }

  /** Tick what has happened; a step once ticked stays so. */
  update(state) {
    const volunteers = new Set(state.phones.filter((phone) => phone.role === "volunteer").map((phone) => phone.number));
    for (const step of STEPS) if (step.done(state, { volunteers })) this.done.add(step.id);
    this.refresh();
  }

  hide(hidden) {
    this.hidden = hidden;
    localStorage.setItem(HIDDEN, hidden ? "oui" : "non");
    this.refresh();
    byId(hidden ? "guide-show" : "guide-hide").focus();
  }

  refresh() {
    show(byId("guide"), !this.hidden);
    show(byId("guide-again"), this.hidden);
    const next = STEPS.find((step) => !this.done.has(step.id));
    reconcile(this.place, STEPS, {
      key: (step) => step.id,
      create: (step) => this.line(step),
      update: (node, step) => this.fill(node, this.done.has(step.id), step === next),
    });
  }

  line({ id, says, wish, button }) {
    const node = el(
      "li",
      { "data-step": id },
      el("span", { class: "tick", "aria-hidden": "true" }),
      el("span", { class: "visually-hidden" }),
      el("span", { class: "says" }, typo(says)),
    );
    if (wish) node.append(el("button", { type: "button", onclick: () => this.jump(wish) }, button));
    return node;
  }

  fill(node, done, next) {
    mark(node, "data-done", done ? "oui" : null);
    mark(node, "aria-current", next ? "step" : null);
    if (node.lastChild.nodeName === "BUTTON") show(node.lastChild, next);
    write(node.children[1], done ? typo("Fait : ") : "");
  }
}
