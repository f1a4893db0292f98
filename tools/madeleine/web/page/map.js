// The map: all examples in the two main directions in which they differ, and the present picture among them.

import { find, makeSvg } from './dom.js';
import { clamp, classesOf, COLOURS } from './scale.js';
import { word } from './words.js';

const EDGE = 1.12;
const NAME_WIDTH = 0.5, NAME_HEIGHT = 0.16;
const TRAIL = 14; // past places of the present picture

/** Names that would lie on each other: the upper one moves up. */
function apart(names) {
  const place = (name) => ['x', 'y'].map((axis) => Number(name.getAttribute(axis)));
  const upwards = names.toSorted((one, other) => place(other)[1] - place(one)[1]);
  upwards.forEach((name, at) => {
    const [x, y] = place(name);
    const below = upwards.slice(0, at).map(place).filter(([otherX]) => Math.abs(otherX - x) < NAME_WIDTH);
    const highest = Math.min(...below.map(([, otherY]) => otherY - NAME_HEIGHT), y);
    name.setAttribute('y', highest);
  });
}

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
    apart(names);
    this.path = makeSvg('polyline', { class: 'trail' });
    this.here = makeSvg('g', { class: 'here', visibility: 'hidden' }, makeSvg('circle', { r: 0.1 }), makeSvg('circle', { r: 0.035 }));
    this.trail = [];
    find('map').replaceChildren(...dots, this.path, this.here, ...names);
    find('map-panel').hidden = examples.length < 2;
  }

  /** A name above the middle of its examples. */
  label(name, places) {
    const mean = (axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
    const top = Math.max(...places.map(([, y]) => y));
    const x = clamp(mean(0), -0.85, 0.85);
    return makeSvg('text', { x, y: clamp(-top - 0.1, -1.05, 1.1) }, name);
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
