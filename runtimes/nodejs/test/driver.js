'use strict';

// The server's side of docs/formats/worker-frames.md, as small as a test needs it: starts the
// bootstrap with a socketpair on descriptor 3 and a folder made of the given files.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawn, spawnSync } = require('child_process');

const BOOTSTRAP = path.join(__dirname, '..', 'bootstrap.js');
const ENDED = { type: 'end' };

// FAIRLEAD_TEST_NODE: run the functions of all tests on another Node.js than the tests' own.
const NODE = process.env.FAIRLEAD_TEST_NODE || process.execPath;
const NODE_MAJOR = parseInt(spawnSync(NODE, ['-p', 'process.versions.node']).stdout, 10);

// For tests of what older versions do not have.
function since(major) {
  return { skip: NODE_MAJOR < major && `Node.js ${major} has it, ${NODE_MAJOR} does not` };
}

function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

function frame(type, body) {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(body.length + 1, 0);
  head[4] = type;
  return Buffer.concat([head, body]);
}

function withHeader(header, payload) {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length, 0);
  return Buffer.concat([size, text, Buffer.from(payload)]);
}

class Worker {
  // options: files, handler, runtime, environment, environmentIsSet, endpoint, memoryMb, beside,
  // start (the environment at the start)
  constructor(options) {
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fairlead-node-')));
    this.taskRoot = path.join(this.folder, 'task');
    fs.mkdirSync(this.taskRoot);
    writeFiles(this.taskRoot, options.files || {});
    if (options.beside) writeFiles(this.folder, options.beside);
    this.logs = [];
    this.frames = [];
    this.waiting = [];
    this.rest = Buffer.alloc(0);
    const environment = Object.assign({
      PATH: process.env.PATH, TZ: ':UTC', FAIRLEAD_FRAMES: '1', FROM_START: 'yes',
    }, options.start);
    this.child = spawn(NODE, [BOOTSTRAP], {
      env: environment, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], cwd: this.folder,
    });
    this.raw = '';
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (data) => { this.raw += data; });
    }
    this.socket = this.child.stdio[3];
    this.socket.on('data', (data) => this.take(data));
    this.socket.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        fs.rmSync(this.folder, { recursive: true, force: true });
        this.deliver(ENDED);
        resolve(signal || code);
      });
    });
    this.init(options);
  }

  init(options) {
    const environment = Object.assign({ PATH: process.env.PATH, TZ: ':UTC' }, options.environment);
    const body = {
      handler: options.handler || 'index.handler',
      runtime: options.runtime || 'nodejs20.x',
      taskRoot: this.taskRoot,
      layers: [],
      endpoint: options.endpoint,
      environment,
      environmentIsSet: options.environmentIsSet,
      function: {
        name: 'tested', version: '$LATEST', memoryMb: options.memoryMb || 128, timeoutMs: 3000,
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
        logGroup: '/aws/lambda/tested', logStream: '2026/11/20/[$LATEST]0',
      },
    };
    this.socket.write(frame(1, Buffer.from(JSON.stringify(body))));
  }

  take(data) {
    this.rest = Buffer.concat([this.rest, data]);
    while (this.rest.length >= 4) {
      const length = this.rest.readUInt32LE(0);
      if (this.rest.length < 4 + length) return;
      const type = this.rest[4];
      const body = this.rest.slice(5, 4 + length);
      this.rest = this.rest.slice(4 + length);
      if (type === 20) {
        const micros = body.readUInt32LE(4) * 4294967296 + body.readUInt32LE(0);
        this.logs.push({ micros, text: body.toString('utf8', 8) });
      } else {
        this.deliver({ type, body });
      }
    }
  }

  deliver(message) {
    const waiter = this.waiting.shift();
    if (waiter) waiter(message);
    else this.frames.push(message);
  }

  // The next frame that is no log.
  next() {
    if (this.frames.length > 0) return Promise.resolve(this.frames.shift());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async ready() {
    const message = await this.next();
    if (message.type !== 16) {
      throw new Error(`not ready: ${message.type} ${message.body || ''} ${this.raw}`);
    }
    return this;
  }

  async initError() {
    const message = await this.next();
    if (message.type !== 17) throw new Error(`no init error: ${message.type} ${this.raw}`);
    return JSON.parse(message.body);
  }

  invoke(payload, header) {
    const whole = Object.assign({
      requestId: '11111111-2222-4333-8444-555555555555',
      deadlineMs: Date.now() + 3000,
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
      traceId: 'Root=1-2-3',
    }, header);
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    this.socket.write(frame(2, withHeader(whole, text)));
  }

  // {answer} or {errorType, error}, or {end: true}.
  async call(payload, header) {
    this.invoke(payload, header);
    const message = await this.next();
    if (message === ENDED) return { end: true };
    if (message.type === 18) return { answer: message.body.toString() };
    const size = message.body.readUInt32LE(0);
    return {
      errorType: JSON.parse(message.body.slice(4, 4 + size)).errorType,
      error: JSON.parse(message.body.slice(4 + size)),
    };
  }

  texts() {
    return this.logs.map((log) => log.text);
  }

  async stop() {
    if (this.child.exitCode === null) this.socket.write(frame(3, Buffer.alloc(0)));
    return this.exited;
  }
}

// Runs `body` with a worker that is ready, and stops it whatever happens.
async function withWorker(options, body) {
  const isSource = typeof options === 'string';
  const worker = new Worker(isSource ? { files: { 'index.js': options } } : options);
  try {
    await worker.ready();
    await body(worker);
  } finally {
    worker.child.kill('SIGKILL');
    await worker.exited;
  }
}

module.exports = { Worker, withWorker, since };
