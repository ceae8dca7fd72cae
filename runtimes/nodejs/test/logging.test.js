'use strict';

// Log events: Lambda's format, their order and their invocation.

const test = require('node:test');
const assert = require('node:assert');
const { withWorker } = require('./driver');

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const ID = '11111111-2222-4333-8444-555555555555';

const LINES = [
  ['console.log("a", 1, {b: 2})', `INFO\ta 1 { b: 2 }`],
  ['console.log("%s-%d", "x", 5)', 'INFO\tx-5'],
  ['console.info("i")', 'INFO\ti'],
  ['console.debug("d")', 'DEBUG\td'],
  ['console.warn("w")', 'WARN\tw'],
  ['console.error("e")', 'ERROR\te'],
  ['console.trace("t")', 'TRACE\tt'],
  ['console.log("two\\nlines")', 'INFO\ttwo\nlines'],
  ['console.log()', 'INFO\t'],
];

test('console methods', () => withWorker(
  `exports.handler = async () => { ${LINES.map(([source]) => source).join(';')} };`,
  async (worker) => {
    await worker.call({});
    assert.strictEqual(worker.logs.length, LINES.length);
    LINES.forEach(([, expected], i) => {
      const [time, id, ...rest] = worker.logs[i].text.split('\t');
      assert.match(time, new RegExp(`^${TIME}$`));
      assert.strictEqual(id, ID);
      assert.strictEqual(rest.join('\t'), expected + '\n');
      assert.strictEqual(worker.logs[i].micros, Date.parse(time) * 1000);
    });
  }));

test('lines written to the standard streams', () => withWorker(
  `exports.handler = async () => { process.stdout.write('a'); process.stdout.write('b\\nc\\nd');
     process.stderr.write(Buffer.from('e\\n'));
     await new Promise((r) => process.stdout.write('', r)); };`,
  async (worker) => {
    await worker.call({});
    assert.deepStrictEqual(worker.texts(), ['ab\n', 'c\n', 'e\n', 'd']);
    assert.strictEqual(worker.raw, '');
  }));

test('each event has the id of its invocation, none before the first', () => withWorker(
  'console.log("loading"); exports.handler = async () => console.log("in");', async (worker) => {
    await worker.call({}, { requestId: 'one' });
    await worker.call({}, { requestId: 'two' });
    assert.deepStrictEqual(worker.texts().map((text) => text.split('\t').slice(1).join('|')),
      ['undefined|INFO|loading\n', 'one|INFO|in\n', 'two|INFO|in\n']);
  }));

test('a failed invocation is logged with the error\'s own fields', () => withWorker(
  `exports.handler = async () => {
     const e = new Error('m'); e.code = 'C'; e.extra = [1]; throw e; };`,
  async (worker) => {
    await worker.call({});
    const [, id, level, what, json] = worker.texts()[0].split('\t');
    assert.deepStrictEqual([id, level, what], [ID, 'ERROR', 'Invoke Error ']);
    const shown = JSON.parse(json);
    assert.strictEqual(shown.errorType, 'Error');
    assert.strictEqual(shown.errorMessage, 'm');
    assert.strictEqual(shown.code, 'C');
    assert.deepStrictEqual(shown.extra, [1]);
    assert.strictEqual(shown.stack[0], 'Error: m');
  }));

test('what is logged before a hang is not lost', () => withWorker(
  'exports.handler = () => { console.log("before"); for (;;); };', async (worker) => {
    worker.invoke({});
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.match(worker.texts()[0], /\tINFO\tbefore\n$/);
  }));

test('as JSON: levels, objects, errors, several values', () => withWorker({
  environment: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' },
  files: { 'index.js': `exports.handler = async () => {
    console.debug('hidden'); console.log('a\\nb'); console.warn({ x: 1 }); console.info('%s!', 'y');
    console.error('with', new TypeError('bad')); process.stdout.write('plain\\n');
    const self = { name: 'self' }; self.self = self; console.log(self);
    throw new RangeError('far'); };` },
}, async (worker) => {
  await worker.call({});
  const texts = worker.texts();
  assert.strictEqual(texts.splice(4, 1)[0], 'plain\n');
  const events = texts.map((text) => JSON.parse(text));
  for (const event of events) {
    assert.match(event.timestamp, /^\d{4}-.*Z$/);
    assert.strictEqual(event.requestId, ID);
  }
  assert.deepStrictEqual(events.map((event) => event.level),
    ['INFO', 'WARN', 'INFO', 'ERROR', 'INFO', 'ERROR']);
  assert.deepStrictEqual(events.slice(0, 3).map((event) => event.message), ['a\nb', { x: 1 }, 'y!']);
  assert.strictEqual(events[3].errorType, 'TypeError');
  assert.strictEqual(events[3].errorMessage, 'bad');
  assert.match(events[4].message, /Circular/);
  assert.strictEqual(events[5].message.errorType, 'RangeError');
  assert.strictEqual(events[5].message.errorMessage, 'far');
}));
