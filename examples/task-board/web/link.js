// The connection to the board's API: one request at a time, so that a reply belongs to the request
// that was sent before it; everything else that arrives is a push. It connects again by itself.

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const REPLY_MS = 15000;

export class Link {
  // `on`: {state(name, text), opened(), push(frame), lost(requests)}. `address()` answers the URL.
  constructor(address, on) {
    this.address = address;
    this.on = on;
    this.waiting = []; // {request, resolve}; the first was sent, the rest wait for their turn
    this.failures = 0;
    this.socket = null;
    this.timer = null;
    window.addEventListener('online', () => this.hurry());
    this.connect();
  }

  get open() { return this.socket !== null && this.socket.readyState === WebSocket.OPEN; }

  // Sends `request`; answers the reply's frame, or null when the connection went before it came.
  ask(request) {
    if (!this.open) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.waiting.push({ request, resolve });
      if (this.waiting.length === 1) this.sendNext();
    });
  }

  sendNext() {
    clearTimeout(this.patience);
    if (this.waiting.length === 0) return;
    this.socket.send(JSON.stringify(this.waiting[0].request));
    // No reply at all: this connection is not what it seems to be.
    this.patience = setTimeout(() => this.gone(this.socket, 'No answer'), REPLY_MS);
  }

  async connect() {
    clearTimeout(this.timer);
    this.timer = null;
    this.on.state('connecting', this.failures ? 'Connecting again…' : 'Connecting…');
    let socket;
    try {
      socket = new WebSocket(await this.address());
    } catch {
      this.again('The address of the board is not known');
      return;
    }
    this.socket = socket;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.failures = 0;
      this.on.state('open', 'Connected');
      this.on.opened();
    };
    socket.onmessage = (event) => { if (socket === this.socket) this.take(event.data); };
    socket.onclose = () => this.gone(socket, 'Not connected');
  }

  take(data) {
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    if (frame === null || typeof frame !== 'object' || frame.from !== undefined) {
      this.on.push(frame);
      return;
    }
    const first = this.waiting.shift();
    this.sendNext();
    if (first) first.resolve(frame);
  }

  gone(socket, why) {
    if (socket !== this.socket) return;
    this.socket = null;
    clearTimeout(this.patience);
    socket.onclose = null;
    socket.close();
    const lost = this.waiting;
    this.waiting = [];
    for (const { resolve } of lost) resolve(null);
    if (lost.length) this.on.lost(lost.map(({ request }) => request));
    this.again(why);
  }

  again(why) {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures) * (0.75 + Math.random() / 2);
    this.failures = Math.min(this.failures + 1, 10);
    this.on.state('failed', `${why}, trying again`);
    this.soon(wait);
  }

  // Only while a timer is waiting: otherwise an attempt is under way.
  hurry() {
    if (this.timer) this.soon(0);
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), wait);
  }
}
