// Elements: found, and made from data without ever reading markup in it.

export const find = (id) => document.getElementById(id);

/** An element; `attributes` as in markup, `dataset` as an object; children are nodes or text. */
export function make(tag, { dataset = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  return fill(element, dataset, attributes, children);
}

export function makeSvg(tag, { dataset = {}, ...attributes } = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  return fill(element, dataset, attributes, children);
}

/** A drawing of 20 x 20 units, of one path. */
export function icon(path) {
  return makeSvg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' }, makeSvg('path', { d: path }));
}

function fill(element, dataset, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

/** Text of an element, written only when it is another: nothing is laid out or read aloud again for nothing. */
export function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Asks with a dialog: the value of the button that was pressed, '' when it was closed without one. */
export function answered(id) {
  const dialog = find(id);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue);
  });
}

/** Whether a key pressed there is meant as text. */
export function takesText(target) {
  return target instanceof Element && target.closest('input:not([type=range], [type=file]), textarea, select') !== null;
}
