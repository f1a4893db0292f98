// What lies on the camera's flash, and the file of examples: down to the computer and up again, added or instead.

import { answered, find, make, tell } from './dom.js';
import { bytesText } from './scale.js';
import { pack, unpack } from './share.js';
import { save } from './shots.js';
import { word } from './words.js';

export class Flash {
  constructor() {
    this.taught = false;
    this.keys = [];
    find('share').onclick = () => this.share();
    find('upload').onchange = ({ target }) => this.choose(target);
  }

  know({ examples, marks, files, free_bytes: free, total_bytes: total }) {
    this.keys = examples.map(({ key }) => key);
    this.taught = examples.length + marks.length > 0;
    const rows = files.map(([name, bytes]) => make('li', {}, make('span', {}, name), make('span', {}, bytesText(bytes))));
    find('flash').replaceChildren(...rows);
    find('flash-used').max = total;
    find('flash-used').value = total - free;
    tell(find('flash-free'), word('flash_free', bytesText(free)));
  }

  /** All of it with the pictures, as one file. */
  async share() {
    try {
      save(await pack(this.keys), 'lesson.json');
      tell(find('upload-status'), '');
    } catch (error) {
      tell(find('upload-status'), error instanceof TypeError ? word('upload_failed') : error.message);
    }
  }

  /** Asks what shall become of what it knows, if it knows anything. */
  async choose(input) {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    const how = this.taught ? await answered('upload-question') : 'add';
    if (how) await this.upload(await unpack(file), how);
  }

  async upload(file, how) {
    tell(find('upload-status'), word('uploading'));
    try {
      const answer = await fetch(`/examples?how=${how}`, { method: 'POST', body: file });
      const { examples, left_out: leftOut = [], error } = await answer.json();
      tell(find('upload-status'), answer.ok ? [word('uploaded', examples), ...leftOut].join(' ') : error);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error; // no answer, or none of ours
      tell(find('upload-status'), word('upload_failed'));
    }
  }
}
