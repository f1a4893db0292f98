// node hold.mjs: from a job on stdin, {rows, at}, the picture of that card before the lens, 224 x 224 RGBA, on stdout.
import { readFileSync, writeSync } from 'node:fs';

import { cardSize, held, picture, QUIET_MODULES } from '../../../tools/madeleine/web/page/perspective.js';

const { rows, at } = JSON.parse(readFileSync(0, 'utf8'));
const [width, height] = cardSize(rows.length);
const dark = (x, y) => rows[y - QUIET_MODULES]?.[x - QUIET_MODULES] === '1';
const grey = Uint8Array.from({ length: width * height }, (_, n) => (dark(n % width, Math.floor(n / width)) ? 0 : 255));
const rgba = picture({ width, height, grey }, held(width, height, at), 224);
for (let sent = 0; sent < rgba.length; ) sent += writeSync(1, rgba, sent);
