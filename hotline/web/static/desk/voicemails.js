// The player of a message: a waveform over the browser's own controls, keys, speeds, the place last heard.
import WaveSurfer from "../vendor/wavesurfer/wavesurfer.esm.js";

const STEP = 5;
const NEAR_THE_END = 2;
const SPEED = "voicemail-speed";
const place = (id) => `voicemail-place-${id}`;
const player = document.querySelector("[data-player]");

if (player) prepare(player, player.querySelector("audio"));

// Dealt with: where somebody stopped listening matters no more.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.done) localStorage.removeItem(place(event.target.dataset.done));
});

function prepare(player, audio) {
  const { id, peaks, duration, nonce, handled } = player.dataset;
  const speeds = [...player.querySelectorAll("[data-speed]")];

  function speed(rate) {
    audio.defaultPlaybackRate = rate;
    audio.playbackRate = rate;
    audio.preservesPitch = true;
    localStorage.setItem(SPEED, rate);
    for (const button of speeds) button.setAttribute("aria-pressed", Number(button.dataset.speed) === rate);
  }
  function faster(by) {
    const at = speeds.findIndex((button) => Number(button.dataset.speed) === audio.defaultPlaybackRate);
    speed(Number(speeds[Math.min(Math.max(at + by, 0), speeds.length - 1)].dataset.speed));
  }
  const skip = (seconds) => {
    audio.currentTime = Math.max(0, Math.min(audio.currentTime + seconds, audio.duration || Number(duration) || 0));
  };
  const toggle = () => (audio.paused ? audio.play() : audio.pause());

  if (peaks) draw(player.querySelector("[data-wave]"), audio, peaks, Number(duration), nonce);
  for (const button of speeds) button.addEventListener("click", () => speed(Number(button.dataset.speed)));
  for (const button of player.querySelectorAll("[data-skip]")) {
    button.addEventListener("click", () => skip(Number(button.dataset.skip)));
  }
  player.querySelector("[data-speeds]").hidden = false;
  audio.addEventListener("error", () => { player.querySelector("[data-mute]").hidden = false; });
  remember(audio, id, handled !== undefined);
  speed(speeds.some((one) => one.dataset.speed === localStorage.getItem(SPEED)) ? Number(localStorage.getItem(SPEED)) : 1);

  const keys = { " ": toggle, ArrowLeft: () => skip(-STEP), ArrowRight: () => skip(STEP), "-": () => faster(-1), "+": () => faster(1) };
  document.addEventListener("keydown", (event) => {
    if (!("shortcuts" in document.body.dataset) || event.ctrlKey || event.metaKey || event.altKey) return;
    const busy = event.key === " " ? "a, button, summary, audio" : "audio";
    if (event.target.closest(`input, textarea, select, dialog, ${busy}`) || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

// The waveform comes with the page: nothing of the sound is fetched before somebody plays it.
function draw(spot, media, peaks, duration, cspNonce) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  spot.hidden = false;
  WaveSurfer.create({
    container: spot,
    media,
    cspNonce,
    peaks: [peaks.split(",").map((peak) => peak / 255)],
    duration: duration || 1,
    height: 96,
    barWidth: 3,
    barGap: 2,
    barRadius: 2,
    normalize: true,
    waveColor: colour("--desk-edge"),
    progressColor: colour("--desk-primary"),
    cursorColor: colour("--bs-body-color"),
    dragToSeek: true,
  });
}

// Where somebody stopped, they go on at the next visit.
function remember(audio, id, handled) {
  if (handled) localStorage.removeItem(place(id));
  const from = Number(localStorage.getItem(place(id)));
  if (from) audio.addEventListener("loadedmetadata", () => { audio.currentTime = from; }, { once: true });
  audio.addEventListener("timeupdate", () => {
    const ended = audio.duration - audio.currentTime < NEAR_THE_END;
    if (ended || handled) localStorage.removeItem(place(id));
    else localStorage.setItem(place(id), audio.currentTime.toFixed(1));
  });
}
