/** What can be made to go wrong at the carrier, one choice for each switch of the stand-in. */

import { post, Refused } from "./api.js";
import { byId, el, reconcile, show, write } from "./dom.js";
import { count, typo } from "./french.js";

const CALLS = "/voice";
const TEXTS = "/sms";
const paths = [
  ["Non", []],
  ["Pour les appels", [CALLS]],
  ["Pour les SMS", [TEXTS]],
  ["Pour tout", [CALLS, TEXTS]],
];
const times = [
  ["Non", 0],
  ["La prochaine fois", 1],
  ["Les trois prochaines fois", 3],
];

/** Each switch: its question, and its choices as [words, values]; the first choice is the ordinary one. */
const SWITCHES = [
  {
    id: "retard",
    label: "Les requêtes au produit tardent",
    choices: [
      ["Non", { webhook_delay: {} }],
      ["De 5 secondes", { webhook_delay: { [CALLS]: 5, [TEXTS]: 5 } }],
      ["De 20 secondes, trop pour un appel", { webhook_delay: { [CALLS]: 20, [TEXTS]: 20 } }],
    ],
  },
  { id: "double", label: "Elles arrivent deux fois", choices: named("webhook_twice", paths) },
  {
    id: "perdues",
    label: "Elles se perdent, comme si le produit était en panne",
    choices: named("webhook_lost", paths),
  },
  {
    id: "refus",
    label: "L’opérateur refuse les SMS et les appels du produit",
    choices: [
      ["Non", { rest_status: 0, rest_status_times: 0 }],
      ["Trois fois, trop de demandes (429)", { rest_status: 429, rest_status_times: 3 }],
      ["Trois fois, en panne (500)", { rest_status: 500, rest_status_times: 3 }],
      ["Longtemps, en panne (503)", { rest_status: 503, rest_status_times: 1000 }],
    ],
  },
  { id: "coupure", label: "L’opérateur les accepte, mais sa réponse se perd", choices: named("rest_drop_after_processing", times) },
  {
    id: "lenteur",
    label: "L’opérateur répond lentement au produit",
    choices: [
      ["Non", { rest_slow_seconds: 0 }],
      ["En 3 secondes", { rest_slow_seconds: 3 }],
      ["En 12 secondes", { rest_slow_seconds: 12 }],
    ],
  },
  {
    id: "annonce",
    label: "L’annonce d’un message enregistré",
    choices: named("recording_callback", [
      ["Arrive normalement", "normal"],
      ["Arrive avant la fin de l’appel", "before"],
      ["Arrive deux minutes plus tard", "late"],
      ["Arrive deux fois", "twice"],
      ["N’arrive jamais", "lost"],
    ]),
  },
  { id: "son", label: "Le son du message n’est pas encore prêt", choices: named("recording_not_ready", times) },
  {
    id: "recus",
    label: "Les accusés de réception des SMS",
    choices: named("receipts", [
      ["Arrivent normalement", "normal"],
      ["Arrivent deux minutes plus tard", "late"],
      ["Arrivent deux fois", "twice"],
      ["Arrivent dans le désordre", "out_of_order"],
      ["N’arrivent jamais", "lost"],
    ]),
  },
  {
    id: "depart",
    label: "Quand l’appelant raccroche pendant la sonnerie, le produit",
    choices: named("dial_action_after_hangup", [
      ["En est averti", true],
      ["N’en sait rien", false],
    ]),
  },
];
const UNCOMMON = "particulier";

function named(name, choices) {
  return choices.map(([words, value]) => [words, { [name]: value }]);
}

/** Tell whether the switches stand as these values say. */
function stands(faults, values) {
  return Object.entries(values).every(([name, value]) => JSON.stringify(faults[name]) === JSON.stringify(value));
}

/** Shows the switches and how many are not as usual. */
export class FaultsView {
  constructor(soon) {
    this.soon = soon;
    this.place = byId("faults-form");
    this.said = byId("faults-said");
    byId("faults-reset").addEventListener("click", () =>
      this.set(Object.assign({}, ...SWITCHES.map(({ choices }) => choices[0][1])), "Tout est en ordre."),
    );
  }

  /** Show a new state. */
  update({ faults }) {
    reconcile(this.place, SWITCHES, {
      key: ({ id }) => id,
      create: (entry) => this.line(entry),
      update: (node, entry) => choose(node.querySelector("select"), entry, faults),
    });
    const odd = SWITCHES.filter(({ choices }) => !stands(faults, choices[0][1])).length;
    show(byId("faults-count"), odd > 0);
    write(byId("faults-count"), count(odd, "panne en cours", "pannes en cours"));
  }

  line({ id, label, choices }) {
    const options = choices.map(([words], index) => el("option", { value: String(index) }, words));
    const select = el("select", { id: `panne-${id}` }, ...options);
    select.append(el("option", { value: UNCOMMON, hidden: true, disabled: true }, "Réglage particulier"));
    select.addEventListener("change", () => this.set(choices[Number(select.value)][1], typo("C’est réglé.")));
    return el("div", { class: "field" }, el("label", { for: `panne-${id}` }, label), select);
  }

  async set(values, says) {
    try {
      await post("/api/faults", values);
      write(this.said, says);
      this.soon();
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      write(this.said, fault.message);
    }
  }
}

function choose(select, { choices }, faults) {
  const index = choices.findIndex(([, values]) => stands(faults, values));
  const value = index < 0 ? UNCOMMON : String(index);
  if (select.value !== value && select !== document.activeElement) select.value = value;
}
