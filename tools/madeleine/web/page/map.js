// The map: all examples in the two main directions in which they differ, and the present picture among them.

import { find, makeSvg } from './dom.js';
import { apart, widthOf } from './labels.js';
import { clamp, classesOf, COLOURS } from './scale.js';
import { word } from './words.js';

const EDGE = 1.12;
const NAME_CHARS = 14;
const FAR = 0.2; // a name that is farther from its place has a line to it
const TRAIL = 14; // past places of the present picture

const cut = (name) => ([...name].length > NAME_CHARS ? `${[...name].slice(0, NAME_CHARS - 1).join('')}…` : name);

export class Map2d {
  constructor() {
    this.trail = [];
  }

  know({ examples }) {
    const groups = [], names = [];
    classesOf(examples).forEach(({ name, examples: own }, at) => {
      const places = own.map(({ index }) => examples[index].at);
      groups.push(makeSvg('g', { dataset: { colour: at % COLOURS } }, ...places.map(([x, y]) => makeSvg('circle', { cx: x, cy: -y, r: 0.055 }))));
      names.push(this.label(name || word('ignored'), places));
    });
    apart(names, examples.map(({ at: [x, y] }) => [x, -y]));
    names.forEach((name, at) => groups[at].prepend(...this.leader(name)));
    const labels = names.map(({ x, y, text }) => makeSvg('text', { x, y }, text));
    this.path = makeSvg('polyline', { class: 'trail' });
    this.here = makeSvg('g', { class: 'here', visibility: 'hidden' }, makeSvg('circle', { r: 0.1 }), makeSvg('circle', { r: 0.035 }));
    this.trail = [];
    find('map').replaceChildren(...groups, this.path, this.here, ...labels);
    find('map-panel').hidden = examples.length < 2;
  }

  /** A name above the middle of its examples, `of`. */
  label(name, places) {
    const mean = (axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
    const top = Math.max(...places.map(([, y]) => y));
    const text = cut(name);
    return { x: mean(0), y: -top - 0.1, width: widthOf(text), text, of: [mean(0), -mean(1)], wished: -top - 0.1 };
  }

  /** A line from a name to its examples, where it had to go far away. */
  leader({ x, y, width, of, wished }) {
    if (Math.hypot(x - of[0], y - wished) < FAR) return [];
    const ends = { x1: of[0], y1: of[1], x2: clamp(of[0], x - width / 2, x + width / 2), y2: y - (y > of[1] ? 0.1 : -0.02) };
    return [makeSvg('line', ends)];
  }

  /** The present picture is at `at`, [x, y] or null. */
  move(at) {
    if (!this.here) return;
    this.here.setAttribute('visibility', at ? 'visible' : 'hidden');
    if (!at) return;
    const [x, y] = [clamp(at[0], -EDGE, EDGE), clamp(-at[1], -EDGE, EDGE)];
    this.here.setAttribute('transform', `translate(${x} ${y})`);
    this.trail = [...this.trail.slice(1 - TRAIL), `${x.toFixed(3)},${y.toFixed(3)}`];
    this.path.setAttribute('points', this.trail.join(' '));
  }
}
