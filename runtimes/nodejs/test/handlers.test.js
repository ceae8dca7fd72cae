'use strict';

// How handlers are called and what becomes of what they answer.

const test = require('node:test');
const assert = require('node:assert');
const { withWorker, Worker, since } = require('./driver');

// name, handler source, answer as JSON text
const ANSWERS = [
  ['async', 'exports.handler = async (event) => ({ got: event.n });', '{"got":7}'],
  ['promise later', 'exports.handler = (e) => new Promise((r) => setTimeout(r, 20, e.n));', '7'],
  ['callback', 'exports.handler = (e, c, done) => done(null, [e.n]);', '[7]'],
  ['callback later',
    'exports.handler = (e, c, done) => { setTimeout(done, 20, null, "x"); };', '"x"'],
  ['callback without a result', 'exports.handler = (e, c, done) => done();', 'null'],
  ['never calls back', 'exports.handler = (e, c, done) => { setTimeout(() => {}, 5); };', 'null'],
  ['plain return is not an answer', 'exports.handler = () => 5;', 'null'],
  ['promise that never settles', 'exports.handler = () => new Promise(() => {});', 'null'],
  ['nothing', 'exports.handler = async () => {};', 'null'],
  ['function as a result', 'exports.handler = async () => () => 1;', 'null'],
  ['succeed', 'exports.handler = (e, context) => context.succeed({ a: 1 });', '{"a":1}'],
  ['done', 'exports.handler = (e, context) => context.done(null, 3);', '3'],
  ['first answer wins',
    'exports.handler = async (e, c, done) => { c.done(null, 1); return 2; };', '1'],
  ['a result waits for the event loop',
    'exports.handler = (e, c, done) => { const r = {}; setTimeout(() => { r.s = 1; }, 20);' +
    ' done(null, r); };', '{"s":1}'],
  ['unless told not to wait',
    'exports.handler = (e, c, done) => { c.callbackWaitsForEmptyEventLoop = false;' +
    ' setInterval(() => {}, 1000); done(null, "now"); };', '"now"'],
  ['promises do not wait',
    'exports.handler = async () => { setInterval(() => {}, 1000); return "now"; };', '"now"'],
  ['stream', 'exports.handler = awslambda.streamifyResponse(async (e, out) => {' +
    ' out.write("a"); out.end("b"); });', 'ab'],
  ['stream with a prelude', 'exports.handler = awslambda.streamifyResponse(async (e, out) => {' +
    ' out = awslambda.HttpResponseStream.from(out, { statusCode: 201 }); out.end("b"); });',
  '{"statusCode":201}\0\0\0\0\0\0\0\0b'],
  ['unicode', 'exports.handler = async () => "ä€😀";', '"ä€😀"'],
];

for (const [name, source, expected] of ANSWERS) {
  test('answer: ' + name, () => withWorker(source, async (worker) => {
    assert.strictEqual((await worker.call({ n: 7 })).answer, expected);
    assert.strictEqual((await worker.call({ n: 7 })).answer, expected, 'and a second time');
  }));
}

// name, handler source, error as the caller sees it (without its trace)
const ERRORS = [
  ['throw', 'exports.handler = () => { throw new TypeError("bad"); };', 'TypeError', 'bad'],
  ['reject', 'exports.handler = async () => { throw new Error("no"); };', 'Error', 'no'],
  ['callback',
    'exports.handler = (e, c, done) => done(new RangeError("far"));', 'RangeError', 'far'],
  ['a string', 'exports.handler = async () => { throw "text"; };', 'string', 'text'],
  ['fail', 'exports.handler = (e, c) => c.fail();', 'string', 'handled'],
  ['own name',
    'exports.handler = async () => { const e = new Error("m"); e.name = "Mine"; throw e; };',
    'Mine', 'm'],
  ['not serialisable', 'exports.handler = async () => { const a = {}; a.a = a; return a; };',
    'Runtime.MarshalError', 'Unable to stringify response body'],
  ['bigint', 'exports.handler = async () => ({ n: BigInt(1) });',
    'Runtime.MarshalError', 'Unable to stringify response body'],
  ['async that never settles', 'exports.handler = async () => { await new Promise(() => {}); };',
    'Runtime.NodeJsExit', /never settled/],
  ['too large', 'exports.handler = async () => "x".repeat(6291556);',
    'Function.ResponseSizeTooLarge', /6291556 bytes/],
];

for (const [name, source, type, message] of ERRORS) {
  test('error: ' + name, () => withWorker(source, async (worker) => {
    for (let round = 0; round < 2; round++) {
      const { errorType, error } = await worker.call({});
      assert.strictEqual(errorType, type);
      assert.strictEqual(error.errorType, type);
      if (typeof message === 'string') assert.strictEqual(error.errorMessage, message);
      else assert.match(error.errorMessage, message);
    }
  }));
}

test('errors carry their stack, line by line', () => withWorker(
  'exports.handler = async () => { throw new Error("no\\nway"); };', async (worker) => {
    const { error } = await worker.call({});
    assert.deepStrictEqual(Object.keys(error), ['errorType', 'errorMessage', 'trace']);
    assert.deepStrictEqual(error.trace.slice(0, 2), ['Error: no', 'way']);
    assert.match(error.trace[2], /^ {4}at .*index\.js:1/);
  }));

test('an uncaught exception answers and ends the process with 129', () => withWorker(
  'exports.handler = async () => { setTimeout(() => { throw new Error("late"); }, 1);' +
  ' await new Promise((r) => setTimeout(r, 1000)); };', async (worker) => {
    const { error } = await worker.call({});
    assert.strictEqual(error.errorMessage, 'late');
    assert.strictEqual(await worker.exited, 129);
    assert.match(worker.texts().join(), /ERROR\tUncaught Exception \t\{"errorType":"Error"/);
  }));

test('an unhandled rejection answers and ends the process with 128', () => withWorker(
  'exports.handler = async () => { Promise.reject(new Error("lost"));' +
  ' await new Promise((r) => setTimeout(r, 1000)); };', async (worker) => {
    const { error } = await worker.call({});
    assert.strictEqual(error.errorType, 'Runtime.UnhandledPromiseRejection');
    assert.strictEqual(error.errorMessage, 'Error: lost');
    assert.strictEqual(await worker.exited, 128);
  }));

test('process.exit ends without an answer', () => withWorker(
  'exports.handler = async () => process.exit(3);', async (worker) => {
    assert.deepStrictEqual(await worker.call({}), { end: true });
    assert.strictEqual(await worker.exited, 3);
  }));

test('context', () => withWorker({
  files: {
    'index.js': `exports.handler = async (event, c) => ({
      names: Object.keys(c).sort(), name: c.functionName, version: c.functionVersion,
      memory: c.memoryLimitInMB, id: c.awsRequestId, arn: c.invokedFunctionArn,
      group: c.logGroupName, stream: c.logStreamName, client: c.clientContext, identity: c.identity,
      left: c.getRemainingTimeInMillis(), waits: c.callbackWaitsForEmptyEventLoop,
      trace: process.env._X_AMZN_TRACE_ID });`,
  },
}, async (worker) => {
  const header = { requestId: 'r-1', clientContext: '{"custom":1}', cognitoIdentity: '{"i":2}' };
  const context = JSON.parse((await worker.call({}, header)).answer);
  assert.ok(context.left > 2000 && context.left <= 3000);
  delete context.left;
  assert.deepStrictEqual(context, {
    names: ['awsRequestId', 'callbackWaitsForEmptyEventLoop', 'clientContext', 'done', 'fail',
      'functionName', 'functionVersion', 'getRemainingTimeInMillis', 'identity',
      'invokedFunctionArn', 'logGroupName', 'logStreamName', 'memoryLimitInMB', 'succeed'],
    name: 'tested', version: '$LATEST', memory: '128', id: 'r-1',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
    group: '/aws/lambda/tested', stream: '2026/11/20/[$LATEST]0',
    client: { custom: 1 }, identity: { i: 2 }, waits: true, trace: 'Root=1-2-3',
  });
}));

test('nodejs24.x: no callbacks, plain returns count', async () => {
  const runtime = 'nodejs24.x';
  const plain = { 'index.js': 'exports.handler = (e, c) => [typeof c.done];' };
  await withWorker({ runtime, files: plain }, async (worker) => {
    assert.strictEqual((await worker.call({})).answer, '["undefined"]');
  });
  const worker = new Worker({
    runtime, files: { 'index.js': 'exports.handler = (e, c, done) => done();' },
  });
  assert.strictEqual((await worker.initError()).errorType, 'Runtime.CallbackHandlerDeprecated');
  await worker.exited;
});

test('large events and answers', () => withWorker(
  'exports.handler = async (e) => ({ length: e.text.length, text: e.text });', async (worker) => {
    for (const size of [1, 65530, 65536, 70000, 3000000]) {
      const { answer } = await worker.call({ text: '€'.repeat(size / 2) });
      assert.strictEqual(JSON.parse(answer).text.length, Math.floor(size / 2));
    }
  }));

test('an event that is no JSON', () => withWorker(
  'exports.handler = async () => 1;', async (worker) => {
    assert.strictEqual((await worker.call('{')).errorType, 'Runtime.UnmarshalError');
    assert.strictEqual((await worker.call('{}')).answer, '1');
  }));

test('the process is frozen between invocations', () => withWorker(
  `let ticks = 0; setInterval(() => ticks++, 5);
   exports.handler = async () => ticks;`, async (worker) => {
    await worker.call({});
    const before = Number((await worker.call({})).answer);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const after = Number((await worker.call({})).answer);
    assert.ok(after - before <= 3, `${after - before} ticks while frozen`);
  }));

test('no AsyncLocalStorage leaks into the next invocation', since(14), () => withWorker(
  `const { AsyncLocalStorage } = require('async_hooks'); const store = new AsyncLocalStorage();
   exports.handler = async (e) => { const seen = store.getStore(); store.enterWith(e.n);
     await null; return seen === undefined ? 'none' : seen; };`, async (worker) => {
    assert.strictEqual((await worker.call({ n: 1 })).answer, '"none"');
    assert.strictEqual((await worker.call({ n: 2 })).answer, '"none"');
  }));

test('shutdown ends the process, and so does a server that is gone', async () => {
  const options = { files: { 'index.js': 'exports.handler = async () => 1;' } };
  const worker = await new Worker(options).ready();
  assert.strictEqual(await worker.stop(), 0);
  const other = await new Worker(options).ready();
  other.socket.destroy();
  assert.strictEqual(await other.exited, 0);
});
