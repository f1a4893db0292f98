// Why it says so: where it sees the thing, which example is nearest and by how much, and how odd a good thing is.

import { find, tell } from './dom.js';
import { layHeat, layLead, SIDE_PX } from './heat.js';
import * as thumbs from './thumbs.js';
import { word } from './words.js';

const CROSS_PX = 7;

export class Why {
  /** `ask(what)` sends the camera 'why' or 'good': it begins, or ends, what it shows. */
  constructor(lens, ask) {
    this.lens = lens;
    this.ramp = [[255, 0, 0]];
    for (const what of ['why', 'good']) find(what).onclick = () => ask(what);
  }

  /** The camera's own colours, from cold to hot, and above which oddness a thing is odd. */
  know({ ramp, odd }) {
    this.ramp = ramp;
    this.odd = odd;
    find('odd-mark').style.left = `${odd}%`;
  }

  /** What is on flash: the keys of the examples, by their index. */
  remember(examples) {
    this.keys = examples.map(({ key }) => key);
  }

  /** A turn of the camera, or null when it makes none. Before another picture is drawn: the colours lie over this one. */
  measure(turn) {
    const { why = null, good = null } = turn ?? {};
    find('why').ariaPressed = why !== null;
    find('good').ariaPressed = good !== null;
    find('why-panel').hidden = !why;
    find('good-panel').hidden = !good;
    if (why) this.explain(why);
    if (good) this.gauge(good);
  }

  explain({ nearest, rival, cells, top_px: topPx, box, centre, lead }) {
    find('why-none').hidden = Boolean(nearest);
    find('why-where').hidden = !nearest;
    find('why-lead').hidden = !rival;
    if (!nearest) return;
    const names = { a: nearest.name, b: rival ? rival.name || word('ignored') : '' };
    this.draw('why-heat', (rgba) => layHeat(rgba, cells, topPx, this.ramp), (pen) => mark(pen, box, centre));
    tell(find('why-where-title'), word('why_where', names));
    tell(find('why-box'), word('why_box', { a: centre.join(', '), b: `${box[2]} × ${box[3]}`, c: box.slice(0, 2).join(', ') }));
    this.example('why-nearest', nearest, word('why_nearest', { a: nearest.name, b: nearest.distance.toFixed(1) }));
    if (!rival) return;
    this.draw('why-colours', (rgba) => layLead(rgba, lead, topPx));
    tell(find('why-lead-title'), word('why_not', names));
    tell(find('why-formula'), `z · (q(${names.a}) − q(${names.b}))`);
    tell(find('why-colours-how'), word('why_colours', names));
    const lines = { ...names, c: Math.abs(rival.distance - nearest.distance).toFixed(1) };
    this.example('why-rival', rival, word('why_rival', { a: names.b, b: rival.distance.toFixed(1) }));
    tell(find('why-by'), word(rival.distance >= nearest.distance ? 'why_nearer' : 'why_farther', lines));
  }

  /** A line about an example, with its picture if this tab has it. */
  example(id, { index }, text) {
    const address = thumbs.of(this.keys?.[index]);
    const image = find(id).querySelector('img');
    image.hidden = !address;
    if (address && image.src !== address) image.src = address;
    tell(find(id).querySelector('span'), text);
  }

  /** The picture before the lens with colours over it, and what `finish` draws on top. */
  draw(id, colour, finish) {
    const pen = find(id).getContext('2d', { willReadFrequently: true });
    pen.drawImage(this.lens.canvas, 0, 0);
    const picture = pen.getImageData(0, 0, SIDE_PX, SIDE_PX);
    colour(picture.data);
    pen.putImageData(picture, 0, 0);
    finish?.(pen);
  }

  /** `oddness`: 0 to 100, or null before the camera has said it. */
  gauge({ oddness, odd }) {
    const meter = find('odd');
    const text = oddness === null ? '--' : word(odd ? 'odd_odd' : 'odd_good');
    find('good-panel').classList.toggle('alarm', Boolean(odd));
    tell(find('odd-number'), oddness === null ? '' : String(oddness));
    tell(find('odd-text'), text);
    meter.firstElementChild.style.width = `${oddness ?? 0}%`;
    meter.setAttribute('aria-valuenow', oddness ?? 0);
    meter.setAttribute('aria-valuetext', `${oddness ?? ''} ${text}`.trim());
  }
}

/** The box and the middle, white with a dark edge. */
function mark(pen, [left, top, width, height], [x, y]) {
  for (const [colour, size] of [['rgb(0 0 0 / 70%)', 4], ['#fff', 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = size;
    pen.beginPath();
    if (width) pen.rect(left + 1, top + 1, width - 2, height - 2);
    pen.moveTo(x - CROSS_PX, y);
    pen.lineTo(x + CROSS_PX, y);
    pen.moveTo(x, y - CROSS_PX);
    pen.lineTo(x, y + CROSS_PX);
    pen.stroke();
  }
}
