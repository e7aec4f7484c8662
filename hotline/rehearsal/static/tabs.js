/** A row of tabs: arrows move between them, one panel is shown at a time. */

import { el, mark, show } from "./dom.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** Return tabs over panels given as { id, title, panel }; the first is open. */
export function tabs(label, entries) {
  const buttons = entries.map(({ id, title }) =>
    el("button", { type: "button", role: "tab", id: `onglet-${id}`, "aria-controls": `volet-${id}` }, title),
  );
  const panels = entries.map(({ id, panel }) =>
    el("div", { role: "tabpanel", id: `volet-${id}`, "aria-labelledby": `onglet-${id}` }, panel),
  );
  const open = (chosen) =>
    buttons.forEach((button, index) => {
      mark(button, "aria-selected", index === chosen);
      mark(button, "tabindex", index === chosen ? 0 : -1);
      show(panels[index], index === chosen);
    });
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": label }, ...buttons);
  list.addEventListener("click", ({ target }) => {
    const index = buttons.indexOf(target.closest("[role=tab]"));
    if (index >= 0) open(index);
  });
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const index = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    open(index);
    buttons[index].focus();
  });
  open(0);
  return el("div", {}, list, ...panels);
}
