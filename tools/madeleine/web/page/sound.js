// What the board's speaker plays, while sound is switched on. A real camera is heard itself.

import { find } from './dom.js';

const KEPT = 'madeleine.sound';

export class Sound {
  constructor() {
    this.on = localStorage.getItem(KEPT) === 'on';
    this.context = null;
    this.last = Promise.resolve();
    this.untilS = 0;
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
    if (this.on) this.allow();
    else this.context?.suspend();
  }

  show() {
    find('sound').ariaPressed = this.on;
  }

  /** Plays a WAV file (base64), after the one before it; null: what the board has played was too large to be sent. */
  play(wav) {
    if (this.on && this.context && wav) this.last = this.last.then(() => this.append(wav));
  }

  async append(wav) {
    const bytes = Uint8Array.from(atob(wav), (character) => character.charCodeAt(0));
    const source = this.context.createBufferSource();
    source.buffer = await this.context.decodeAudioData(bytes.buffer);
    source.connect(this.context.destination);
    const at = Math.max(this.context.currentTime, this.untilS);
    source.start(at);
    this.untilS = at + source.buffer.duration;
  }
}
