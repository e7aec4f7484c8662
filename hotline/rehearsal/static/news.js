/** What must not be missed: which telephones ring, which texts have just come, what the carrier complains about. */

import { byId, el, reconcile, show, write } from "./dom.js";
import { called, count, hour, typo } from "./french.js";

const FRESH = 20_000;

/** Says, over the foot of the page, what is going on at this moment; each word leads to its telephone. */
export class ActivityView {
  constructor() {
    this.place = byId("activity");
    this.known = null;
    this.ringing = [];
    this.fresh = [];
  }

  /** Show a new state. */
  update({ phones }) {
    this.noteTexts(phones);
    this.ringing = phones
      .filter((phone) => phone.state === "ringing")
      .map((phone) => ({ id: `sonne ${phone.number}`, phone, says: `Le téléphone de ${called(phone).name} sonne` }));
    this.refresh();
  }

  /** Remember the texts that came since the last state, until they are looked at, or for a while. */
  noteTexts(phones) {
    const received = phones.flatMap((phone) =>
      phone.texts.filter((text) => text.direction === "in").map((text) => ({ id: `sms ${text.id}`, phone })),
    );
    const arrived = this.known ? received.filter(({ id }) => !this.known.has(id)) : [];
    this.known = new Set(received.map(({ id }) => id));
    for (const { id, phone } of arrived) {
      this.fresh.push({ id, phone, says: `Nouveau SMS pour ${called(phone).name}` });
      setTimeout(() => this.forget(id), FRESH);
    }
  }

  forget(id) {
    this.fresh = this.fresh.filter((item) => item.id !== id);
    this.refresh();
  }

  refresh() {
    reconcile(this.place, [...this.ringing, ...this.fresh], {
      key: (item) => item.id,
      create: ({ id, phone, says }) =>
        el("button", { type: "button", class: "news", onclick: () => this.visit(id, phone) }, says),
    });
  }

  visit(id, phone) {
    const card = document.querySelector(`article[data-number="${phone.number}"]`);
    card?.querySelector("h3").focus();
    card?.scrollIntoView({ block: "center" });
    this.forget(id);
  }
}

/** Shows whether the carrier had to complain about the product. */
export class WarningsView {
  /** Show a new state. */
  update({ warnings }) {
    const link = byId("health");
    show(link, warnings.length > 0);
    show(byId("healthy"), warnings.length === 0);
    write(link, count(warnings.length, "anomalie", "anomalies"));
    show(byId("anomalies"), warnings.length > 0);
    reconcile(byId("warnings-list"), warnings.map((warning, index) => ({ ...warning, index })).reverse(), {
      key: ({ index, at }) => `${index} ${at}`,
      create: ({ at, code, says, url }) =>
        el("li", {}, el("strong", {}, `${hour(at)}, ${code}`), typo(` : ${says} `), el("span", { class: "hint" }, url)),
    });
  }
}
