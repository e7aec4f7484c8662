/** Reads aloud what the receivers say, one after the other, with the browser's own voices; beeps and rings. */

const BEEP = "(bip)";
const RING = { frequency: 440, on: 1.5, every: 5000, volume: 0.06 };

/** Return the browser's best voice for a language, null when there is none. */
function voiceFor(language) {
  const wanted = (language || "fr-FR").toLowerCase();
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  const near = voices.filter((voice) => voice.lang.toLowerCase().startsWith(wanted.slice(0, 2)));
  return near.find((voice) => voice.lang.toLowerCase() === wanted) ?? near[0] ?? null;
}

/** Speaks, beeps and rings; `voiceOn` and `bellOn` say whether it may. */
export class Voice {
  constructor() {
    this.voiceOn = true;
    this.bellOn = true;
    this.queue = [];
    this.current = null;
    this.ringing = false;
    this.bell = 0;
  }

  /** Call `onChange(true or false)` whenever a French voice appears or goes. */
  watchVoices(onChange) {
    const tell = () => onChange(voiceFor("fr-FR") !== null);
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", tell);
    tell();
  }

  /** Say one thing heard in the receiver of `number`, after what is being said. */
  say(number, { text, language }) {
    if (!this.voiceOn || text.startsWith("♪")) return;
    this.queue.push({ number, text, language });
    if (!this.current) this.next();
  }

  /** Stop whatever is being said in the receiver of `number`: it was hung up. */
  hush(number) {
    this.queue = this.queue.filter((item) => item.number !== number);
    if (this.current?.number === number) globalThis.speechSynthesis?.cancel();
  }

  /** Switch the reading on or off. */
  setVoice(on) {
    this.voiceOn = on;
    if (on) return;
    this.queue = [];
    globalThis.speechSynthesis?.cancel();
  }

  /** Switch the bell on or off. */
  setBell(on) {
    this.bellOn = on;
    this.ring(this.ringing);
  }

  /** Ring as long as some telephone does. */
  ring(ringing) {
    this.ringing = ringing;
    const sound = ringing && this.bellOn;
    if (sound === Boolean(this.bell)) return;
    clearInterval(this.bell);
    this.bell = 0;
    this.hushBell?.();
    if (!sound) return;
    this.strike();
    this.bell = setInterval(() => this.strike(), RING.every);
  }

  strike() {
    this.hushBell = this.tone(RING.frequency, RING.on, RING.volume);
  }

  next() {
    this.current = this.queue.shift() ?? null;
    if (!this.current) return;
    const done = () => this.next();
    if (this.current.text === BEEP) {
      this.tone(1000, 0.5, 0.08);
      setTimeout(done, 500);
      return;
    }
    this.utter(this.current, done);
  }

  utter({ text, language }, done) {
    const voice = voiceFor(language);
    if (!voice) {
      done();
      return;
    }
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    words.addEventListener("end", done, { once: true });
    words.addEventListener("error", done, { once: true });
    globalThis.speechSynthesis.speak(words);
  }

  /** Sound a soft tone; return what stops it. The browser allows sound once somebody has used the page. */
  tone(frequency, seconds, volume) {
    if (!navigator.userActivation?.hasBeenActive) return () => {};
    this.audio ??= new AudioContext();
    const { currentTime: now } = this.audio;
    const [source, gain] = [this.audio.createOscillator(), this.audio.createGain()];
    source.frequency.value = frequency;
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(volume, now + 0.03);
    gain.gain.setValueAtTime(volume, now + seconds - 0.05);
    gain.gain.linearRampToValueAtTime(0, now + seconds);
    source.connect(gain).connect(this.audio.destination);
    source.start();
    source.stop(now + seconds);
    return () => source.stop();
  }
}
