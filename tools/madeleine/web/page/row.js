// One class of what it knows: its name to select and change, its pictures, its distances, and what may be done to it.

import { icon, make, makeSvg, tell } from './dom.js';
import { COLOURS, nearest, share } from './scale.js';
import * as thumbs from './thumbs.js';
import { word } from './words.js';

const VIEWS = 5; // that differ are enough for a class
const THUMBS = 8; // of a class, the newest; the others are told as a number and seen as ticks
const NAME_CHARS = 32; // lib/command.py
const PEN = 'M4 16l1-4 8-8 3 3-8 8zM11.5 5.5l3 3';
const CROSS = 'M6 6l8 8M14 6l-8 8';
const OF_ONE = /^[0-9a-f]{8}$/; // a key; a real camera does not say which examples it has
const BIN = 'M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.5 9v4M11.5 9v4';

export class Row {
  /**
   * `examples`: [{key, index}]; `views`: how many of them differ, 0 to 5, undefined for ignored views; `at`: the place
   * in the list; `marks`: {limit, sure}; `can`: {select(name), rename(name, to), forget(name, title),
   * forgetOne({key, index, title}), teach(name, files)}.
   */
  constructor({ name, examples }, views, at, marks, can) {
    Object.assign(this, { name, examples, marks, can });
    this.title = name || word('ignored');
    this.bar = make('i', { class: 'bar' });
    this.ticks = makeSvg('path', {});
    this.number = make('span', { class: 'number' });
    this.pictures = new Map(examples.slice(-THUMBS).map(({ key, index }) => [index, this.tile(key, index)]));
    this.heading = make('div', { class: 'title' }, this.handle(),
      make('span', { class: 'count' }, String(examples.length)), ...this.views(views), ...this.tools());
    this.item = make('li', { dataset: { class: name, colour: at % COLOURS } }, this.heading,
      make('div', { class: 'thumbs' }, ...this.pictures.values()), this.track(), this.number);
    this.acceptDrops();
  }

  /** The name; a click makes it the class that A teaches. Ignored views are nobody's to teach by A. */
  handle() {
    if (!this.name) return make('b', {}, this.title);
    this.button = make('button', { type: 'button', class: 'name', 'aria-pressed': 'false', title: word('select', this.name) }, this.name);
    this.button.onclick = () => this.can.select(this.name);
    this.button.ondblclick = () => this.edit();
    return this.button;
  }

  tools() {
    const rename = this.tool('rename', PEN, () => this.edit());
    const forget = this.tool('forget', BIN, () => this.can.forget(this.name, this.title));
    return [make('span', { class: 'tools' }, ...(this.name ? [rename, forget] : [forget]))];
  }

  tool(key, path, act) {
    const label = word(key, this.title);
    const button = make('button', { type: 'button', class: key, title: label, 'aria-label': label }, icon(path));
    button.onclick = act;
    return button;
  }

  /** The name becomes a field: Enter keeps what is written there, Escape and leaving it do not. */
  edit() {
    const input = make('input', { class: 'rename-field', maxlength: NAME_CHARS, value: this.name, 'aria-label': word('rename', this.name) });
    this.button.hidden = true;
    this.button.before(input);
    input.select();
    const end = () => {
      input.onblur = null;
      input.remove();
      this.button.hidden = false;
    };
    input.onblur = end;
    input.onkeydown = (event) => {
      if (event.isComposing || !['Enter', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const name = input.value.trim();
      end();
      this.button.focus();
      if (event.key === 'Enter' && name && name !== this.name) this.can.rename(this.name, name);
    };
  }

  views(count) {
    if (count === undefined) return [];
    const title = word('views', count);
    const steps = Array.from({ length: VIEWS }, (_, at) => make('i', { class: at < count ? 'step there' : 'step' }));
    return [make('span', { class: 'views', title, role: 'img', 'aria-label': title }, ...steps)];
  }

  track() {
    const sure = make('i', { class: 'line sure' });
    sure.hidden = this.marks.sure === null;
    sure.style.left = `${100 * share(this.marks.sure ?? 0, this.marks.limit)}%`;
    return make('div', { class: 'track', 'aria-hidden': 'true' }, this.bar,
      makeSvg('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none' }, this.ticks), make('i', { class: 'line' }), sure);
  }

  /** An example: its picture if there is one. A click forgets it, after a question. */
  tile(key, index) {
    const address = thumbs.of(key);
    const picture = address ? make('img', { src: address, alt: '', dataset: { key } }) : make('span', { class: 'tile' });
    const known = OF_ONE.test(key), label = word('forget_one', this.title);
    const title = address ? label : [word('no_thumb'), ...(known ? [label] : [])].join('. ');
    if (!known) return make('span', { title, dataset: { example: key } }, picture);
    const button = make('button', { type: 'button', class: 'example', title, 'aria-label': label, dataset: { example: key } }, picture, icon(CROSS));
    button.onclick = () => this.can.forgetOne({ key, index, title: this.title });
    return button;
  }

  /** Pictures that are dropped here are taught as this class. */
  acceptDrops() {
    const over = (event, on) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.stopPropagation();
      this.item.classList.toggle('dropping', on);
    };
    this.item.ondragover = (event) => over(event, true);
    this.item.ondragleave = (event) => over(event, false);
    this.item.ondrop = (event) => {
      over(event, false);
      this.can.teach(this.name, [...event.dataTransfer.files]);
    };
  }

  /** A picture of an example is there after all. */
  picture(key) {
    for (const [index, tile] of this.pictures) {
      if (tile.dataset.example !== key) continue;
      this.pictures.set(index, this.tile(key, index));
      tile.replaceWith(this.pictures.get(index));
    }
  }

  /** `first`: the index of the nearest example of all; `seen`: the answer, or null. */
  measure(distances, first, seen, selected) {
    const best = nearest(this.examples, distances);
    const distance = distances[best];
    const named = Boolean(seen) && this.name !== '' && this.name === seen.name;
    const { classList } = this.item;
    classList.toggle('seen', named);
    classList.toggle('probable', named && !seen.sure);
    classList.toggle('near', distance <= this.marks.limit);
    if (this.button) this.button.ariaPressed = this.name === selected;
    for (const [index, tile] of this.pictures) tile.classList.toggle('nearest', index === first);
    this.bar.style.width = best < 0 ? '0' : `${100 * share(distance, this.marks.limit)}%`;
    this.ticks.setAttribute('d', this.examples.map(({ index }) => this.tick(distances[index])).join(''));
    tell(this.number, best < 0 ? '' : distance.toFixed(distance < 1000 ? 1 : 0));
    return distance;
  }

  tick(distance) {
    return distance === undefined || distance === null ? '' : `M${(100 * share(distance, this.marks.limit)).toFixed(1)} 0v10`;
  }
}
