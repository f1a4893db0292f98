// What the camera knows and why: its classes, how near the present picture is to each, its gauge.

import { find, tell } from './dom.js';
import { Graph } from './graph.js';
import { Limit } from './limit.js';
import { Row } from './row.js';
import { classesOf, clamp, LIMIT_SHARE, nearest, share } from './scale.js';
import { word } from './words.js';

export class Learner {
  /** `can`: what may be done to a class, as a Row has it, and `limit(number)`. */
  constructor(can) {
    this.can = can;
    this.rows = [];
    this.distances = [];
    this.graph = new Graph();
    this.limit = new Limit(can.limit);
  }

  /** What is on flash has changed. */
  know({ examples, views, limit, sure, marks, settings }, capacity) {
    this.marks = marks;
    this.unit = settings.unit ?? '';
    tell(find('gauge-name'), settings.gauge || word('gauge'));
    this.rows = classesOf(examples).map((one, at) => new Row(one, views[one.name], at, { limit, sure }, this.can));
    find('classes').replaceChildren(...this.rows.map(({ item }) => item));
    find('knows-nothing').hidden = examples.length > 0;
    for (const id of ['scale', 'limit-row']) find(id).hidden = !examples.length;
    tell(find('known'), examples.length ? word('known', `${examples.length} / ${capacity}`) : '');
    const sureShare = share(sure ?? limit, limit); // a real camera does not say its strict mark
    find('zone-probable').hidden = sure === null;
    find('zone-sure').style.width = `${100 * sureShare}%`;
    find('zone-probable').style.width = `${100 * (LIMIT_SHARE - sureShare)}%`;
    this.limit.know(limit, sure);
    this.graph.know(this.rows.map(({ name }) => name), limit, sure);
    this.measure(null);
  }

  /** A picture of an example is there after all. */
  picture(key) {
    for (const row of this.rows) row.picture(key);
  }

  /** A turn of the camera, or null when it makes none. */
  measure(turn) {
    const distances = turn?.distances ?? [];
    this.distances = distances;
    const first = nearest(this.rows.flatMap(({ examples }) => examples), distances);
    const near = this.rows.map((row) => row.measure(distances, first, turn?.seen, turn?.selected));
    if (turn) this.graph.add(near);
    this.limit.measure(this.rows.map(({ title }, at) => [title, near[at]]));
    this.follow(turn?.seen?.name);
    this.gauge(turn?.gauge ?? null);
  }

  /** Scrolls the list to the class that is seen, once, when it is another. */
  follow(name) {
    if (name === this.followed) return;
    this.followed = name;
    const item = this.rows.find((row) => row.name === name)?.item;
    if (!item) return;
    const list = find('classes');
    const top = item.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top;
  }

  /** How far the present picture is from the nearest example of a class; undefined when that is not known. */
  distanceTo(name) {
    const row = this.rows.find((one) => one.name === name);
    return row && this.distances[nearest(row.examples, this.distances)];
  }

  /** The class of the nearest example of all, {name, distance}; null when nothing is measured, or it is an ignored view. */
  nearest() {
    const all = this.rows.flatMap(({ name, examples }) => examples.map(({ index }) => ({ name, index })));
    const first = nearest(all, this.distances);
    const name = all.find(({ index }) => index === first)?.name;
    return name ? { name, distance: this.distances[first] } : null;
  }

  gauge(value) {
    const gauge = find('gauge');
    const marks = this.marks ?? [];
    const [low, high] = marks.length < 2 ? [0, 100] : [marks[0], marks.at(-1)];
    const text = value === null ? '--' : `${value} ${this.unit}`.trim();
    find('gauge-panel').classList.toggle('set', marks.length > 1);
    tell(find('gauge-text'), marks.length < 2 ? word(marks.length ? 'gauge_other' : 'gauge_none') : marks.join(' · '));
    tell(find('gauge-number'), marks.length < 2 ? '' : text);
    gauge.firstElementChild.style.width = `${clamp((100 * ((value ?? low) - low)) / (high - low), 0, 100)}%`;
    gauge.setAttribute('aria-valuemin', low);
    gauge.setAttribute('aria-valuemax', high);
    gauge.setAttribute('aria-valuetext', text);
    if (value === null) gauge.removeAttribute('aria-valuenow');
    else gauge.setAttribute('aria-valuenow', value);
  }
}
