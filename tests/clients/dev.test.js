'use strict';
// `fairlead dev` on a copy of the task board: it deploys what is missing, a saved file is what the next
// message runs, over sockets that stay open, and what was running ends as it began.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Server, binary, eventually, root, sdk } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');

const GENEROUS_MS = 2000;
let server, work, app, source, dev, socket, original;

// `fairlead dev <folder>` with what it printed; `errors` is what it and its children complained of.
class Dev {
  constructor(folder, { dataDir = server.folder, env = {} } = {}) {
    this.text = '';
    this.errors = '';
    this.child = spawn(binary, ['dev', folder, '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.child.stdout.on('data', (chunk) => { this.text += chunk; });
    this.child.stderr.on('data', (chunk) => { this.errors += chunk; });
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  says(pattern, timeout = 60000) {
    return eventually(() => {
      const found = pattern.exec(this.text);
      if (found) this.text = this.text.slice(found.index + found[0].length);
      return found;
    }, { timeout });
  }

  async ready() { // minutes: on a busy machine the deploy script takes its time
    const ended = this.ended.then(() => { throw new Error(`fairlead dev ended: ${this.errors}`); });
    await Promise.race([this.says(/Save a file[^\n]*\n/, 300000), ended]);
  }

  complains(pattern) { return eventually(() => pattern.exec(this.errors), { timeout: 20000 }); }
  stop(signal = 'SIGINT') { this.child.kill(signal); return this.ended; }
}

// The board's function whose `test` route answers `word`, after `wait` milliseconds.
const answering = (word, wait = 0) => original.replace(/test: \{ run: async \(\) => \(\{ reply: '[^']*' \}\)/,
  `test: { run: async () => { await new Promise((done) => setTimeout(done, ${wait})); return { reply: '${word}' }; }`);

async function ask(on = socket) {
  on.send({ action: 'test' });
  return JSON.parse(await on.next(15000));
}

// Saves as editors do: a new file beside it, renamed over the old one.
function replace(file, text) {
  fs.writeFileSync(`${file}~`, text);
  fs.renameSync(`${file}~`, file);
}

async function swapped(save, word) {
  const start = Date.now();
  save();
  const [, printed] = await dev.says(/task-management-socket-connection {2}swapped in (\d+) ms/);
  const told = Date.now() - start;
  assert.equal(await ask(), word);
  return { printed: Number(printed), told, whole: Date.now() - start };
}

// The same for saves of several steps, which a slow machine may see one by one.
async function becomes(save, word) {
  save();
  await eventually(async () => (await ask()) === word, { timeout: 20000 });
  dev.text = '';
}

before(async () => {
  server = await Server.start();
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'fairlead-dev-'));
  app = path.join(work, 'app');
  fs.cpSync(path.join(root, 'examples/task-board'), app, { recursive: true });
  source = path.join(app, 'functions/board/index.mjs');
  original = fs.readFileSync(source, 'utf8');
});
after(async () => {
  if (dev) await dev.stop();
  if (server) await server.remove();
  fs.rmSync(work, { recursive: true, force: true });
});

test('it deploys what is missing, then says that it watches', async () => {
  dev = new Dev(app, { env: { AWS_REGION: 'us-west-2', ENDPOINT: 'http://127.0.0.1:1' } });
  await dev.ready();
  assert.match(dev.errors, /route deleteItem made/);
  await dev.stop();
  dev = new Dev(app);
  await dev.ready();
  assert.doesNotMatch(dev.errors, /route/);
  const website = `${server.endpoint}/_aws/website/task-management-web-000000000000/`;
  const { url } = await (await fetch(`${website}board.json`)).json();
  socket = Object.assign(await Socket.open(url), { website });
  assert.equal(await ask(), 'The task board hears you.');
});

test('a save runs with the next message, over the socket that was open', async (t) => {
  await swapped(() => fs.writeFileSync(source, answering('first')), 'first');
  const times = [];
  for (let n = 0; n < 5; n++) {
    times.push(await swapped(() => replace(source, answering(`save ${n}`)), `save ${n}`));
  }
  t.diagnostic(`save to swap, ms: ${times.map(({ told }) => told)}; as printed: ${times.map(({ printed }) => printed)}; to the answer: ${times.map(({ whole }) => whole)}`);
  for (const { told } of times) assert.ok(told < GENEROUS_MS, `${told} ms`);
  assert.equal(socket.ws.readyState, 1);
});

test('what the function prints is shown', async () => {
  await swapped(() => fs.writeFileSync(source, answering('talks').replace('const route =', "console.log('the function says', routeKey);\n  const route =")), 'talks');
  await dev.says(/the function says test/);
});

test('an invocation that runs ends on the old code', async () => {
  await swapped(() => fs.writeFileSync(source, answering('old, slow', 1500)), 'old, slow');
  const [slow, other] = await Promise.all([1, 2].map(() => Socket.open(socket.ws.url)));
  slow.send({ action: 'test' });
  await new Promise((resolve) => setTimeout(resolve, 300)); // let it begin
  await swapped(() => fs.writeFileSync(source, answering('new')), 'new');
  assert.equal(await ask(other), 'new');
  assert.equal(slow.messages.length, 0, 'still running');
  assert.equal(JSON.parse(await slow.next()), 'old, slow');
  assert.equal(await ask(slow), 'new');
  await Promise.all([slow.close(), other.close()]);
});

test('new folders, renamed files, modes and many files at once', async () => {
  const folder = path.dirname(source);
  const lib = path.join(folder, 'lib/deep');
  const using = (text) => `import { word } from '${text}';\n${answering('unused')}`.replace("'unused'", 'word');
  fs.mkdirSync(lib, { recursive: true });
  fs.writeFileSync(path.join(lib, 'word.mjs'), "export const word = 'deep';\n");
  await dev.says(/swapped in \d+ ms \(lib/);
  await becomes(() => fs.writeFileSync(source, using('./lib/deep/word.mjs')), 'deep');
  await becomes(() => fs.writeFileSync(path.join(lib, 'word.mjs'), "export const word = 'deeper';\n"), 'deeper');
  await becomes(() => {
    fs.renameSync(path.join(folder, 'lib'), path.join(folder, 'moved'));
    fs.writeFileSync(source, using('./moved/deep/word.mjs'));
  }, 'deeper');
  await becomes(() => fs.writeFileSync(path.join(folder, 'moved/deep/word.mjs'), "export const word = 'moved';\n"), 'moved');
  await becomes(() => {
    const program = path.join(folder, 'tool.sh');
    fs.writeFileSync(program, '#!/bin/sh\necho from a tool\n');
    fs.chmodSync(program, 0o755);
    fs.writeFileSync(source, "import { execFileSync } from 'node:child_process';\n"
      + answering('unused').replace("'unused'", "execFileSync(new URL('./tool.sh', import.meta.url).pathname, { encoding: 'utf8' }).trim()"));
  }, 'from a tool');
  for (let n = 0; n < 200; n++) fs.writeFileSync(path.join(folder, `many-${n}.txt`), `${n}`);
  await dev.says(/swapped in \d+ ms \([^)]* and \d+ more\)/);
});

test('what is no source swaps nothing', async () => {
  const folder = path.dirname(source);
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await eventually(async () => { // what the last test saved is through
    dev.text = '';
    await sleep(400);
    return !/swapped/.test(dev.text);
  }, { timeout: 20000 });
  fs.mkdirSync(path.join(folder, '.git'));
  fs.writeFileSync(path.join(folder, '.git/index'), 'x');
  fs.writeFileSync(path.join(folder, '.index.mjs.swp'), 'x');
  fs.writeFileSync(path.join(folder, 'index.mjs~'), 'x');
  fs.utimesSync(source, new Date(), new Date());
  fs.writeFileSync(source, fs.readFileSync(source)); // the same bytes
  await sleep(500);
  assert.doesNotMatch(dev.text, /swapped|uploaded/);
});

test('a syntax error is shown at once, and the next save repairs it', async () => {
  fs.writeFileSync(source, 'export const handler = async (event) => { const = event; };\n');
  await dev.complains(/index\.mjs:1[^]*SyntaxError/);
  await dev.says(/swapped/);
  await swapped(() => fs.writeFileSync(source, answering('repaired')), 'repaired');
});

test('the website is uploaded; what the script put beside it stays', async () => {
  const page = path.join(app, 'web/index.html');
  fs.writeFileSync(page, fs.readFileSync(page, 'utf8').replace('<h1>Task board</h1>', '<h1>Another board</h1>'));
  fs.mkdirSync(path.join(app, 'web/extra'));
  fs.writeFileSync(path.join(app, 'web/extra/a b.css'), 'p { color: red }');
  await eventually(async () => assert.match(await (await fetch(socket.website)).text(), /Another board/) === undefined);
  const style = await eventually(async () => {
    const reply = await fetch(`${socket.website}extra/a%20b.css`);
    return reply.status === 200 && reply;
  });
  assert.match(style.headers.get('content-type'), /^text\/css/);
  fs.rmSync(path.join(app, 'web/extra'), { recursive: true });
  await eventually(async () => (await fetch(`${socket.website}extra/a%20b.css`)).status === 404);
  assert.equal((await fetch(`${socket.website}board.json`)).status, 200);
});

test('a folder that goes away and comes back; a server that goes away and comes back', async () => {
  const folder = path.dirname(source);
  fs.renameSync(folder, `${folder}-away`);
  await dev.complains(/is not there/);
  fs.renameSync(`${folder}-away`, folder);
  dev.text = '';
  await new Promise((resolve) => setTimeout(resolve, 400));
  await swapped(() => fs.writeFileSync(source, answering('back again')), 'back again');

  const { folder: data, port } = server;
  const { url } = socket.ws;
  await server.stop();
  fs.writeFileSync(source, answering('saved meanwhile'));
  await dev.complains(/No server runs on/);
  server = await Server.start({ folder: data, port });
  await dev.says(/swapped/);
  socket = Object.assign(await Socket.open(url), { website: socket.website });
  assert.equal(await ask(), 'saved meanwhile');
});

test('Ctrl-C ends it cleanly; what was edited since is sent by the next start', async () => {
  assert.deepEqual(await dev.stop('SIGINT'), { code: 0, signal: null });
  fs.writeFileSync(source, answering('edited alone'));
  assert.equal(await ask(), 'saved meanwhile');
  dev = new Dev(app);
  await dev.ready();
  assert.equal(await ask(), 'edited alone');
  assert.deepEqual(await dev.stop('SIGTERM'), { code: 0, signal: null });
});

test('what cannot be is said in one line', async () => {
  const folder = path.join(work, 'bad');
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  const fails = async (description, pattern, options) => {
    if (description !== null) fs.writeFileSync(path.join(folder, 'fairlead.json'), typeof description === 'string' ? description : JSON.stringify(description));
    const failing = new Dev(folder, options);
    assert.equal((await failing.ended).code, 1);
    await eventually(() => pattern.test(failing.errors)).catch(() => assert.match(failing.errors, pattern));
  };
  await fails(null, /no fairlead\.json in .*bad/);
  await fails('{"functions": ', /not JSON/);
  await fails({ functions: { f: 'nowhere' } }, /folder of "f" is not there/);
  await fails({ functions: { f: 'src' } }, /not everything .*no "deploy"/i);
  await fails({ functions: { f: 'src' }, deploy: 'echo trying; exit 7' }, /exit code 7/);
  await fails({ functions: { f: 'src' }, deploy: 'true' }, /After true not everything is there/);
  await fails({ functions: { f: 'src' } }, /No server runs on .*fairlead start --data-dir/, { dataDir: path.join(work, 'none') });

  const functions = new Functions(server.endpoint);
  const { name } = await functions.create('exports.handler = async () => 1;');
  fs.writeFileSync(path.join(folder, 'src/index.js'), 'exports.handler = async () => 2;');
  fs.writeFileSync(path.join(folder, 'fairlead.json'), JSON.stringify({ region: 'us-east-1', functions: { [name]: 'src' } }));
  const small = new Dev(folder); // deployed by others: the folder's code is sent at once
  after(() => small.stop());
  await small.ready();
  assert.equal((await functions.invoke(name)).json, 2);
  await functions.client.send(new (sdk('v3', '@aws-sdk/client-lambda').DeleteFunctionCommand)({ FunctionName: name }));
  fs.writeFileSync(path.join(folder, 'src/index.js'), 'exports.handler = async () => 3;');
  await small.complains(/was refused \(404\)/);
  await small.stop();
});
