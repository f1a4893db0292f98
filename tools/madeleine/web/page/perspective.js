// The geometry of a card held before the lens: corners, the homography between card and picture, and the picture of it.
// A homography is nine numbers, row by row; points are [x, y]; corners go clockwise from the upper left.

export const MODULE_PX = 5; // the least that the camera's reader needs
export const QUIET_MODULES = 4;
export const LABEL_MODULES = 3; // the written name under the code, where there is room
const WANTED_PX = 5.3; // a module on an upright card; what tilts away keeps MODULE_PX
const ROOM_PX = 216;
const TURN_RADIANS = -0.045;
const KEYSTONE = 0.975; // the upper edge is a little further away
const SUBSAMPLES = 3; // in each direction

/** Homography from the unit square to the four corners (Heckbert's closed form). */
export function fromSquare([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]) {
  const dx1 = x1 - x2, dx2 = x3 - x2, sx = x0 - x1 + x2 - x3;
  const dy1 = y1 - y2, dy2 = y3 - y2, sy = y0 - y1 + y2 - y3;
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area, h = (dx1 * sy - sx * dy1) / area;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}

/** The homography back; up to a factor, which no point notices. */
export function inverse([a, b, c, d, e, f, g, h, i]) {
  return [
    e * i - f * h, c * h - b * i, b * f - c * e,
    f * g - d * i, a * i - c * g, c * d - a * f,
    d * h - e * g, b * g - a * h, a * e - b * d,
  ];
}

export function apply([a, b, c, d, e, f, g, h, i], [x, y]) {
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Width and height of a card in modules, for a code of `modules` a side: with its label where that leaves room. */
export function cardSize(modules) {
  const width = modules + 2 * QUIET_MODULES;
  const labelled = (width + LABEL_MODULES) * WANTED_PX <= ROOM_PX;
  return [width, labelled ? width + LABEL_MODULES : width];
}

/** Corners of a card of `width` x `height` modules held with its middle at [x, y] of the lens picture. */
export function held(width, height, [x, y]) {
  const module = Math.min(WANTED_PX, ROOM_PX / Math.max(width, height));
  const right = (width / 2) * module, down = (height / 2) * module;
  const turn = module < WANTED_PX ? 0 : TURN_RADIANS; // a fine code needs all the room, and to be straight
  const cos = Math.cos(turn), sin = Math.sin(turn);
  const turned = ([across, along]) => [x + across * cos - along * sin, y + across * sin + along * cos];
  return [[-right * KEYSTONE, -down], [right * KEYSTONE, -down], [right, down], [-right, down]].map(turned);
}

/**
 * The picture of a card: `side` x `side` x 4 bytes RGBA, clear where no card is.
 * `paper`: {width, height, grey}, the card seen from the front, a byte a pixel.
 */
export function picture(paper, corners, side) {
  const rgba = new Uint8ClampedArray(side * side * 4);
  const back = inverse(fromSquare(corners));
  const [left, right] = bounds(corners.map((corner) => corner[0]), side);
  const [top, bottom] = bounds(corners.map((corner) => corner[1]), side);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) mix(paper, back, x, y, rgba, (y * side + x) * 4);
  }
  return rgba;
}

function bounds(values, side) {
  return [Math.max(0, Math.floor(Math.min(...values))), Math.min(side, Math.ceil(Math.max(...values)))];
}

/** One pixel from its subsamples: their mean grey, and as opaque as many of them met the card. */
function mix(paper, back, x, y, rgba, at) {
  let sum = 0, met = 0;
  for (let part = 0; part < SUBSAMPLES * SUBSAMPLES; part++) {
    const dx = ((part % SUBSAMPLES) + 0.5) / SUBSAMPLES, dy = (Math.floor(part / SUBSAMPLES) + 0.5) / SUBSAMPLES;
    const [u, v] = apply(back, [x + dx, y + dy]);
    if (u < 0 || u >= 1 || v < 0 || v >= 1) continue;
    sum += paper.grey[Math.floor(v * paper.height) * paper.width + Math.floor(u * paper.width)];
    met++;
  }
  if (!met) return;
  rgba[at] = rgba[at + 1] = rgba[at + 2] = sum / met;
  rgba[at + 3] = (255 * met) / (SUBSAMPLES * SUBSAMPLES);
}
