'use strict';
// Starts and stops the built binary for tests: a free port, a data folder of its own, and the
// server's own word (server.json) for where it listens.

const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');
const binary = path.resolve(root, process.env.FAIRLEAD_BINARY || 'build/release/fairlead');

class Server {
  constructor(folder, process_, facts) {
    this.folder = folder;
    this.process = process_;
    this.endpoint = facts.endpoint;
    this.caFile = facts.ca_file;
    this.port = Number(new URL(facts.endpoint).port);
  }

  // Starts on `folder` (a new one by default). `args` are further options of `fairlead start`.
  static async start({ folder, args = [], port = 0 } = {}) {
    const data = folder || fs.mkdtempSync(path.join(os.tmpdir(), 'fairlead-test-'));
    const log = fs.openSync(path.join(data, 'test-server.log'), 'a');
    const child = spawn(binary, ['start', '--listen', `127.0.0.1:${port}`, '--data-dir', data, ...args],
      { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    const file = path.join(data, 'server.json');
    for (let waited = 0; waited < 20000; waited += 10) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${Server.logOf(data)}`);
      const facts = read(file);
      if (facts && facts.pid === child.pid) return new Server(data, child, facts);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill('SIGKILL');
    throw new Error(`the server did not start: ${Server.logOf(data)}`);
  }

  static logOf(folder) { return fs.readFileSync(path.join(folder, 'test-server.log'), 'utf8').slice(-4000); }

  async end(signal) {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill(signal);
      await ended;
    }
    return this.process.exitCode;
  }

  stop() { return this.end('SIGTERM'); }
  kill() { return this.end('SIGKILL'); }

  async remove() {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function read(file) {
  try { return JSON.parse(fs.readFileSync(file, 'utf8')); } catch { return null; }
}

const keys = { accessKeyId: 'test', secretAccessKey: 'test' };

// What a client program needs in its environment to talk to `endpoint`.
function clientEnvironment(endpoint, region = 'us-east-1') {
  return {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1',
  };
}

// Deploys examples/<name> with its own script; answers {website, websocket, api, bucket}.
function deployExample(name, region, endpoint) {
  const out = execFileSync(path.join(root, `examples/${name}/deploy`), {
    env: { ...clientEnvironment(endpoint), ENDPOINT: endpoint, AWS_REGION: region },
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
  });
  const facts = Object.fromEntries(out.trim().split('\n').map((line) => line.split(/\s+/)));
  const [, api] = /execute-api\/([^/]+)\//.exec(facts.websocket);
  const [, bucket] = /website\/([^/]+)\//.exec(facts.website);
  return { ...facts, api, bucket, region };
}
const deployChat = (endpoint) => deployExample('chat', 'ap-southeast-1', endpoint);
const deployTaskBoard = (endpoint) => deployExample('task-board', 'eu-north-1', endpoint);

// The SDKs that functions get, for tests: sdk('v3', '@aws-sdk/client-dynamodb').
function sdk(set, name) {
  return require(require.resolve(name, { paths: [path.join(root, 'runtimes/nodejs/sdk', set)] }));
}

async function eventually(check, { timeout = 5000, every = 20 } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      if (Date.now() > end) throw new Error('it did not happen in time');
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

let counter = 0;
const unique = (name) => `${name}-${process.pid}-${Date.now().toString(36)}-${counter++}`;

module.exports = { Server, binary, clientEnvironment, deployChat, deployTaskBoard, eventually, keys, root, sdk, unique };
