// Where a number stands: distances against the limit, points on the map, bytes for people.

export const COLOURS = 8; // of classes, in the style sheet; the next class has the first again

export const LIMIT_SHARE = 0.5; // where the limit stands on a bar

/** A distance as a share of the bar, 0 to 1: straight up to the limit, then ever slower. */
export function share(distance, limit) {
  return distance <= limit ? (LIMIT_SHARE * distance) / limit : 1 - ((1 - LIMIT_SHARE) * limit) / distance;
}

/** The examples by class, in the order in which the classes were first learned: [{name, examples: [{key, index}]}]. */
export function classesOf(examples) {
  const classes = new Map();
  examples.forEach(({ name, key }, index) => {
    if (!classes.has(name)) classes.set(name, { name, examples: [] });
    classes.get(name).examples.push({ key, index });
  });
  return [...classes.values()];
}

/** The index of the smallest of `distances` among `examples` of a class, or -1 when none is known; null is unknown. */
export function nearest(examples, distances) {
  let best = -1;
  for (const { index } of examples) {
    if (distances[index] !== undefined && distances[index] !== null && (best < 0 || distances[index] < distances[best])) best = index;
  }
  return best;
}

export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

export function bytesText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}
