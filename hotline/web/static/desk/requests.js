// The bar for ticked requests appears with the first tick and says how many there are.
const bulk = document.querySelector("[data-bulk]");
const said = bulk?.querySelector("[data-said]");
const ticked = () => document.querySelectorAll('input[name="one"]:checked').length;

function show() {
  const count = ticked();
  bulk.hidden = count === 0;
  said.textContent = count === 1 ? said.dataset.one : said.dataset.many.replace("{n}", count);
}

if (bulk) {
  document.addEventListener("change", (event) => { if (event.target.name === "one") show(); });
  // Only one sheet is open at a time; Escape closes it and goes back to its button.
  const sheets = [...bulk.querySelectorAll("details")];
  for (const sheet of sheets) {
    sheet.addEventListener("toggle", () => {
      if (!sheet.open) return;
      for (const other of sheets) if (other !== sheet) other.open = false;
      sheet.querySelector("select")?.focus();
    });
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      sheet.open = false;
      sheet.querySelector("summary").focus();
    });
  }
  addEventListener("pageshow", show);
  show();
}
