// Teaches pictures from files as one class: each comes before the lens, is seen, and is learned.

import { find, tell } from './dom.js';
import { picture } from './sources.js';
import { word } from './words.js';

const MOST = 50; // pictures at once
const PATIENCE_MS = 8000; // for the camera to see one, and to learn it

export class Lessons {
  /** `show(source)` puts a source before the lens and gives the number of its first picture; `ask` is the camera's. */
  constructor(show, ask) {
    Object.assign(this, { show, ask });
    this.waiting = null;
  }

  /** Teaches the pictures among `files`, in their order, and says what became of them. */
  async teach(name, files) {
    const pictures = files.filter((file) => file.type.startsWith('image/')).slice(0, MOST);
    if (this.busy || !pictures.length) return tell(find('lens-status'), word(this.busy ? 'lessons_busy' : 'no_pictures'));
    this.busy = true;
    let done = 0;
    for (const file of pictures) {
      if (await this.one(name, file)) done++;
      tell(find('lens-status'), word('lessons_done', { a: done, b: pictures.length, c: name || word('ignored') }));
    }
    this.busy = false;
  }

  /** Whether a picture was learned. */
  async one(name, file) {
    try {
      const number = this.show(await picture(file, 'picture'));
      if (!(await this.until((event) => event.frame >= number))) return false;
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error; // the browser's word for "cannot be decoded"
      return false;
    }
    this.ask(...(name ? ['learn', { name }] : ['exclude']));
    const said = await this.until(({ event }) => ['learned', 'ignored', 'refused', 'error'].includes(event));
    return said?.event === 'learned' || said?.event === 'ignored';
  }

  until(fits) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.hear(null), PATIENCE_MS);
      this.waiting = (event) => {
        if (event && !fits(event)) return;
        clearTimeout(timer);
        this.waiting = null;
        resolve(event);
      };
    });
  }

  /** A turn, or a message of the camera. */
  hear(event) {
    this.waiting?.(event);
  }
}
