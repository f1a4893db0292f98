// The connection to the virtual board: messages out, events in, and a new try when it is lost.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 4000;

/** `on` has a function for each event of the server, and `screen` (bytes), `open` and `lost`. */
export class Live {
  constructor(address, on) {
    this.address = address;
    this.on = on;
    this.waitMs = FIRST_WAIT_MS;
    this.connect();
  }

  connect() {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => {
      this.waitMs = FIRST_WAIT_MS;
      this.on.open();
    };
    this.socket.onmessage = ({ data }) => this.receive(data, socket);
    this.socket.onclose = () => {
      this.on.lost();
      setTimeout(() => this.connect(), this.waitMs);
      this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
    };
  }

  receive(data, socket) {
    if (typeof data !== 'string') {
      this.on.screen(new Uint8Array(data));
      // Then the next may come. A hidden page shows nothing, and gets nothing more.
      requestAnimationFrame(() => socket === this.socket && this.send({ do: 'shown' }));
      return;
    }
    const message = JSON.parse(data);
    this.on[message.event]?.(message);
  }

  /** A request as an object, or a picture as bytes. Lost when there is no connection: nothing is kept for later. */
  send(what) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(what instanceof Uint8Array ? what : JSON.stringify(what));
  }
}
