// The pictures somebody chose, as a film strip: one of them is before the lens, or was and can come back.

import { middleSquare } from './frames.js';
import { find, make, tell } from './dom.js';
import { picture } from './sources.js';

const AROUND = 2; // neighbours shown on each side
const THUMB_PX = 44;

/** `show(source)` puts a source before the lens; `fail(file)` is told of a file that is not a picture. */
export class Film {
  constructor(show, fail) {
    this.show = show;
    this.fail = fail;
    this.files = [];
    this.at = 0;
    this.looking = false; // is it before the lens?
    find('film-previous').onclick = () => this.step(-1);
    find('film-next').onclick = () => this.step(1);
  }

  /** Puts a folder on the strip instead of what is there; false when there is no picture in it. */
  load(files) {
    const pictures = inOrder(files);
    if (pictures.length) this.files = [];
    return this.append(pictures);
  }

  /** Puts pictures behind those on the strip, and the first of them before the lens; false when there is none. */
  add(files) {
    return this.append(inOrder(files));
  }

  append(pictures) {
    if (!pictures.length) return false;
    this.files.push(...pictures);
    this.go(this.files.length - pictures.length);
    return true;
  }

  /** Is one of its pictures before the lens from now on? */
  mark(looking) {
    if (this.looking === looking) return;
    this.looking = looking;
    this.drawStrip();
  }

  step(by) {
    if (this.files.length) this.go((this.at + by + this.files.length) % this.files.length);
  }

  async go(at) {
    const file = this.files[at];
    this.at = at;
    this.looking = true;
    this.drawStrip();
    try {
      const source = await picture(file);
      if (this.files[this.at] === file) this.show(source);
      else source.close();
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error; // the browser's word for "cannot be decoded"
      this.drop(file);
    }
  }

  /** Takes a file off the strip that cannot be shown. */
  drop(file) {
    const at = this.files.indexOf(file);
    if (at < 0) return;
    this.files.splice(at, 1);
    if (at < this.at || this.at === this.files.length) this.at = Math.max(0, this.at - 1);
    this.drawStrip();
    this.fail(file);
  }

  drawStrip() {
    find('film').hidden = !this.files.length;
    if (!this.files.length) return;
    tell(find('film-title'), `${this.at + 1} / ${this.files.length} · ${this.files[this.at].name}`);
    const first = Math.max(0, Math.min(this.at - AROUND, this.files.length - 2 * AROUND - 1));
    const shown = this.files.slice(first, first + 2 * AROUND + 1);
    find('film-strip').replaceChildren(...shown.map((file, offset) => this.thumb(file, first + offset)));
  }

  thumb(file, at) {
    const canvas = make('canvas', { width: THUMB_PX, height: THUMB_PX });
    const button = make('button', { type: 'button', 'aria-label': file.name, 'aria-pressed': this.looking && at === this.at }, canvas);
    button.onclick = () => this.go(at);
    createImageBitmap(file).then((bitmap) => {
      const [left, top, side] = middleSquare(bitmap.width, bitmap.height);
      canvas.getContext('2d').drawImage(bitmap, left, top, side, side, 0, 0, THUMB_PX, THUMB_PX);
      bitmap.close();
    }, () => this.drop(file));
    return button;
  }
}

/** The pictures among `files`, in the order of their paths. */
function inOrder(files) {
  const path = (file) => file.webkitRelativePath || file.name;
  const pictures = [...files].filter((file) => file.type.startsWith('image/'));
  return pictures.sort((one, other) => path(one).localeCompare(path(other), undefined, { numeric: true }));
}
