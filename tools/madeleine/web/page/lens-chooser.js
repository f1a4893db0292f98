// Chooses what is before the lens: the computer's camera, pictures, a folder, or a drawn scene.

import { find, make, tell } from './dom.js';
import { Film } from './film.js';
import { cameras, scene, webcam } from './sources.js';
import { word } from './words.js';

const FIRST_SCENE = 'cup';
const GLASS = 'glass';

export class Chooser {
  /** `chosen()` is told of each choice that somebody makes. */
  constructor(lens, chosen) {
    this.lens = lens;
    this.chosen = () => {};
    this.wish = 0; // the newest one counts, however long an older one takes
    this.film = new Film((source) => this.show(source), (file) => this.complain('not_a_picture', file.name));
    find('lens-webcam').onclick = () => this.useWebcam();
    find('lens-camera').onchange = ({ target }) => this.useWebcam(target.value);
    find('lens-picture').onchange = ({ target }) => this.usePictures(target);
    find('lens-film').onchange = ({ target }) => this.usePictures(target, true);
    find('glass-level').oninput = ({ target }) => this.useScene(`${GLASS} ${target.value}`);
    this.acceptDropsAndPastes();
    this.ready = this.useScene(FIRST_SCENE).then(() => { // what can wait loads after it
      this.chosen = chosen;
    });
  }

  /** Makes a source and puts it before the lens, unless something newer is wished for meanwhile. */
  async want(making, complaint) {
    const wish = ++this.wish;
    try {
      const source = await making;
      if (wish === this.wish) this.show(source);
      else source.close();
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      complaint(error);
    }
  }

  show(source) {
    this.lens.use(source);
    this.complain(null);
    this.chosen();
    this.film.mark(source.kind === 'film');
    find('lens-camera').hidden = source.kind !== 'webcam' || find('lens-camera').length < 2;
    find('lens-webcam').ariaPressed = source.kind === 'webcam';
    find('glass').hidden = !source.name?.startsWith(GLASS);
    for (const button of find('scenes').children) {
      button.ariaPressed = (source.name ?? '').split(' ')[0] === button.dataset.scene;
    }
    if (source.kind === 'webcam') this.listCameras(source.deviceId);
  }

  /** A sentence under the lens; none when `key` is null. */
  complain(key, name = '') {
    tell(find('lens-status'), key ? word(key, name) : '');
  }

  useWebcam(deviceId) {
    if (!navigator.mediaDevices) return this.complain('webcam_unsafe');
    this.complain('webcam_asking');
    const reasons = { NotAllowedError: 'webcam_refused', NotFoundError: 'webcam_missing' };
    return this.want(webcam(deviceId), (error) => this.complain(reasons[error.name] ?? 'webcam_busy'));
  }

  async listCameras(deviceId) {
    const list = await cameras();
    const options = list.map((camera, at) => make('option', { value: camera.deviceId }, camera.label || `${at + 1}`));
    find('lens-camera').replaceChildren(...options);
    find('lens-camera').value = deviceId;
    find('lens-camera').hidden = options.length < 2;
  }

  usePictures(input, asFolder = false) {
    this.useFiles([...input.files], asFolder);
    input.value = ''; // the same file can be chosen again
  }

  useFiles(files, asFolder = false) {
    if (!files.length) return;
    this.wish++; // a webcam that is still to be allowed comes too late
    if (asFolder && !this.film.load(files)) this.complain('no_pictures');
    if (!asFolder && !this.film.add(files)) this.complain('not_a_picture', files[0].name);
  }

  useScene(name) {
    return this.want(scene(name), () => this.complain('scene_missing', name));
  }

  /** A button for each scene that the server has. */
  async offer(names) {
    await this.ready;
    const all = names.includes(GLASS) ? names : [...names, GLASS];
    find('scenes').replaceChildren(...all.map((name) => this.sceneButton(name)));
    const shown = this.lens.source?.name?.split(' ')[0];
    for (const button of find('scenes').children) button.ariaPressed = button.dataset.scene === shown;
  }

  sceneButton(name) {
    const at = name === GLASS ? `${GLASS} ${find('glass-level').value}` : name;
    const image = make('img', { src: `/scene/${encodeURIComponent(at)}.png`, alt: '', width: 44, height: 44 });
    const button = make('button', { type: 'button', title: name, 'aria-label': name, dataset: { scene: name } }, image);
    button.onclick = () => this.useScene(name === GLASS ? `${GLASS} ${find('glass-level').value}` : name);
    return button;
  }

  acceptDropsAndPastes() {
    addEventListener('dragover', (event) => {
      event.preventDefault();
      document.body.dataset.dropping = '';
    });
    addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) delete document.body.dataset.dropping;
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      delete document.body.dataset.dropping;
      this.useFiles([...event.dataTransfer.files]);
    });
    addEventListener('paste', (event) => {
      this.useFiles([...event.clipboardData.files].filter((file) => file.type.startsWith('image/')));
    });
  }
}
