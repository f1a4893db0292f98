// Teaching by name: a name is written, the button learns the view as that, and held it takes several views.

import { find, tell } from './dom.js';
import { word } from './words.js';

const SAME_VIEW = 10; // a view that is nearer than this to one of its class teaches nothing (lib/coach.py)
const BREATH_MS = 400; // between two views, for the hand to turn the thing

export class Teach {
  /** `ask(word, fields)` goes to the camera. */
  constructor(ask) {
    this.ask = ask;
    this.selected = '';
    this.held = false;
    this.learnedMs = 0;
    const button = find('teach-learn');
    find('teach').onsubmit = (event) => {
      event.preventDefault();
      this.learn();
    };
    button.onclick = ({ detail }) => detail || this.learn(); // by the keyboard; a pointer has come down before
    button.onpointerdown = (event) => event.button === 0 && this.hold(button, event.pointerId);
    button.onpointerup = button.onpointercancel = button.onlostpointercapture = () => {
      this.held = false;
    };
    button.oncontextmenu = (event) => event.preventDefault(); // a long touch is a hold here
    find('teach-name').oninput = () => this.show();
  }

  /** A finger or the mouse is down: the first view at once. */
  hold(button, pointer) {
    button.setPointerCapture(pointer);
    this.held = true;
    this.learn();
  }

  name() {
    return find('teach-name').value.trim() || this.selected;
  }

  learn() {
    this.learnedMs = performance.now();
    this.ask('learn', { name: this.name() });
  }

  /** A view was learned as `name`: that is the selected class from now on. */
  learned(name) {
    const field = find('teach-name');
    if (field.value.trim() !== name) return;
    this.selected = name;
    field.value = '';
    this.show();
  }

  /** A turn of the camera: `distance` of this view to what it knows by that name, undefined when it knows none. */
  turn(selected, distanceTo) {
    this.selected = selected;
    this.show();
    const distance = distanceTo(this.name());
    if (!this.held || performance.now() - this.learnedMs < BREATH_MS) return;
    if (distance === undefined || distance > SAME_VIEW) this.learn();
  }

  show() {
    tell(find('teach-text'), word('teach_as', this.name()));
  }
}
