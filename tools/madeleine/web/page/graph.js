// How near each class has been over the last seconds, as one line a class; the limit and the strict mark across.

import { find, makeSvg } from './dom.js';
import { COLOURS, share } from './scale.js';

const EVERY_MS = 100;
const POINTS = 120; // twelve seconds
const HEIGHT = 60;

const y = (part) => (HEIGHT * part).toFixed(1);

export class Graph {
  constructor() {
    this.names = [];
    this.past = new Map(); // name -> distances, the newest last; undefined while nothing was measured
    this.addedMs = 0;
  }

  /** The classes in their order, which gives them their colours. */
  know(names, limit, sure) {
    Object.assign(this, { names, limit });
    this.past = new Map(names.map((name) => [name, this.past.get(name) ?? []]));
    find('graph-panel').hidden = !names.length;
    const zone = (className, top, bottom) => makeSvg('rect', { class: className, x: 0, width: POINTS - 1, y: y(top), height: y(bottom - top) });
    const strict = sure ?? limit;
    this.lines = names.map((_, at) => makeSvg('polyline', { dataset: { colour: at % COLOURS } }));
    find('graph').replaceChildren(zone('zone-sure', 0, share(strict, limit)), zone('zone-probable', share(strict, limit), share(limit, limit)), ...this.lines);
  }

  /** The distance of each class in this picture, in the order of the names. */
  add(distances) {
    const nowMs = performance.now();
    if (nowMs - this.addedMs < EVERY_MS) return;
    this.addedMs = nowMs;
    this.names.forEach((name, at) => {
      const past = this.past.get(name);
      past.push(distances[at]);
      if (past.length > POINTS) past.shift();
      const first = POINTS - past.length;
      const places = past.map((distance, step) => (distance === undefined ? '' : `${first + step},${y(share(distance, this.limit))}`));
      this.lines[at].setAttribute('points', places.join(' '));
    });
  }
}
