/** The caller's side: which of the callers' telephones is in hand, and taking another one. */

import { post, Refused } from "./api.js";
import { byId, el, reconcile, show, write } from "./dom.js";
import { called, international, typo, written } from "./french.js";
import { PhoneView } from "./phone.js";

const OTHER = "autre";
const FIRST = "premier";
const NOTHING = "";
const NO_NUMBER = typo("Ce n’est pas un numéro de téléphone. Essayez par exemple : 06 39 98 12 34.");

/** Shows one caller's telephone at a time. */
export class CallersView {
  constructor(kit) {
    this.kit = kit;
    this.views = new Map();
    this.wanted = FIRST;
    this.choice = byId("caller-choice");
    this.choices = el("optgroup", { label: "Téléphones des appelants" });
    this.choice.append(this.choices, el("option", { value: OTHER }, "Un autre numéro…"));
    this.form = byId("caller-other");
    this.place = byId("caller-phones");
    this.choice.addEventListener("change", () => {
      this.choose(this.choice.value);
      this.showChosen();
      this.views.get(this.choice.value)?.showEnds();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    kit.masked = () => (byId("caller-masked").checked ? { shown_as: "anonymous" } : {});
  }

  /** Show a new state. */
  update({ phones }) {
    const callers = phones.filter((phone) => phone.role === "caller");
    reconcile(this.choices, callers, {
      key: (phone) => phone.number,
      create: (phone) => el("option", { value: phone.number }),
      update: (node, phone) => write(node, label(phone)),
    });
    const wanted = callers.find(({ number }) => this.wanted === FIRST || this.wanted === number);
    if (wanted) this.choose(wanted.number);
    reconcile(this.place, callers, {
      key: (phone) => phone.number,
      create: (phone) => this.view(phone).root,
      update: (node, phone) =>
        this.views.get(phone.number).update(phone, { listened: phone.number === this.choice.value }),
    });
    this.showChosen();
  }

  choose(number) {
    this.choice.value = number;
    this.wanted = NOTHING;
  }

  view(phone) {
    const view = new PhoneView(phone, this.kit);
    this.views.set(phone.number, view);
    return view;
  }

  showChosen() {
    show(this.form, this.choice.value === OTHER);
    for (const root of this.place.children) show(root, root.dataset.number === this.choice.value);
  }

  async take() {
    const field = byId("caller-number");
    const number = international(field.value);
    write(byId("caller-fault"), number ? "" : NO_NUMBER);
    field.setAttribute("aria-invalid", String(!number));
    if (!number) {
      field.focus();
      return;
    }
    try {
      await post("/api/phones", { number, label: "", role: "caller" });
      this.wanted = number;
      field.value = "";
      this.choice.focus();
      this.kit.soon();
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      write(byId("caller-fault"), fault.message);
    }
  }
}

function label(phone) {
  const name = phone.label ? `${called(phone).name}, ${written(phone.number)}` : written(phone.number);
  return phone.state === "idle" ? name : `${name} (en ligne)`;
}
