// Takes the last step back: the camera's own undo, or an example that the page has taken away by itself.

import { find } from './dom.js';

const CHANGES = ['learned', 'ignored', 'undone', 'renamed', 'forgot', 'anchor', 'reset', 'set', 'using', 'ready'];

export class Undo {
  /** `ask(word, fields)` goes to the camera. */
  constructor(ask) {
    this.ask = ask;
    this.gone = null; // an example that was forgotten, while nothing has changed since: {name, vector}
    find('undo').onclick = () => this.back();
  }

  /** One example is gone. The camera was given all others at once, and does not know that as a step. */
  forgotten({ name, vector }) {
    this.gone = { name, vector };
  }

  /** A message of the camera: after another change, that is what undo takes back. */
  hear({ event }) {
    if (CHANGES.includes(event)) this.gone = null;
  }

  back() {
    if (!this.gone) return this.ask('undo');
    const { name, vector } = this.gone;
    this.ask(...(name ? ['learn', { name, vector }] : ['exclude', { vector }]));
  }
}
