// A ready text goes into the form without a new page; everybody is ticked at once.
const body = document.getElementById("body");
const typed = () => body.dispatchEvent(new Event("input", { bubbles: true }));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-canned]");
  if (!link) return;
  event.preventDefault();
  body.value = link.dataset.canned;
  body.focus();
  typed();
});
document.querySelector("[data-all]")?.addEventListener("click", () => {
  const boxes = [...document.querySelectorAll('input[name="to"]')];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
  typed();
});
