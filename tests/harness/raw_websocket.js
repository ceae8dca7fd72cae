'use strict';
// A WebSocket client that can do wrong: raw frames over TCP, and what came back as short texts such
// as 'text:hello', 'pong:x', 'close:1002', 'end'.

const crypto = require('node:crypto');
const net = require('node:net');

const OPCODES = { 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

// One frame of a client. `first`: FIN, RSV and opcode as on the wire.
function frame(first, payload = '', { masked = true, length } = {}) {
  const body = Buffer.from(payload);
  const size = length === undefined ? body.length : length;
  let head;
  if (size < 126) head = Buffer.from([first, size]);
  else if (size < 65536) head = Buffer.from([first, 126, size >> 8, size & 255]);
  else {
    head = Buffer.alloc(10);
    head.writeUInt8(first, 0);
    head.writeUInt8(127, 1);
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  if (!masked) return Buffer.concat([head, body]);
  head[1] |= 0x80;
  const mask = crypto.randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, i) => byte ^ mask[i & 3])]);
}
const text = (payload) => frame(0x81, payload);
const close = (code, reason = '') => frame(0x88, code === undefined ? '' : Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));

class RawWebSocket {
  static open(url, headers = {}) {
    const raw = new RawWebSocket();
    const { hostname, port, pathname, search, host } = new URL(url);
    raw.buffer = Buffer.alloc(0);
    raw.frames = [];
    raw.socket = net.connect(port, hostname);
    raw.socket.setNoDelay(true);
    raw.socket.on('data', (chunk) => { raw.buffer = Buffer.concat([raw.buffer, chunk]); raw.take(); });
    raw.socket.on('error', () => {});
    raw.socket.on('close', () => { raw.ended = true; raw.wake(); });
    const extra = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    raw.socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`);
    return raw.until(() => raw.head !== undefined).then(() => raw);
  }

  wake() { const waiting = this.waiting; if (waiting) waiting(); }

  take() {
    if (this.head === undefined) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.buffer.subarray(0, end).toString();
      this.buffer = this.buffer.subarray(end + 4);
    }
    for (;;) {
      if (this.buffer.length < 2) break;
      let [size, at] = [this.buffer[1], 2];
      if (size === 126 && this.buffer.length >= 4) [size, at] = [this.buffer.readUInt16BE(2), 4];
      else if (size === 127 && this.buffer.length >= 10) [size, at] = [Number(this.buffer.readBigUInt64BE(2)), 10];
      else if (size >= 126) break;
      if (this.buffer.length < at + size) break;
      this.frames.push({ first: this.buffer[0], payload: Buffer.from(this.buffer.subarray(at, at + size)) });
      this.buffer = this.buffer.subarray(at + size);
    }
    this.wake();
  }

  until(ready, timeout = 10000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing came after ${JSON.stringify(this.seen()).slice(0, 200)}`)), timeout);
      this.waiting = () => { if (ready() || this.ended) { clearTimeout(timer); this.waiting = undefined; resolve(); } };
      this.waiting();
    });
  }

  seen() {
    const seen = this.frames.map(({ first, payload }) => {
      const name = OPCODES[first & 15];
      if (name !== 'close') return `${name}:${payload}`;
      return payload.length < 2 ? 'close:' : `close:${payload.readUInt16BE(0)}`;
    });
    return this.ended ? [...seen, 'end'] : seen;
  }

  async next() {
    await this.until(() => this.frames.length > 0);
    return this.frames.shift();
  }

  send(...frames) { return this.socket.write(Buffer.concat(frames.map((one) => Buffer.from(one)))); }
  end() { this.socket.destroy(); }
}

module.exports = { RawWebSocket, close, frame, text };
