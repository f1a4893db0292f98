// The lines on the cable and on the Grove port as they are said, and a line to type.

import { find, make } from './dom.js';

const LINES_MAX = 200; // of each port
const AT_END_PX = 24; // a log scrolled up further than this stays where it is

export class Lines {
  /** `send(line)` and `interrupt()` go to the camera's USB port. */
  constructor(send, interrupt) {
    this.typed = [];
    this.back = 0; // how far the arrow keys have gone back in what was typed
    find('usb-form').onsubmit = (event) => {
      event.preventDefault();
      const line = find('usb-line').value;
      if (!line) return;
      send(line);
      this.typed.push(line);
      this.back = 0;
      find('usb-line').value = '';
    };
    find('usb-line').onkeydown = (event) => this.recall(event);
    find('usb-interrupt').onclick = interrupt;
  }

  recall(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.back = Math.max(0, Math.min(this.typed.length, this.back + step));
    event.target.value = this.typed[this.typed.length - this.back] ?? '';
  }

  /** `lines`: [{port: 'usb' or 'grove', text, way: 'in' or 'out'}]. */
  add(lines) {
    for (const port of ['usb', 'grove']) {
      const own = lines.filter((line) => line.port === port);
      if (own.length) this.append(find(port), own);
    }
  }

  append(log, lines) {
    const following = log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
    log.append(...lines.map(({ text, way }) => make('div', { dataset: { way } }, text || '\u2205')));
    while (log.childElementCount > LINES_MAX) log.firstElementChild.remove();
    if (following) log.scrollTop = log.scrollHeight;
  }

  clear() {
    for (const port of ['usb', 'grove']) find(port).replaceChildren();
  }
}
