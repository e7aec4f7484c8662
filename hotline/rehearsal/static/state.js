/** Follows the rehearsal's state: asks often, only while somebody looks, and says when it is out of reach. */

import { readState } from "./api.js";

const EVERY = 700;
const EVERY_DURING_CALLS = 300;
const EVERY_WHEN_LOST = 2000;

/** Calls `onState` with each new state, `onLost` once when the server is gone, `onFound` once it is back. */
export class Watch {
  constructor({ onState, onLost, onFound }) {
    Object.assign(this, { onState, onLost, onFound });
    this.version = 0;
    this.lost = false;
    this.calls = false;
    this.asking = false;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => this.soon());
  }

  /** Ask now, and then again and again. */
  soon() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    if (this.asking) this.again = true;
    else this.ask();
  }

  async ask() {
    this.asking = true;
    this.again = false;
    const fetched = await this.fetch();
    this.asking = false;
    if (!document.hidden) this.timer = setTimeout(() => this.ask(), this.pause());
    if (fetched) this.onState(fetched);
  }

  pause() {
    if (this.lost) return EVERY_WHEN_LOST;
    if (this.again) return 0;
    return this.calls ? EVERY_DURING_CALLS : EVERY;
  }

  async fetch() {
    try {
      const state = await readState(this.version);
      if (state) {
        this.version = state.version;
        this.calls = state.phones.some((phone) => phone.state !== "idle");
      }
      if (this.lost) this.onFound();
      this.lost = false;
      return state;
    } catch {
      if (!this.lost) this.onLost();
      this.lost = true;
      this.version = 0;
      return null;
    }
  }
}
