'use strict';

// Which file and export a handler's name means, and what a function sees of its surroundings.

const test = require('node:test');
const assert = require('node:assert');
const { withWorker, Worker, since } = require('./driver');

const MODULES = 14; // ES modules came with Node.js 14 on Lambda

const CJS = 'exports.handler = async () => "cjs";';
const ESM = 'export const handler = async () => "esm";';

// name, options, answer, the first Node.js that can do it
const FOUND = [
  ['.js is CommonJS', { files: { 'index.js': CJS } }, '"cjs"'],
  ['.mjs', { files: { 'index.mjs': ESM } }, '"esm"', MODULES],
  ['.cjs', { files: { 'index.cjs': CJS } }, '"cjs"'],
  ['.js of a module package',
    { files: { 'index.js': ESM, 'package.json': '{"type":"module"}' } }, '"esm"', MODULES],
  ['.js before .mjs', { files: { 'index.js': CJS, 'index.mjs': ESM } }, '"cjs"'],
  ['no extension', { files: { index: CJS } }, '"cjs"'],
  ['folder',
    { handler: 'src/app.run', files: { 'src/app.js': 'exports.run = async () => 1;' } }, '1'],
  ['nested export',
    { handler: 'index.a.b', files: { 'index.js': 'exports.a = { b: async () => 2 };' } }, '2'],
  ['default export', { files: { 'index.mjs': 'export default { handler: async () => 3 };' } },
    '3', MODULES],
  ['top-level await', { files: { 'index.mjs': 'const n = await Promise.resolve(4);' +
    'export const handler = async () => n;' } }, '4', MODULES],
  ['package',
    { handler: 'pkg.run', files: { 'node_modules/pkg/index.js': 'exports.run = async () => 5;' } },
    '5'],
];

for (const [name, options, expected, first = 10] of FOUND) {
  test('found: ' + name, since(first), () => withWorker(options, async (worker) => {
    assert.strictEqual((await worker.call({})).answer, expected);
  }));
}

// name, options, errorType, errorMessage
const REFUSED = [
  ['no file', {}, 'Runtime.ImportModuleError', /^Error: Cannot find module 'index'/],
  ['missing dependency', { files: { 'index.js': 'require("nowhere");' } },
    'Runtime.ImportModuleError', /Cannot find module 'nowhere'/],
  ['missing dependency of an ES module', { files: { 'index.mjs': 'import "nowhere";' } },
    'Runtime.ImportModuleError', /Cannot find package 'nowhere'/],
  ['no such export', { files: { 'index.js': 'exports.other = 1;' } },
    'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['not a function', { files: { 'index.js': 'exports.handler = 1;' } },
    'Runtime.HandlerNotFound', 'index.handler is not a function'],
  ['no dot', { handler: 'index' }, 'Runtime.MalformedHandlerName', 'Bad handler'],
  ['dots', { handler: '../index.handler' },
    'Runtime.MalformedHandlerName', /not a valid handler name/],
  ['syntax', { files: { 'index.js': 'exports.handler = async ( => {}' } },
    'Runtime.UserCodeSyntaxError', /^SyntaxError: /],
  ['own error',
    { files: { 'index.js': 'throw new RangeError("at start");' } }, 'RangeError', 'at start'],
  ['uncaught while loading', { files: {
    'index.mjs': 'setTimeout(() => { throw new Error("later"); }, 1); await new Promise(() => {});',
  } }, 'Error', 'later'],
];

for (const [name, options, type, message] of REFUSED) {
  const isModule = JSON.stringify(options).includes('.mjs');
  test('init error: ' + name, since(isModule ? MODULES : 10), async () => {
    const worker = new Worker(options);
    const error = await worker.initError();
    assert.deepStrictEqual(Object.keys(error), ['errorType', 'errorMessage', 'trace']);
    assert.strictEqual(error.errorType, type);
    if (typeof message === 'string') assert.strictEqual(error.errorMessage, message);
    else assert.match(error.errorMessage, message);
    assert.ok(error.trace.length > 0);
    assert.strictEqual(await worker.exited, 129);
    assert.match(worker.texts().join(), /\tundefined\tERROR\tUncaught Exception \t\{/);
  });
}

test('the environment is what init says, the folder is the task root', () => withWorker({
  environment: { MINE: 'x' },
  files: { 'index.js': 'exports.handler = async () => ({ cwd: process.cwd(),' +
    ' mine: process.env.MINE, start: process.env.FROM_START, frames: process.env.FAIRLEAD_FRAMES });' },
}, async (worker) => {
  const seen = JSON.parse((await worker.call({})).answer);
  assert.deepStrictEqual(seen, { cwd: worker.taskRoot, mine: 'x' });
}));

const PARENTS = 'packages of a parent folder are found by require and import, the own ones first';
test(PARENTS, since(MODULES), () => withWorker({
  files: {
    'index.mjs': `import { createRequire } from 'module';
      import a from 'supplied'; import b from 'both';
      const require = createRequire(import.meta.url);
      export const handler = async () =>
        [a.from, b.from, require('supplied').from, require('both').from];`,
    'node_modules/both/index.js': 'exports.from = "own";',
  },
  beside: {
    'node_modules/supplied/index.js': 'exports.from = "runtime";',
    'node_modules/both/index.js': 'exports.from = "runtime";',
  },
}, async (worker) => {
  assert.strictEqual((await worker.call({})).answer, '["runtime","own","runtime","own"]');
}));

test('a wrapper\'s environment stays', () => withWorker({
  environmentIsSet: true,
  start: { MINE: 'from the wrapper' },
  files: { 'index.js': 'exports.handler = async () => [process.env.MINE, process.env.FAIRLEAD_FRAMES];' },
}, async (worker) => {
  assert.strictEqual((await worker.call({})).answer, '["from the wrapper",null]');
}));

test('NODE_PATH comes with init: layers in their order, none of the runtime\'s own files', () => {
  const runtime = require('path').join(__dirname, '..');
  return withWorker({
    environment: { NODE_PATH: `../opt/exact:../opt/any:${runtime}` },
    files: { 'index.js': `
      exports.handler = async () => [['route', 'errors', 'channel'].map((name) => {
        try { require(name); return 'found'; } catch (e) { return e.code; } }),
        require('module').globalPaths.slice(0, 2)];` },
  }, async (worker) => {
    const [codes, paths] = JSON.parse((await worker.call({})).answer);
    assert.deepStrictEqual(codes, Array(3).fill('MODULE_NOT_FOUND'));
    assert.deepStrictEqual(paths, ['../opt/exact', '../opt/any']);
  });
});

test('require finds a layer\'s package', () => {
  const fs = require('fs');
  const layer = fs.mkdtempSync(require('path').join(require('os').tmpdir(), 'fairlead-layer-'));
  fs.mkdirSync(layer + '/node_modules/layered', { recursive: true });
  fs.writeFileSync(layer + '/node_modules/layered/index.js', 'module.exports = "layer";');
  return withWorker({
    environment: { NODE_PATH: layer + '/node_modules' },
    files: { 'index.js': 'const l = require("layered"); exports.handler = async () => l;' },
  }, async (running) => {
    assert.strictEqual((await running.call({})).answer, '"layer"');
  }).then(() => fs.rmSync(layer, { recursive: true }));
});

test('a small function\'s garbage does not pile up', () => withWorker({
  files: { 'index.js': `exports.handler = async () => {
    let peak = 0;
    for (let k = 0; k < 40; k++) {
      const made = [];
      for (let i = 0; i < 50000; i++) made.push({ k, i });
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    return Math.round(peak / 1e6); };` },
}, async (worker) => {
  const peak = Number((await worker.call({})).answer);
  assert.ok(peak > 20 && peak < 110, `${peak} MB`);
  assert.strictEqual(worker.raw, '');
}));
