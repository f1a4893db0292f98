// What can be before the lens: a picture, a drawn scene as a hand holds it, or the computer's camera.

import { LENS_PX, middleSquare } from './frames.js';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

function drawMiddle(context, picture, width, height) {
  const [left, top, side] = middleSquare(width, height);
  context.drawImage(picture, left, top, side, side, 0, 0, LENS_PX, LENS_PX);
}

/** A picture file, exactly as it is. Throws where the file is not a picture. */
export async function picture(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  return {
    kind: 'film',
    draw(context) {
      context.fillRect(0, 0, LENS_PX, LENS_PX); // behind what is transparent
      drawMiddle(context, bitmap, bitmap.width, bitmap.height);
    },
    close: () => bitmap.close(),
  };
}

/** One of the built-in scenes, such as 'cup' or 'glass 40', a little moving as in a hand. */
export async function scene(name) {
  const answer = await fetch(`/scene/${encodeURIComponent(name)}.png`);
  const bitmap = await createImageBitmap(await answer.blob());
  return {
    kind: 'scene',
    name,
    draw(context, nowMs) {
      context.save();
      if (!stillness.matches) sway(context, nowMs / 1000);
      context.drawImage(bitmap, 0, 0, LENS_PX, LENS_PX);
      context.restore();
    },
    close: () => bitmap.close(),
  };
}

/** Moves what is drawn next as a calm hand does; a little enlarged, so that no border comes into view. */
function sway(context, seconds) {
  const zoom = 1.035 + 0.007 * Math.sin(seconds / 2.6);
  context.translate(LENS_PX / 2 + 2 * Math.sin(seconds / 1.7), LENS_PX / 2 + 1.6 * Math.sin(seconds / 1.3 + 1));
  context.rotate(0.009 * Math.sin(seconds / 2.1));
  context.scale(zoom, zoom);
  context.translate(-LENS_PX / 2, -LENS_PX / 2);
}

/** The computer's camera, as it sees and not as in a mirror. Throws a DOMException where there is none or it is not allowed. */
export async function webcam(deviceId) {
  const choice = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'environment' };
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480, ...choice } });
  const video = document.createElement('video');
  video.muted = video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  return {
    kind: 'webcam',
    deviceId: stream.getVideoTracks()[0].getSettings().deviceId,
    draw: (context) => drawMiddle(context, video, video.videoWidth, video.videoHeight),
    close: () => stream.getTracks().forEach((track) => track.stop()),
  };
}

/** The cameras of the computer: [{deviceId, label}]. They have names only after one of them was allowed. */
export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput');
}
