/** The carrier's clock, and the buttons that move it. */

import { post, Refused } from "./api.js";
import { byId, mark, write } from "./dom.js";
import { moment } from "./french.js";

/** Shows the hour in Paris by the carrier's clock; `soon` asks for the state again. */
export class ClockView {
  constructor(soon) {
    this.ahead = null;
    this.soon = soon;
    this.said = byId("jump-said");
    this.time = byId("clock-time");
    this.date = byId("clock-date");
    this.season = byId("clock-season");
    byId("jumps").addEventListener("click", async ({ target }) => {
      const wish = target.closest("[data-wish]")?.dataset.wish;
      if (wish) await this.jump(JSON.parse(wish));
    });
    setInterval(() => this.tick(), 1000);
  }

  /** Set the clock by a new state. */
  update({ now }) {
    this.ahead = Date.parse(now) - Date.now();
    this.tick();
    if (this.jumped) {
      this.said.classList.add("visually-hidden");
      write(this.said, `Il est maintenant ${this.time.textContent}, ${this.date.textContent}.`);
      this.jumped = false;
    }
  }

  /** Jump as wished, also from the guide. */
  async jump(wish) {
    write(this.said, "");
    try {
      await post("/api/clock", wish);
      this.jumped = true;
      this.soon();
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.said.classList.remove("visually-hidden");
      write(this.said, fault.message);
    }
  }

  tick() {
    if (this.ahead === null) return;
    const now = Date.now() + this.ahead;
    const { time, date, season } = moment(now);
    write(this.time, time);
    mark(this.time, "datetime", new Date(now).toISOString().slice(0, 16) + "Z");
    write(this.date, date);
    write(this.season, season);
  }
}
