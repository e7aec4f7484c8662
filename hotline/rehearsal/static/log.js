/** The carrier's log: calls, texts, and the requests made to the product. */

import { byId, el, mark, write } from "./dom.js";
import { CALL_STATUS, count, duration, hour, TEXT_STATUS, written } from "./french.js";
import { requestTable } from "./exchanges.js";
import { LogTable, row } from "./table.js";
import { tabs } from "./tabs.js";

const TROUBLE = new Set(["failed", "undelivered"]);

/** Shows the three tables. */
export class LogView {
  constructor(kit) {
    this.calls = new LogTable({
      caption: "Appels",
      columns: [{ title: "Heure" }, { title: "De, vers" }, { title: "État" }, { title: "Durée", kind: "number" }],
      empty: "Aucun appel pour l’instant.",
      key: (call) => call.sid,
      create: callRow,
      update: (node, call) => fillCall(node, call, kit.names()),
    });
    this.texts = new LogTable({
      caption: "SMS",
      columns: [{ title: "Heure" }, { title: "De, vers, texte" }, { title: "État, longueur" }],
      empty: "Aucun SMS pour l’instant.",
      key: (message) => message.sid,
      create: textRow,
      update: (node, message) => fillText(node, message, kit.names()),
    });
    this.requests = requestTable();
    byId("log").append(
      tabs("Journal de l’opérateur", [
        { id: "appels", title: "Appels", panel: this.calls.root },
        { id: "sms", title: "SMS", panel: this.texts.root },
        { id: "requetes", title: "Requêtes", panel: this.requests.root },
      ]),
    );
  }

  /** Show a new state. */
  update({ calls, messages, webhooks }) {
    this.calls.show(calls);
    this.texts.show(messages);
    this.requests.show(webhooks);
  }
}

function way(from, to, names) {
  const name = (number) => names.of(number);
  return `${name(from)} → ${name(to)}`;
}

function callRow() {
  const node = row("time", "wide", "status", "number");
  node.children[1].append(el("p"), el("p", { class: "hint" }));
  return node;
}

function fillCall(node, call, names) {
  const [time, ends, status, length] = node.children;
  write(time, hour(call.at));
  write(ends.children[0], way(call.from, call.to, names));
  write(ends.children[1], call.note);
  mark(ends, "title", `${written(call.from)} → ${written(call.to)}`);
  write(status, CALL_STATUS[call.status] ?? call.status);
  status.classList.toggle("trouble", TROUBLE.has(call.status));
  status.classList.toggle("live", call.status === "in-progress" || call.status === "ringing");
  write(length, call.duration ? duration(call.duration) : "–");
}

function textRow() {
  const node = row("time", "wide", "status");
  node.children[1].append(el("p", { class: "way" }), el("p", { class: "body" }));
  node.children[2].append(el("p"), el("p", { class: "hint" }));
  return node;
}

function fillText(node, message, names) {
  const [time, text, status] = node.children;
  write(time, hour(message.at));
  write(text.children[0], way(message.from, message.to, names));
  write(text.children[1], message.body);
  const state = TEXT_STATUS[message.status] ?? message.status;
  write(status.children[0], message.error_code ? `${state} (${message.error_code})` : state);
  write(status.children[1], count(message.segments, "segment"));
  status.classList.toggle("trouble", TROUBLE.has(message.status));
}
