// The map: all examples in the two main directions in which they differ, and the present picture among them.

import { find, makeSvg } from './dom.js';
import { clamp, classesOf, COLOURS } from './scale.js';
import { word } from './words.js';

const EDGE = 1.12;
const BORDER = 1.27, TOP = -1.05, BOTTOM = 1.15; // within these all names stay
const NAME_HEIGHT = 0.16, NAME_CHARS = 14, GAP = 0.05;
const LETTER = 0.088, WIDE_LETTER = 0.155; // of the map; kana and kanji are wide
const WIDE = /[\u1100-\u11ff\u2e80-\uffdc]/;
const ROUNDING = 1e-9;
const TRAIL = 14; // past places of the present picture

/** About how wide a name is. */
export function widthOf(name) {
  return [...name].reduce((sum, letter) => sum + (WIDE.test(letter) ? WIDE_LETTER : LETTER), 0);
}

/** Names, [{x, y, width}], as near to their places as none lies on another or leaves the map: the same with other x and y. */
export function apart(names) {
  const placed = [];
  for (const name of names.toSorted((one, other) => other.y - one.y)) {
    const x = clamp(name.x, name.width / 2 - BORDER, BORDER - name.width / 2);
    const free = (y) => placed.every((other) => Math.abs(other.y - y) >= NAME_HEIGHT - ROUNDING
      || Math.abs(other.x - x) >= (other.width + name.width) / 2 + GAP);
    const y = rows(clamp(name.y, TOP, BOTTOM)).find(free) ?? name.y;
    placed.push(Object.assign(name, { x, y }));
  }
  return names;
}

/** The rows of the map, the nearest to `y` first. */
function rows(y) {
  const steps = Math.ceil((BOTTOM - TOP) / NAME_HEIGHT);
  const all = Array.from({ length: 2 * steps + 1 }, (_, at) => y + (at - steps) * NAME_HEIGHT);
  return all.filter((row) => row >= TOP - ROUNDING && row <= BOTTOM + ROUNDING).sort((one, other) => Math.abs(one - y) - Math.abs(other - y));
}

const cut = (name) => ([...name].length > NAME_CHARS ? `${[...name].slice(0, NAME_CHARS - 1).join('')}…` : name);

export class Map2d {
  constructor() {
    this.trail = [];
  }

  know({ examples }) {
    const dots = [], names = [];
    classesOf(examples).forEach(({ name, examples: own }, at) => {
      const places = own.map(({ index }) => examples[index].at);
      const group = makeSvg('g', { dataset: { colour: at % COLOURS } });
      group.append(...places.map(([x, y]) => makeSvg('circle', { cx: x, cy: -y, r: 0.055 })));
      dots.push(group);
      names.push(this.label(name || word('ignored'), places));
    });
    const labels = apart(names).map(({ x, y, text }) => makeSvg('text', { x, y }, text));
    this.path = makeSvg('polyline', { class: 'trail' });
    this.here = makeSvg('g', { class: 'here', visibility: 'hidden' }, makeSvg('circle', { r: 0.1 }), makeSvg('circle', { r: 0.035 }));
    this.trail = [];
    find('map').replaceChildren(...dots, this.path, this.here, ...labels);
    find('map-panel').hidden = examples.length < 2;
  }

  /** A name above the middle of its examples. */
  label(name, places) {
    const mean = (axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
    const top = Math.max(...places.map(([, y]) => y));
    const text = cut(name);
    return { x: mean(0), y: -top - 0.1, width: widthOf(text), text };
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
