// What the board's speaker plays. Browsers allow sound after the first touch or key only.

let context = null;

function allow() {
  context ??= new AudioContext();
  context.resume();
}

export function allowAfterFirstTouch() {
  for (const kind of ['pointerup', 'keydown']) addEventListener(kind, allow, { once: true });
}

/** Plays a WAV file (base64). Silent before the first touch, and when the board has no sound of that name (null). */
export async function play(wav) {
  if (!context || !wav) return;
  const bytes = Uint8Array.from(atob(wav), (character) => character.charCodeAt(0));
  const source = context.createBufferSource();
  source.buffer = await context.decodeAudioData(bytes.buffer);
  source.connect(context.destination);
  source.start();
}
