// Listening to texts with the browser's voice, and recording one's own, turned into WAV before it is sent.
const WAV_RATE = 16_000;

/** Return the browser's best voice for a language, none when there is none. */
function voiceFor(language) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  const near = voices.filter((voice) => voice.lang.slice(0, 2).toLowerCase() === language.slice(0, 2).toLowerCase());
  return near.find((voice) => voice.lang.replace("_", "-").toLowerCase() === language.toLowerCase()) ?? near[0];
}

const buttons = [...document.querySelectorAll("[data-say]")];

/** Show the buttons whose language the browser can speak. */
function showButtons() {
  for (const button of buttons) button.hidden = !voiceFor(button.dataset.speech);
}

function quiet() {
  globalThis.speechSynthesis.cancel();
  for (const button of buttons) {
    button.removeAttribute("aria-pressed");
    if (button.dataset.idle) button.firstChild.data = button.dataset.idle;
  }
}

function say(button) {
  const speaking = button.getAttribute("aria-pressed") === "true";
  quiet();
  if (speaking) return;
  const words = new SpeechSynthesisUtterance(button.dataset.say);
  words.voice = voiceFor(button.dataset.speech);
  words.lang = button.dataset.speech;
  words.rate = 0.88;
  words.addEventListener("end", quiet, { once: true });
  button.dataset.idle = button.firstChild.data;
  button.firstChild.data = button.dataset.stop;
  button.setAttribute("aria-pressed", "true");
  globalThis.speechSynthesis.speak(words);
}

if (globalThis.speechSynthesis && buttons.length) {
  showButtons();
  globalThis.speechSynthesis.addEventListener?.("voiceschanged", showButtons);
  for (const button of buttons) button.addEventListener("click", () => say(button));
}

/** Return any sound that the browser understands as a WAV file: one channel, 16 bits. */
async function toWav(blob) {
  const context = new OfflineAudioContext(1, 1, WAV_RATE);
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  const channels = Array.from({ length: sound.numberOfChannels }, (_, at) => sound.getChannelData(at));
  const view = new DataView(new ArrayBuffer(44 + sound.length * 2));
  const ascii = (at, text) => [...text].forEach((char, by) => view.setUint8(at + by, char.charCodeAt(0)));
  ascii(0, "RIFF"); view.setUint32(4, 36 + sound.length * 2, true); ascii(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, WAV_RATE, true); view.setUint32(28, WAV_RATE * 2, true);
  view.setUint16(32, 2, true); view.setUint16(34, 16, true);
  ascii(36, "data"); view.setUint32(40, sound.length * 2, true);
  for (let at = 0; at < sound.length; at += 1) {
    const mixed = channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length;
    view.setInt16(44 + at * 2, Math.round(Math.max(-1, Math.min(1, mixed)) * 32_767), true);
  }
  return new File([view], "voix.wav", { type: "audio/wav" });
}

class Recorder {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.record = form.querySelector("[data-record]");
    this.stop = form.querySelector("[data-stop]");
    this.fault = form.querySelector("[data-fault]");
    this.input.addEventListener("change", () => this.chosen());
    if (!navigator.mediaDevices || !globalThis.MediaRecorder) return;
    form.querySelector(".recorder").hidden = false;
    this.record.addEventListener("click", () => this.begin());
    this.stop.addEventListener("click", () => this.recorder.stop());
  }

  async begin() {
    this.fault.textContent = "";
    try {
      this.microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      this.fault.textContent = this.form.dataset.refused;
      return;
    }
    const parts = [];
    this.recorder = new MediaRecorder(this.microphone);
    this.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.recorder.addEventListener("stop", () => this.end(new Blob(parts, { type: this.recorder.mimeType })));
    this.recorder.start();
    this.show(true);
    const began = Date.now();
    this.counting = setInterval(() => this.count((Date.now() - began) / 1000), 250);
    this.stop.focus();
  }

  count(seconds) {
    this.stop.querySelector("[data-elapsed]").textContent = `${Math.floor(seconds)} s`;
    if (seconds >= Number(this.form.dataset.longest)) this.recorder.stop();
  }

  async end(blob) {
    clearInterval(this.counting);
    for (const track of this.microphone.getTracks()) track.stop();
    this.show(false);
    this.record.focus();
    await this.take(blob);
  }

  show(recording) {
    this.record.hidden = recording;
    this.stop.hidden = !recording;
  }

  async chosen() {
    this.fault.textContent = "";
    if (this.input.files.length) await this.take(this.input.files[0]);
  }

  /** Put a sound into the form as WAV, and let it be heard before it is sent. */
  async take(blob) {
    try {
      const files = new DataTransfer();
      files.items.add(await toWav(blob));
      this.input.files = files.files;
    } catch {
      this.fault.textContent = this.form.dataset.unreadable;
      return;
    }
    const preview = this.form.querySelector("[data-preview]");
    URL.revokeObjectURL(preview.firstChild.src);
    preview.firstChild.src = URL.createObjectURL(this.input.files[0]);
    preview.hidden = false;
  }
}

for (const form of document.querySelectorAll("[data-recorder]")) new Recorder(form);
