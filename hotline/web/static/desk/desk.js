// What pages of the desk share: shortcuts, rows by keyboard, a way back that fades, badges in the title.
const UNDO_FOR = 10_000;
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

const rows = () => [...document.querySelectorAll("[data-row]")];
function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement.closest("[data-row]"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  (next?.matches("a, button") ? next : next?.querySelector("a, button"))?.focus();
}

// The page's own keys stand in the list with the words of what they press.
function showShortcuts() {
  const dialog = document.getElementById("shortcuts");
  for (const row of dialog.querySelectorAll("[data-own]")) row.remove();
  for (const act of document.querySelectorAll('[data-shortcut]:not([data-shortcut="z"])')) {
    const [row, key, says] = ["div", "dt", "dd"].map((name) => document.createElement(name));
    row.dataset.own = "";
    key.append(Object.assign(document.createElement("kbd"), { textContent: act.dataset.shortcut }));
    says.textContent = act.getAttribute("aria-label") || act.textContent.trim();
    row.append(key, says);
    dialog.querySelector("dl").append(row);
  }
  dialog.showModal();
}

let leading = false;
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && typing(event.target)) event.target.blur();
  if (typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key;
  const act = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": showShortcuts,
    n: () => document.querySelector('a[data-key="n"]')?.click(),
    j: () => step(1),
    k: () => step(-1),
  }[key];
  if (leading) {
    leading = false;
    const link = document.querySelector(`header a[data-key="${CSS.escape(key)}"]`);
    if (link) { event.preventDefault(); link.click(); return; }
  }
  if (key === "g") { leading = true; return; }
  const own = document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  if (own) { event.preventDefault(); own.click(); return; }
  if (act) { event.preventDefault(); act(); }
}
if ("shortcuts" in document.body.dataset) document.addEventListener("keydown", onKey);

// "Annuler" stays ten seconds, longer while somebody is on it.
for (const said of document.querySelectorAll("[data-undo]")) {
  const fade = () => (said.matches(":hover, :focus-within") ? setTimeout(fade, 1000) : said.remove());
  setTimeout(fade, UNDO_FOR);
}

// A form is sent once, however slow the network is; again only when nothing has come of it for long.
const SENT_FOR = 60_000;
const sending = new Set();
function free(form) {
  sending.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
document.addEventListener("submit", (event) => {
  if (!sending.has(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || (event.defaultPrevented && !form.hasAttribute("hx-post"))) return;
  sending.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(free, SENT_FOR, form);
});
document.addEventListener("htmx:finally:request", (event) => free(event.target));
addEventListener("pageshow", () => sending.forEach(free));

// Badges, the title and the live parts of a page look for news every few seconds; 204 changes nothing.
const LOOK_EVERY = 12_000;
const LOOK_LASTS = 10_000;
const REMEMBERED = "badges";
const title = document.title;
const stale = (why, is) => { for (const says of document.querySelectorAll(`[data-stale="${why}"]`)) says.hidden = !is; };
let version = "";
let failures = 0;

function showBadges(news) {
  version = news.v;
  for (const spot of document.querySelectorAll("[data-badge]")) {
    spot.textContent = news.badges[spot.dataset.badge] || "";
    spot.hidden = !spot.textContent;
  }
  document.title = news.badges.today ? `(${news.badges.today}) ${title}` : title;
}

async function look() {
  const answer = await fetch(`/badges?v=${encodeURIComponent(version)}`, {
    headers: { "HX-Request": "true" },
    signal: AbortSignal.timeout(LOOK_LASTS),
  });
  if (answer.status === 401) { sessionStorage.removeItem(REMEMBERED); stale("over", true); return false; }
  if (answer.status === 200) {
    const text = await answer.text();
    sessionStorage.setItem(REMEMBERED, text);
    showBadges(JSON.parse(text));
  }
  for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new Event("look"));
  return true;
}

async function keepLooking() {
  let more = true;
  try { more = await look(); failures = 0; } catch { failures += 1; }
  stale("lost", failures > 1);
  if (more) setTimeout(keepLooking, LOOK_EVERY);
}

const known = sessionStorage.getItem(REMEMBERED);
if (known) showBadges(JSON.parse(known));
keepLooking();

// A row that vanishes while somebody is on it hands the keyboard to the row in its place.
let standing = -1;
document.addEventListener("htmx:before:swap", () => {
  standing = document.activeElement.closest("[data-live]") ? rows().indexOf(document.activeElement.closest("[data-row]")) : -1;
});
document.addEventListener("htmx:after:swap", () => {
  if (standing < 0 || document.activeElement !== document.body) return;
  const all = rows();
  (all[Math.min(standing, all.length - 1)] || document.getElementById("main")).focus({ preventScroll: true });
});
