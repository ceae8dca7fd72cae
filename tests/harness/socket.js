'use strict';
// A WebSocket client for tests on `ws`: messages in a list, and promises for what happens next.

const WebSocket = require('ws');

class Socket {
  constructor(url, options = {}) {
    this.messages = [];
    this.waiting = [];
    this.ws = new WebSocket(url, options.protocols || [], options);
    this.opened = new Promise((resolve, reject) => {
      this.ws.once('open', resolve);
      this.ws.once('error', reject);
      this.ws.once('unexpected-response', (request, response) => {
        let body = '';
        response.on('data', (chunk) => { body += chunk; });
        response.on('end', () => reject(Object.assign(new Error(`HTTP ${response.statusCode}`), {
          status: response.statusCode, headers: response.headers, body,
        })));
      });
    });
    this.opened.catch(() => {});
    this.upgrade = new Promise((resolve) => this.ws.once('upgrade', resolve));
    this.closed = new Promise((resolve) => this.ws.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
    this.ws.on('message', (data) => {
      const text = data.toString();
      const waiter = this.waiting.shift();
      if (waiter) waiter(text); else this.messages.push(text);
    });
    this.ws.on('error', () => {});
  }

  static async open(url, options) {
    const socket = new Socket(url, options);
    await socket.opened;
    return socket;
  }

  send(value) { this.ws.send(typeof value === 'string' ? value : JSON.stringify(value)); }

  // The next message's text; rejects after `timeout` ms.
  next(timeout = 5000) {
    if (this.messages.length) return Promise.resolve(this.messages.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no message came')), timeout);
      this.waiting.push((text) => { clearTimeout(timer); resolve(text); });
    });
  }

  // True if nothing arrives for `ms`.
  async quiet(ms = 150) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.messages.length === 0;
  }

  close(code, reason) { this.ws.close(code, reason); return this.closed; }
  terminate() { this.ws.terminate(); }
}

module.exports = { Socket };
