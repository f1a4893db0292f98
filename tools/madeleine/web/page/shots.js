// The camera's screen as a file: a picture of it, or a film until it is stopped.

import { find, make } from './dom.js';

const TIMES = 4; // larger than the screen, pixel for pixel
const FILM = 'video/webm';

/** Gives the person a file. */
export function save(blob, name) {
  const link = make('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const name = (ending) => `madeleine-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${ending}`;

export class Shots {
  constructor() {
    this.recorder = null;
    find('snapshot').onclick = () => this.snapshot();
    find('record').onclick = () => (this.recorder ? this.recorder.stop() : this.record());
    find('record').hidden = !globalThis.MediaRecorder?.isTypeSupported(FILM);
  }

  snapshot() {
    const screen = find('screen');
    const large = make('canvas', { width: TIMES * screen.width, height: TIMES * screen.height });
    const context = large.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(screen, 0, 0, large.width, large.height);
    large.toBlob((blob) => save(blob, name('png')));
  }

  record() {
    const parts = [];
    this.recorder = new MediaRecorder(find('screen').captureStream(), { mimeType: FILM });
    this.recorder.ondataavailable = ({ data }) => parts.push(data);
    this.recorder.onstop = () => {
      save(new Blob(parts, { type: FILM }), name('webm'));
      this.recorder = null;
      find('record').ariaPressed = false;
    };
    this.recorder.start();
    find('record').ariaPressed = true;
  }
}
