// What the camera knows and why: its classes, their examples, and how near the present picture is to each.

import { find, make, makeSvg, tell } from './dom.js';
import { classesOf, clamp, COLOURS, LIMIT_SHARE, nearest, share } from './scale.js';
import * as thumbs from './thumbs.js';
import { word } from './words.js';

const VIEWS = 5; // that differ are enough for a class
const THUMBS = 8; // of a class, the newest; the others are told as a number and seen as ticks

export class Learner {
  constructor() {
    this.rows = [];
    this.limit = 200;
    this.sure = 100;
    this.distances = [];
  }

  /** What is on flash has changed. */
  know({ examples, views, limit, sure, marks, settings }, capacity) {
    this.limit = limit;
    this.sure = sure;
    this.marks = marks;
    this.unit = settings.unit ?? '';
    tell(find('gauge-name'), settings.gauge || word('gauge'));
    this.rows = classesOf(examples).map((one, at) => this.row(one, views[one.name], at));
    find('classes').replaceChildren(...this.rows.map(({ item }) => item));
    find('knows-nothing').hidden = examples.length > 0;
    find('scale').hidden = !examples.length;
    tell(find('known'), examples.length ? word('known', `${examples.length} / ${capacity}`) : '');
    find('scale').title = word('limit', limit);
    const sureShare = share(sure, limit);
    find('zone-sure').style.width = `${100 * sureShare}%`;
    find('zone-probable').style.width = `${100 * (LIMIT_SHARE - sureShare)}%`;
    this.measure(null);
  }

  /** `views`: how many of its examples differ, 0 to 5; undefined for ignored views. */
  row({ name, examples }, views, at) {
    const title = name || word('ignored');
    const bar = make('i', { class: 'bar' });
    const ticks = makeSvg('path', {});
    const number = make('span', { class: 'number' });
    const sure = make('i', { class: 'line sure' });
    sure.style.left = `${100 * share(this.sure, this.limit)}%`;
    const track = make('div', { class: 'track', 'aria-hidden': 'true' }, bar,
      makeSvg('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none' }, ticks), make('i', { class: 'line' }), sure);
    const pictures = new Map(examples.slice(-THUMBS).map(({ key, index }) => [index, this.tile(key)]));
    const item = make('li', { dataset: { class: name, colour: at % COLOURS } },
      make('div', { class: 'title' }, make('b', {}, title),
        make('span', { class: 'count' }, String(examples.length)), ...this.views(views)),
      make('div', { class: 'thumbs' }, ...pictures.values()), track, number);
    return { name, examples, item, bar, ticks, number, pictures };
  }

  views(count) {
    if (count === undefined) return [];
    const title = word('views', count);
    const steps = Array.from({ length: VIEWS }, (_, at) => make('i', { class: at < count ? 'step there' : 'step' }));
    return [make('span', { class: 'views', title, role: 'img', 'aria-label': title }, ...steps)];
  }

  tile(key) {
    const address = thumbs.of(key);
    if (address) return make('img', { src: address, alt: '', dataset: { key } });
    return make('span', { class: 'tile', title: word('no_thumb'), dataset: { key } });
  }

  /** A picture of an example is there after all. */
  picture(key) {
    for (const { pictures } of this.rows) {
      for (const [index, tile] of pictures) {
        if (tile.dataset.key !== key) continue;
        pictures.set(index, this.tile(key));
        tile.replaceWith(pictures.get(index));
      }
    }
  }

  /** A turn of the camera, or null when it makes none. */
  measure(turn) {
    const distances = turn?.distances ?? [];
    this.distances = distances;
    const known = this.rows.flatMap(({ examples }) => examples);
    const first = nearest(known, distances);
    for (const row of this.rows) this.measureRow(row, distances, first, turn?.seen);
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

  measureRow(row, distances, first, seen) {
    const best = nearest(row.examples, distances);
    const distance = distances[best];
    const named = Boolean(seen) && row.name !== '' && row.name === seen.name;
    row.item.classList.toggle('seen', named);
    row.item.classList.toggle('probable', named && !seen.sure);
    row.item.classList.toggle('near', distance <= this.limit);
    for (const [index, tile] of row.pictures) tile.classList.toggle('nearest', index === first);
    row.bar.style.width = best < 0 ? '0' : `${100 * share(distance, this.limit)}%`;
    row.ticks.setAttribute('d', row.examples.map(({ index }) => this.tick(distances[index])).join(''));
    tell(row.number, best < 0 ? '' : distance.toFixed(distance < 1000 ? 1 : 0));
  }

  /** How far the present picture is from the nearest example of a class; undefined when that is not known. */
  distanceTo(name) {
    const row = this.rows.find((one) => one.name === name);
    return row && this.distances[nearest(row.examples, this.distances)];
  }

  tick(distance) {
    return distance === undefined ? '' : `M${(100 * share(distance, this.limit)).toFixed(1)} 0v10`;
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
