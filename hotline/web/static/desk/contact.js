// A contact typed in by keyboard alone: a list under the first field, one letter for each choice, Ctrl+Enter.
const form = document.querySelector("[data-contact]");
const who = form.querySelector("[role=combobox]");
const picked = form.querySelector("input[type=hidden][name=caller]");
const list = document.getElementById("who-list");
const help = document.getElementById("who-help");
const about = form.querySelector("[data-new-person]");

const options = () => [...list.querySelectorAll("[role=option]")];
const active = () => list.querySelector("[aria-selected=true]");

function show(open) {
  list.hidden = !open;
  who.setAttribute("aria-expanded", String(open));
  if (!open) who.removeAttribute("aria-activedescendant");
}
function mark(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) who.setAttribute("aria-activedescendant", option.id);
  else who.removeAttribute("aria-activedescendant");
}
function askWhatIsMissing() {
  if (!about) return;
  const dialled = /^[\d\s().,+/-]*\d[\d\s().,+/-]*$/.test(who.value);
  about.hidden = Boolean(picked.value) || !who.value.trim();
  about.querySelector("[data-for=name]").hidden = dialled;
  about.querySelector("[data-for=number]").hidden = !dialled;
}
function pick(option) {
  picked.value = option.dataset.caller ?? "";
  if (option.dataset.name) {
    who.value = option.dataset.name;
    help.textContent = help.dataset.known;
  } else {
    form.querySelector("#meant-new")?.click();
    setNew();
  }
  show(false);
  askWhatIsMissing();
  const next = option.dataset.name ? form.querySelector("[data-letters] input:checked")
    : about.querySelector(option.dataset.new === "number" ? "[data-for=number] input" : "[data-for=name] input");
  next.focus();
}
function setNew() {
  if (form.querySelector("[name=new]")) return;
  const word = Object.assign(document.createElement("input"), { type: "hidden", name: "new", value: "1" });
  form.append(word);
}

who.addEventListener("input", () => {
  picked.value = "";
  form.querySelector("input[type=hidden][name=new]")?.remove();
  askWhatIsMissing();
  if (!who.value.trim()) show(false);
});
document.addEventListener("htmx:after:swap", () => {
  const open = document.activeElement === who && list.children.length > 0 && who.value.trim() !== "";
  show(open);
  mark(open ? options()[0] : null);
});
who.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.indexOf(active());
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (list.hidden || !all.length) return;
    event.preventDefault();
    mark(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    if (!picked.value && !list.hidden && active()) { event.preventDefault(); pick(active()); }
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    show(false);
  }
});
who.addEventListener("blur", () => show(false));
list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  if (option) pick(option);
});

// In a group of choices its letters choose; the arrows work as everywhere.
for (const group of form.querySelectorAll("[data-letters]")) {
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !("shortcuts" in document.body.dataset)) return;
    const choice = group.querySelector(`input[data-letter="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
  });
}
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
});
// Whoever types faster than the page begins to listen is looked up as well.
who.addEventListener("htmx:after:init", () => {
  if (who.value !== who.defaultValue && !picked.value) who.dispatchEvent(new Event("input", { bubbles: true }));
});
askWhatIsMissing();
if (picked.value) form.querySelector("[data-letters] input:checked").focus();
