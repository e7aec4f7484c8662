/** The telephones of listeners and volunteers, side by side. */

import { byId, reconcile, show } from "./dom.js";
import { PhoneView } from "./phone.js";

/** Shows every telephone that is not a caller's, listeners first. */
export class TeamView {
  constructor(kit) {
    this.kit = kit;
    this.views = new Map();
    this.place = byId("team-phones");
  }

  /** Show a new state. */
  update({ phones }) {
    const team = ["listener", "volunteer"].flatMap((role) => phones.filter((phone) => phone.role === role));
    reconcile(this.place, team, {
      key: (phone) => `${phone.number} ${phone.role}`,
      create: (phone) => {
        const view = new PhoneView(phone, this.kit);
        this.views.set(phone.number, view);
        return view.root;
      },
      update: (node, phone) => this.views.get(phone.number).update(phone),
    });
    show(byId("team-empty"), team.length === 0);
  }
}
