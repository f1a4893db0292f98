// The first steps, for somebody who is here for the first time: four sentences, each with what it speaks of marked.
// Who does what a step says need not press Next.

import { find, tell } from './dom.js';
import { word } from './words.js';

const KEPT = 'madeleine.tour';
const STEPS = [['tour_lens', 'look'], ['tour_teach', 'teach'], ['tour_again', 'told'], ['tour_more', 'distances']]; // word, place

export class Tour {
  constructor() {
    this.at = 0;
    find('tour-next').onclick = () => this.go(this.at + 1);
    find('tour-skip').onclick = () => this.go(STEPS.length);
  }

  /** Begins, unless it was seen or left before; or `again`, because somebody asks for it. */
  begin(again = false) {
    if (again || !localStorage.getItem(KEPT)) this.go(0);
  }

  go(at) {
    this.at = at;
    this.named = this.away = false; // since this step began: was a thing named, and is it gone?
    for (const [, place] of STEPS) find(place).classList.remove('toured');
    find('tour').hidden = at >= STEPS.length;
    if (at >= STEPS.length) return localStorage.setItem(KEPT, 'seen');
    this.show();
    find(STEPS[at][1]).scrollIntoView({ block: 'nearest' });
  }

  /** Goes on, if the present step asks for what was done. */
  done(sentence) {
    if (!find('tour').hidden && STEPS[this.at][0] === sentence) this.go(this.at + 1);
  }

  /** Goes on from the third step when a thing that was named and taken away is named again. */
  sees(name) {
    if (name && this.away) this.done('tour_again');
    this.away = !name && (this.away || this.named);
    this.named ||= Boolean(name);
  }

  /** The present step, in whatever language the page speaks. */
  show() {
    if (this.at >= STEPS.length || find('tour').hidden) return;
    const [sentence, place] = STEPS[this.at];
    find(place).classList.add('toured');
    tell(find('tour-text'), word(sentence));
    tell(find('tour-count'), `${this.at + 1} / ${STEPS.length}`);
    tell(find('tour-next'), word(this.at + 1 < STEPS.length ? 'tour_next' : 'tour_done'));
  }
}
