// Sound, while it is switched on: short tones for what happens, and what the board's speaker plays.

import { find } from './dom.js';

const KEPT = 'madeleine.sound';
// Of each tone its notes: [pitch in Hz, start and length in seconds], and how loud they are, 0 to 1.
const TONES = {
  learned: { notes: [[659, 0, 0.1], [988, 0.09, 0.18]], gain: 0.12 },
  seen: { notes: [[784, 0, 0.08]], gain: 0.06 },
  refused: { notes: [[233, 0, 0.12], [175, 0.11, 0.2]], gain: 0.12 },
};
const FADE_S = 0.015; // a tone that begins or ends at once clicks

/** Which tone a message of the camera has; '' for none. A name that becomes sure is not new. */
export function toneOf({ event, again }) {
  if (event === 'learned' || event === 'ignored' || event === 'anchor') return 'learned';
  if (event === 'refused' || event === 'error') return 'refused';
  return event === 'seen' && !again ? 'seen' : '';
}

export class Sound {
  constructor() {
    this.on = localStorage.getItem(KEPT) === 'on';
    this.context = null;
    find('sound').onclick = () => this.toggle();
    // Browsers allow sound after the first touch or key only.
    for (const kind of ['pointerup', 'keydown']) addEventListener(kind, () => this.on && this.allow(), { once: true });
    this.show();
  }

  allow() {
    this.context ??= new AudioContext();
    this.context.resume();
  }

  toggle() {
    this.on = !this.on;
    localStorage.setItem(KEPT, this.on ? 'on' : 'off');
    this.show();
    if (this.on) {
      this.allow();
      this.tone('seen');
    } else this.context?.suspend();
  }

  show() {
    find('sound').ariaPressed = this.on;
  }

  /** A message of the camera. */
  hear(said) {
    const kind = toneOf(said);
    if (kind) this.tone(kind);
  }

  tone(kind) {
    if (!this.on || !this.context) return;
    const { notes, gain } = TONES[kind];
    for (const [pitch, start, length] of notes) this.note(pitch, this.context.currentTime + start, length, gain);
  }

  note(pitch, from, length, loud) {
    const oscillator = this.context.createOscillator(), gain = this.context.createGain();
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loud, from + FADE_S);
    gain.gain.setTargetAtTime(0, from + length - 3 * FADE_S, FADE_S);
    oscillator.connect(gain).connect(this.context.destination);
    oscillator.start(from);
    oscillator.stop(from + length);
  }

  /** Plays a WAV file (base64) of the board. It has no sound of that name: null. */
  async play(wav) {
    if (!this.on || !this.context || !wav) return;
    const bytes = Uint8Array.from(atob(wav), (character) => character.charCodeAt(0));
    const source = this.context.createBufferSource();
    source.buffer = await this.context.decodeAudioData(bytes.buffer);
    source.connect(this.context.destination);
    source.start();
  }
}
