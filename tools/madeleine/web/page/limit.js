// The limit as a slider, with the strict mark that moves along, and what the camera would say of this view there.

import { find, tell } from './dom.js';
import { word } from './words.js';

export class Limit {
  /** `set(limit)` is called once the slider is let go. */
  constructor(set) {
    this.ratio = 0.5; // of the strict mark to the limit
    this.classes = [];
    find('limit').oninput = () => this.show();
    find('limit').onchange = ({ target }) => set(Number(target.value));
  }

  /** The limit and the strict mark that hold now. */
  know(limit, sure) {
    this.ratio = sure === null ? 1 : sure / limit;
    find('limit').value = limit;
    this.at = Number(find('limit').value); // as near as the slider can
    this.kept = limit;
    this.show();
  }

  /** `classes`: [[title, distance]] of the present picture; distances are undefined while there is none. */
  measure(classes) {
    this.classes = classes.filter(([, distance]) => distance !== undefined);
    this.show();
  }

  show() {
    const slider = find('limit');
    const at = Number(slider.value), moved = at !== this.at;
    const limit = moved ? at : this.kept, sure = limit * this.ratio;
    const percent = (value) => `${(100 * (value - slider.min)) / (slider.max - slider.min)}%`;
    slider.style.setProperty('--limit', percent(limit));
    slider.style.setProperty('--sure', percent(Math.max(sure, slider.min)));
    const text = this.ratio === 1 ? word('limit_only', limit) : word('limit_how', { a: Math.round(sure), b: limit });
    tell(find('limit-text'), text);
    slider.setAttribute('aria-valuetext', text);
    tell(find('limit-says'), moved ? this.says(limit, sure) : '');
  }

  /** What it would say of this view with another limit. */
  says(limit, sure) {
    if (!this.classes.length) return '';
    const [title, distance] = this.classes.reduce((one, other) => (other[1] < one[1] ? other : one));
    if (distance > limit) return word('limit_silent', limit);
    return word('limit_says', { a: limit, b: title + (distance > sure ? '?' : '') });
  }
}
