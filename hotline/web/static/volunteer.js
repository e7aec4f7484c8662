// What a script adds to a page that works without one.

const PAUSE = 2000;
const MOST_ASKED = 60;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Tell how far the ringing of one's own telephone has come, for two minutes at most. */
async function followRinging(place) {
  for (let asked = 0; asked < MOST_ASKED; asked += 1) {
    await wait(PAUSE);
    let news;
    try {
      const answer = await fetch(place.dataset.ask, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      news = await answer.json();
    } catch {
      continue; // the network is away for a moment
    }
    if (news.says && news.says !== place.textContent) place.textContent = news.says;
    place.classList.toggle("waiting", news.more);
    if (!news.more) return;
  }
}

/** Offer to copy what a field holds, where the browser can. */
function offerCopying(button) {
  const field = document.getElementById(button.dataset.copies);
  const told = document.querySelector("[data-copied]");
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    told.textContent = "Adresse copiée.";
  });
}

document.querySelectorAll("[data-ask]").forEach(followRinging);
document.querySelectorAll("[data-copies]").forEach(offerCopying);
