/** Records the microphone as a telephone would carry it: 8 kHz, mono, 16 bits, handed over second by second. */

const RATE = 8000;
const CHUNK_SECONDS = 1;
const SILENCE = 0.004;

/** Hands WAV files to `onSound(wav)` while it is on; silent seconds are left out, as on a real line. */
export class Microphone {
  constructor(onSound) {
    this.onSound = onSound;
    this.stream = null;
  }

  get on() {
    return this.stream !== null;
  }

  /** Begin to listen; throws when the browser gives no microphone. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true } });
    this.context = new AudioContext();
    await this.context.audioWorklet.addModule(new URL("./capture.js", import.meta.url));
    if (!this.stream) return;
    const capture = new AudioWorkletNode(this.context, "capture", { numberOfOutputs: 0 });
    this.heard = [];
    this.length = 0;
    capture.port.onmessage = ({ data }) => this.keep(data);
    this.context.createMediaStreamSource(this.stream).connect(capture);
  }

  /** Stop listening and hand over the rest. */
  stop() {
    if (!this.stream) return;
    for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.handOver();
    this.context?.close();
  }

  keep(samples) {
    if (!this.stream) return;
    this.heard.push(samples);
    this.length += samples.length;
    if (this.length >= this.context.sampleRate * CHUNK_SECONDS) this.handOver();
  }

  handOver() {
    if (!this.length) return;
    const samples = slowed(joined(this.heard, this.length), this.context.sampleRate);
    this.heard = [];
    this.length = 0;
    if (samples.some((value) => Math.abs(value) > SILENCE)) this.onSound(wav(samples));
  }
}

function joined(parts, length) {
  const all = new Float32Array(length);
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}

/** Return the samples at 8 kHz, each the mean of those that it stands for. */
function slowed(samples, rate) {
  const step = rate / RATE;
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const [from, until] = [Math.floor(index * step), Math.max(Math.floor((index + 1) * step), 1)];
    let sum = 0;
    for (let place = from; place < until; place += 1) sum += samples[place];
    return sum / Math.max(1, until - from);
  });
}

/** Return a WAV file. */
function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const letters = (place, text) => [...text].forEach((c, i) => view.setUint8(place + i, c.charCodeAt(0)));
  letters(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((value, index) => {
    view.setInt16(44 + index * 2, Math.max(-1, Math.min(1, value)) * 32767, true);
  });
  return view.buffer;
}
