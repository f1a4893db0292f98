// The sets of what it knows, one of which is active, and the lock that keeps all of it from visitors.

import { answered, find, make, tell } from './dom.js';
import { word } from './words.js';

const FIRST = 'main'; // is always there (lib/constants.py)
const DONE = ['using', 'lock', 'forgot'];

export class Sets {
  /** `ask(word, fields)` goes to the camera. `mayForget(question)` asks the person. */
  constructor(ask, mayForget) {
    Object.assign(this, { ask, mayForget, asked: false, locked: false });
    find('set').onchange = ({ target }) => this.use(target.value);
    find('set-new').onclick = () => this.make();
    find('set-forget').onclick = () => this.forget();
    find('lock').onclick = () => this.turnKey();
  }

  know({ set, sets, locked, settings }) {
    this.locked = locked;
    find('set').replaceChildren(...sets.map((name) => make('option', { value: name }, name)));
    find('set').value = this.active = set;
    find('set-forget').disabled = set === FIRST;
    find('lock').ariaPressed = locked;
    document.body.dataset.locked = locked;
    tell(find('lock-text'), word(locked ? 'unlock' : 'lock'));
    tell(find('locked'), locked ? word('locked', settings.scratch ?? '5') : '');
  }

  /** A message of the camera: an answer to what was asked here may be a refusal. */
  hear({ event, code, text }) {
    if (!this.asked || !(DONE.includes(event) || event === 'refused' || event === 'error')) return;
    this.asked = false;
    const seconds = /\d+/.exec(text ?? '')?.[0] ?? '';
    tell(find('set-status'), DONE.includes(event) ? '' : word(`refused_${code}`, seconds) ?? text);
    find('set').value = this.active;
  }

  request(what, fields) {
    this.asked = true;
    tell(find('set-status'), '');
    this.ask(what, fields);
  }

  use(name) {
    this.request('set', { name });
  }

  async make() {
    const name = await this.written('set-question', 'set-name');
    if (name) this.use(name);
  }

  async forget() {
    if (await this.mayForget(word('set_forget_asked', this.active))) this.request('forget', { name: `*set ${this.active}` });
  }

  async turnKey() {
    const what = this.locked ? 'unlock' : 'lock';
    tell(find('lock-asked'), word(`${what}_asked`));
    tell(find('lock-yes'), word(what));
    const code = await this.written('lock-question', 'lock-code');
    if (code) this.request(what, { value: code });
  }

  /** What is written into the field of a dialog; '' when it is not meant. */
  async written(dialog, field) {
    find(field).value = '';
    const yes = await answered(dialog);
    const text = find(field).value.trim();
    find(field).value = '';
    return yes ? text : '';
  }
}
