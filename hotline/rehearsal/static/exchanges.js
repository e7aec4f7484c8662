/** The log's third table: each request made to the product, with its parameters and what was answered. */

import { el, mark, show, write } from "./dom.js";
import { hour } from "./french.js";
import { LogTable } from "./table.js";

const TROUBLE = 400;

/** Return the table of requests; it is shown by `show(webhooks)`. */
export function requestTable() {
  return new LogTable({
    caption: "Requêtes faites au produit",
    columns: [
      { title: "Heure" },
      { title: "Adresse" },
      { title: "Réponse", kind: "number" },
      { title: "ms", kind: "number" },
    ],
    empty: "Le produit n’a encore reçu aucune requête.",
    key: (entry) => entry.id,
    create: requestRow,
    update: () => {},
  });
}

function requestRow(entry) {
  const { pathname } = new URL(entry.url, location.href);
  const detail = el("div", { class: "detail", id: `requete-${entry.id}`, hidden: true });
  const toggle = el(
    "button",
    { type: "button", class: "path", "aria-expanded": "false", "aria-controls": detail.id },
    el("span", {}, pathname),
  );
  toggle.addEventListener("click", () => {
    if (!detail.hasChildNodes()) detail.append(...details(entry));
    show(detail, detail.hidden);
    mark(toggle, "aria-expanded", !detail.hidden);
  });
  const status = el("td", { class: "number" });
  write(status, entry.status ? String(entry.status) : "sans réponse");
  if (!entry.status || entry.status >= TROUBLE) status.classList.add("trouble");
  return el(
    "tr",
    {},
    el("td", { class: "time" }, hour(entry.at)),
    el("td", { class: "wide" }, toggle, detail),
    status,
    el("td", { class: "number" }, String(entry.ms)),
  );
}

function details(entry) {
  const pairs = Object.entries(entry.params).filter(([, value]) => value !== "");
  const list = el("dl", {}, ...pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  const parts = [el("p", { class: "address" }, `${entry.method} ${entry.url}`), list];
  const { RecordingSid: recorded, RecordingDuration: seconds } = entry.params;
  if (recorded && Number(seconds) > 0) parts.push(audio(recorded));
  const answer = el("pre", { tabindex: "0" }, indented(entry.answer) || "(vide)");
  return [...parts, el("p", { class: "answer-title" }, "Réponse du produit"), answer];
}

function audio(sid) {
  const source = `/api/recordings/${encodeURIComponent(sid)}.wav`;
  return el("audio", { controls: true, preload: "none", src: source, "aria-label": "Réécouter ce qui a été enregistré" });
}

/** Return a document with one element a line, as far as a reader needs it. */
function indented(text) {
  let depth = 0;
  return text
    .replace(/>\s*</g, ">\n<")
    .split("\n")
    .map((line) => {
      if (line.startsWith("</")) depth -= 1;
      const shown = "  ".repeat(Math.max(0, depth)) + line;
      if (/^<[^/?!][^>]*[^/]>$/.test(line) || /^<[A-Za-z]>$/.test(line)) depth += 1;
      return shown;
    })
    .join("\n");
}
