// A folder of pictures as a film strip: one of them is before the lens.

import { middleSquare } from './frames.js';
import { find, make, tell } from './dom.js';
import { picture } from './sources.js';

const AROUND = 2; // neighbours shown on each side
const THUMB_PX = 44;

/** `show(source)` puts a source before the lens; `fail(file)` is told of a file that is no picture. */
export class Film {
  constructor(show, fail) {
    this.show = show;
    this.fail = fail;
    this.files = [];
    this.at = 0;
    find('film-previous').onclick = () => this.step(-1);
    find('film-next').onclick = () => this.step(1);
  }

  /** Winds in the pictures among `files`, in the order of their paths; false when there is none. */
  load(files) {
    const path = (file) => file.webkitRelativePath || file.name;
    const pictures = [...files].filter((file) => file.type.startsWith('image/'));
    if (!pictures.length) return false;
    this.files = pictures.sort((one, other) => path(one).localeCompare(path(other), undefined, { numeric: true }));
    this.go(0);
    return true;
  }

  step(by) {
    if (this.files.length) this.go((this.at + by + this.files.length) % this.files.length);
  }

  async go(at) {
    this.at = at;
    tell(find('film-title'), `${at + 1} / ${this.files.length} · ${this.files[at].name}`);
    this.drawStrip();
    try {
      const source = await picture(this.files[at], 'film');
      if (this.at === at) this.show(source);
      else source.close();
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error; // the browser's word for "cannot be decoded"
      this.fail(this.files[at]);
    }
  }

  drawStrip() {
    const first = Math.max(0, Math.min(this.at - AROUND, this.files.length - 2 * AROUND - 1));
    const shown = this.files.slice(first, first + 2 * AROUND + 1);
    find('film-strip').replaceChildren(...shown.map((file, offset) => this.thumb(file, first + offset)));
  }

  thumb(file, at) {
    const canvas = make('canvas', { width: THUMB_PX, height: THUMB_PX });
    const button = make('button', { type: 'button', 'aria-label': file.name, 'aria-pressed': at === this.at }, canvas);
    button.onclick = () => this.go(at);
    createImageBitmap(file).then((bitmap) => {
      const [left, top, side] = middleSquare(bitmap.width, bitmap.height);
      canvas.getContext('2d').drawImage(bitmap, left, top, side, side, 0, 0, THUMB_PX, THUMB_PX);
      bitmap.close();
    }, () => this.fail(file));
    return button;
  }
}
