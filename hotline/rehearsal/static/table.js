/** A table of the log: newest first, its own scroll, and a word when it is empty. */

import { el, reconcile, show } from "./dom.js";

/** Rows are made by `create(item)` and refreshed by `update(row, item)`; `key(item)` names them. */
export class LogTable {
  constructor({ caption, columns, empty, key, create, update }) {
    Object.assign(this, { key, create, update });
    this.body = el("tbody");
    const heads = columns.map(({ title, kind }) => el("th", { scope: "col", class: kind ?? null }, title));
    this.table = el(
      "table",
      {},
      el("caption", { class: "visually-hidden" }, caption),
      el("thead", {}, el("tr", {}, ...heads)),
      this.body,
    );
    this.empty = el("p", { class: "hint" }, empty);
    this.root = el("div", { class: "table", role: "region", "aria-label": caption, tabindex: "0" }, this.table, this.empty);
  }

  /** Show these items. */
  show(items) {
    show(this.table, items.length > 0);
    show(this.empty, items.length === 0);
    reconcile(this.body, items.toReversed(), this);
  }
}

/** Return a row of cells, one for each class name. */
export function row(...kinds) {
  return el("tr", {}, ...kinds.map((kind) => el("td", { class: kind })));
}
