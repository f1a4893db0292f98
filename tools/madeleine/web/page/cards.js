// The tray of cards: each is brought before the lens by a drag or a click, and taken away by another click.

import { find, make, tell } from './dom.js';
import { drawCode } from './hand.js';
import * as kept from './kept.js';
import { QUIET_MODULES } from './perspective.js';
import { translated } from './words.js';

const TRAY = ['cup', 'ball', 'leaf', '*exclude', '0', '100', '*undo', '*reset'];
const MEANING = { '*exclude': 'card_exclude', 0: 'card_empty', 100: 'card_full', '*undo': 'card_undo', '*reset': 'card_reset' };
const DRAG_PX = 6; // a pointer that moves less has clicked
const MODULE_PX = 2;

const codes = new Map();

/** The modules of the card with `text`: rows of '0' and '1'. Throws an Error with the server's sentence. */
async function codeOf(text) {
  if (!codes.has(text)) {
    const answer = await fetch(`/card?text=${encodeURIComponent(text)}`);
    const { modules, error } = await answer.json();
    if (!answer.ok) throw new Error(error);
    codes.set(text, modules);
  }
  return codes.get(text);
}

export class Cards {
  constructor(hand) {
    this.hand = hand;
    find('card-form').onsubmit = (event) => {
      event.preventDefault();
      this.write(find('card-text'));
    };
    find('card-away').onclick = () => hand.release();
  }

  /** Fills the tray, with the cards that were made here before, too. */
  layOut() {
    for (const text of [...TRAY, ...kept.keys('cards')]) this.add(text);
  }

  /** A new card with what was typed; it is held before the lens at once. */
  async write(input) {
    const text = input.value.trim();
    if (!text) return input.focus();
    try {
      const rows = await codeOf(text);
      if (!this.button(text)) await this.add(text);
      if (!TRAY.includes(text)) kept.keep('cards', text, true);
      this.hand.hold(text, rows);
      input.value = '';
      tell(find('card-error'), '');
    } catch (error) {
      tell(find('card-error'), error.message);
    }
  }

  button(text) {
    return [...find('cards').children].find((button) => button.dataset.card === text);
  }

  async add(text) {
    const canvas = make('canvas', { 'aria-hidden': 'true' });
    const button = make('button', { type: 'button', 'aria-pressed': 'false', dataset: { card: text } }, canvas, make('b', {}, text));
    if (MEANING[text]) button.append(translated('small', MEANING[text]));
    button.onclick = () => this.click(text);
    button.onpointerdown = (event) => this.drag(event, text, button);
    find('cards').append(button);
    const rows = await codeOf(text);
    canvas.width = canvas.height = (rows.length + QUIET_MODULES) * MODULE_PX;
    drawCode(canvas.getContext('2d'), rows, MODULE_PX, QUIET_MODULES / 2);
  }

  async click(text) {
    if (this.dragged) this.dragged = false;
    else if (this.hand.text === text) this.hand.release();
    else this.hand.hold(text, await codeOf(text));
  }

  /** Shows which card is held. */
  refresh() {
    for (const button of find('cards').children) button.ariaPressed = button.dataset.card === this.hand.text;
    find('card-away').hidden = !this.hand.text;
  }

  /** Drags a card from the tray with mouse or pen. A finger scrolls there; it taps, and moves the card on the lens. */
  drag(event, text, button) {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    this.dragged = false;
    button.setPointerCapture(event.pointerId);
    button.onpointermove = (moved) => this.carry(moved, event, text, button);
    button.onpointerup = button.onpointercancel = (end) => {
      button.onpointermove = button.onpointerup = button.onpointercancel = null;
      button.style.translate = '';
      delete button.dataset.carried;
      if (this.dragged && !this.hand.under(end) && this.hand.text === text) this.hand.release();
    };
  }

  async carry(moved, start, text, button) {
    const across = moved.clientX - start.clientX, along = moved.clientY - start.clientY;
    if (!this.dragged && Math.hypot(across, along) < DRAG_PX) return;
    this.dragged = true;
    const at = this.hand.under(moved);
    button.dataset.carried = at ? 'held' : 'free';
    button.style.translate = `${across}px ${along}px`;
    if (at) this.hand.hold(text, await codeOf(text), at);
    else if (this.hand.text === text) this.hand.release();
  }
}
