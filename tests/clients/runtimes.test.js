'use strict';
// Every Node and Python that this machine has runs functions: kinds of handlers, the SDK that the
// runtime brings, errors, layers. Node 16, 18, 20 and 22 are fetched when they are missing.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { Server } = require('../harness/server');
const { Functions, lambda, zip } = require('../harness/lambda');

const root = path.resolve(__dirname, '../..');
const binary = path.resolve(root, process.env.FAIRLEAD_BINARY || 'build/release/fairlead');
const fairlead = (...args) => execFileSync(binary, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

// runtime -> its own interpreter; those that another one would serve are left out.
function exactRuntimes() {
  const exact = new Map();
  for (const line of fairlead('runtimes').split('\n')) {
    const found = /^((?:nodejs|python)\S+)\s+(\/\S+)$/.exec(line);
    if (found) exact.set(found[1], found[2]);
  }
  return exact;
}

for (const runtime of ['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x']) {
  if (!exactRuntimes().has(runtime)) fairlead('runtimes', 'install', runtime);
}
const runtimes = exactRuntimes();
const nodes = [...runtimes.keys()].filter((name) => name.startsWith('nodejs'));
const pythons = [...runtimes.keys()].filter((name) => name.startsWith('python'));
const numberOf = (runtime) => Number(/(\d+)(\.x)?$/.exec(runtime)[1]);

let server, functions, sandboxed;
before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
  const health = await (await fetch(`${server.endpoint}/_fairlead/health`)).json();
  sandboxed = /sandbox/.test(String(health.functions)) && !/no sandbox/.test(String(health.functions));
});
after(() => server && server.remove());

const answer = async (files, payload, options) => {
  const { name } = await functions.create(files, { Timeout: 20, ...options });
  return functions.invoke(name, payload);
};

const v3Commonjs = `const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
const tables = async (options) => (await new DynamoDBClient(options).send(new ListTablesCommand({}))).TableNames;`;
const v2Commonjs = `const AWS = require('aws-sdk');
const tables = async () => (await new AWS.DynamoDB().listTables({}).promise()).TableNames;`;
const nodeCases = `
const cases = {
  version: async () => process.versions.node.split('.')[0],
  plain: () => 'plain',
  callback: (event, context, done) => setTimeout(done, 5, null, [context.functionName.length > 0]),
  noWait: (event, context, done) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); done(null, 'now'); },
  error: async () => { const e = new RangeError('far'); e.code = 7; throw e; },
  uncaught: () => new Promise(() => setTimeout(() => { throw new TypeError('later'); }, 5)),
  rejected: () => new Promise(() => { Promise.reject(new Error('nobody cares')); }),
  exit: async () => process.exit(3),
  folder: async () => [process.cwd() === process.env.LAMBDA_TASK_ROOT, process.env.AWS_EXECUTION_ENV, process.env._HANDLER],
  tables: () => tables({}),
  byName: () => { delete process.env.AWS_ENDPOINT_URL; return tables({}); },
};`;

for (const runtime of nodes) {
  const major = numberOf(runtime);
  const sdk = major < 18 ? v2Commonjs : v3Commonjs;
  describe(runtime, () => {
    test('handlers, errors and the SDK', async () => {
      const handler = major >= 24 ? '(event, context) => cases[event.case](event, context)'
        : '(event, context, done) => cases[event.case](event, context, done)';
      const { name } = await functions.create(`${sdk}${nodeCases}\nexports.handler = ${handler};`, { Runtime: runtime, Timeout: 20, MemorySize: 256 });
      const call = (which) => functions.invoke(name, { case: which });
      assert.equal((await call('version')).json, String(major));
      assert.equal((await call('plain')).json, major >= 24 ? 'plain' : null);
      if (major < 24) {
        assert.deepEqual((await call('callback')).json, [true]);
        assert.equal((await call('noWait')).json, 'now');
      }
      const error = await call('error');
      assert.equal(error.FunctionError, 'Unhandled');
      assert.deepEqual(Object.keys(error.json), ['errorType', 'errorMessage', 'trace']);
      assert.deepEqual([error.json.errorType, error.json.errorMessage, error.json.trace[0]], ['RangeError', 'far', 'RangeError: far']);
      assert.equal((await call('uncaught')).json.errorType, 'TypeError');
      assert.equal((await call('rejected')).json.errorType, 'Runtime.UnhandledPromiseRejection');
      const exit = (await call('exit')).json;
      assert.equal(exit.errorType, 'Runtime.ExitError');
      assert.match(exit.errorMessage, /exit status 3/);
      assert.deepEqual((await call('folder')).json, [true, `AWS_Lambda_${runtime}`, 'index.handler']);
      assert.deepEqual((await call('tables')).json, []);
      assert.deepEqual((await call('byName')).json, [], 'AWS\'s own host name, by TLS');
    });

    test('ES modules and their SDK', { skip: major < 14 }, async () => {
      const source = major < 18
        ? `import AWS from 'aws-sdk';
           export const handler = async () => (await new AWS.DynamoDB().listTables({}).promise()).TableNames;`
        : `import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
           const client = new DynamoDBClient({});
           export const handler = async () => (await client.send(new ListTablesCommand({}))).TableNames;`;
      assert.deepEqual((await answer({ 'index.mjs': source }, {}, { Runtime: runtime })).json, []);
    });

    test('what cannot be loaded', async () => {
      const type = async (files, options) => (await answer(files, {}, { Runtime: runtime, ...options })).json.errorType;
      assert.equal(await type({ 'other.js': '' }), 'Runtime.ImportModuleError');
      assert.equal(await type('exports.nothing = 1;'), 'Runtime.HandlerNotFound');
      assert.equal(await type('exports.handler = (;'), 'Runtime.UserCodeSyntaxError');
      assert.equal(await type('exports.handler = 1;', { Handler: 'index' }), 'Runtime.MalformedHandlerName');
      assert.equal(await type('exports.handler = async () => { for (;;); };', { Timeout: 1 }), 'Sandbox.Timedout');
    });
  });
}

const pythonCases = `import os, sys, decimal
import boto3, urllib3
def handler(event, context):
    return globals()[event['case']](event, context)
def version(event, context): return sys.version_info[1]
def number(event, context): return {'d': decimal.Decimal('1.5'), 'id': context.aws_request_id}
def error(event, context): raise ValueError('bad')
def unserialisable(event, context): return {1}
def leave(event, context): sys.exit(3)
def folder(event, context): return [os.getcwd() == os.environ['LAMBDA_TASK_ROOT'], os.environ['AWS_EXECUTION_ENV'], os.environ['_HANDLER']]
def tables(event, context): return boto3.client('dynamodb').list_tables()['TableNames']
def put(event, context):
    table = boto3.resource('dynamodb').create_table(TableName=event['table'], BillingMode='PAY_PER_REQUEST',
        KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}], AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}])
    table.wait_until_exists()
    table.put_item(Item={'id': 'a', 'n': decimal.Decimal('2')})
    return [table.get_item(Key={'id': 'a'})['Item'], table.delete()['TableDescription']['TableStatus']]
def bucket(event, context):
    s3 = boto3.client('s3')
    s3.create_bucket(Bucket=event['bucket'])
    s3.put_object(Bucket=event['bucket'], Key='k', Body=b'body')
    return s3.get_object(Bucket=event['bucket'], Key='k')['Body'].read().decode()
def web(event, context): return urllib3.PoolManager().request('GET', 'https://dynamodb.us-east-1.amazonaws.com/').status
`;

for (const runtime of pythons) {
  const minor = numberOf(runtime);
  describe(runtime, () => {
    test('handlers, errors and boto3', async () => {
      const { name } = await functions.create({ 'app.py': pythonCases }, { Runtime: runtime, Handler: 'app.handler', Timeout: 20 });
      const call = (which, more) => functions.invoke(name, { case: which, ...more });
      assert.equal((await call('version')).json, minor);
      const number = (await call('number')).json;
      assert.equal(number.d, 1.5);
      assert.match(number.id, /^[0-9a-f-]{36}$/);
      const error = await functions.invoke(name, { case: 'error' }, { LogType: 'Tail' });
      assert.equal(error.FunctionError, 'Unhandled');
      assert.deepEqual(Object.keys(error.json), ['errorMessage', 'errorType', ...(minor >= 9 ? ['requestId'] : []), 'stackTrace']);
      assert.deepEqual([error.json.errorType, error.json.errorMessage], ['ValueError', 'bad']);
      if (sandboxed) assert.match(error.json.stackTrace[0], /^ {2}File "\/var\/task\/app\.py", line 4, in handler\n/);
      assert.match(Buffer.from(error.LogResult, 'base64').toString(), /\[ERROR\] ValueError: bad\rTraceback \(most recent call last\):\r\u00a0\u00a0File "/);
      assert.equal((await call('unserialisable')).json.errorType, 'Runtime.MarshalError');
      const exit = (await call('leave')).json;
      assert.equal(exit.errorType, 'Runtime.ExitError');
      assert.match(exit.errorMessage, /exit status 3/);
      assert.deepEqual((await call('folder')).json, [true, `AWS_Lambda_${runtime}`, 'app.handler']);
      assert.deepEqual((await call('tables')).json.filter((table) => !table.startsWith('of-')), []);
      assert.deepEqual((await call('put', { table: `of-${runtime}` })).json, [{ id: 'a', n: 2 }, 'DELETING']);
      assert.equal((await call('bucket', { bucket: `of-${runtime}` })).json, 'body');
      assert.ok((await call('web')).json >= 200);
    });

    test('what cannot be loaded', async () => {
      const failure = async (files, options) => (await answer(files, {}, { Runtime: runtime, Handler: 'app.handler', ...options })).json;
      assert.equal((await failure({ 'other.py': '' })).errorMessage, "Unable to import module 'app': No module named 'app'");
      assert.equal((await failure({ 'app.py': 'x = 1' })).errorMessage, "Handler 'handler' missing on module 'app'");
      assert.equal((await failure({ 'app.py': 'def handler(:' })).errorType, 'Runtime.UserCodeSyntaxError');
      assert.equal((await failure({ 'app.py': '' }, { Handler: 'app' })).errorType, 'Runtime.MalformedHandlerName');
      assert.equal((await failure({ 'app.py': '1 / 0' })).errorType, 'ZeroDivisionError');
      assert.equal((await failure({ 'app.py': 'def handler(e, c):\n    while True: pass' }, { Timeout: 1 })).errorType, 'Sandbox.Timedout');
    });

    test('the function\'s own boto3 comes before the runtime\'s', async () => {
      const reply = await answer({ 'app.py': 'import boto3\ndef handler(e, c): return boto3.mine', 'boto3/__init__.py': 'mine = "own"' },
        {}, { Runtime: runtime, Handler: 'app.handler' });
      assert.equal(reply.json, 'own');
    });
  });
}

const hostile = `import os, socket, tempfile, time
from concurrent.futures import ThreadPoolExecutor
def handler(event, context): return globals()[event['case']]()
def fine(): return 'fine'
def threads():
    with ThreadPoolExecutor(8) as pool: return sum(pool.map(lambda x: x * x, range(100)))
def hog():
    kept = []
    while True: kept.append(bytearray(8 << 20))
def bomb():
    while True:
        try: os.fork()
        except OSError: time.sleep(0.01)
def flood():
    for _ in range(20000): print('x' * 1000)
    return 'printed'
def deaf(): os.close(3); return 1
def junk(): os.write(3, b'junk' * 1000); return 1
def written():
    done = []
    for path in ('/var/task/x', '/var/runtime/x', '/opt/x', '/usr/x', '/etc/x', '/x'):
        try: open(path, 'w'); done.append(path)
        except OSError: pass
    with tempfile.NamedTemporaryFile() as file: file.write(b'x'); done.append(os.path.dirname(file.name))
    return done
def outside():
    told = []
    for address in (('1.1.1.1', 53), ('169.254.169.254', 80), ('example.com', 80)):
        try: socket.create_connection(address, timeout=1); told.append(address)
        except OSError: pass
    return [told, os.getuid(), os.environ.get('HOME')]
`;

test('a Python that misbehaves harms itself alone', async (t) => {
  if (!sandboxed) { t.skip('functions run without a sandbox here'); return; }
  const { name } = await functions.create({ 'app.py': hostile }, { Runtime: 'python3.11', Handler: 'app.handler', Timeout: 10, MemorySize: 256 });
  const neighbour = await functions.create({ 'app.py': hostile }, { Runtime: 'python3.11', Handler: 'app.handler', Timeout: 20 });
  const call = async (which) => (await functions.invoke(name, { case: which })).json;
  assert.equal(await call('threads'), 328350);
  assert.deepEqual(await call('written'), ['/tmp']);
  assert.deepEqual(await call('outside'), [[], 993, null]);
  assert.equal(await call('flood'), 'printed');
  for (const [which, message] of [['hog', /signal: killed/], ['deaf', /without providing a reason/], ['junk', /signal: killed/], ['bomb', /signal: killed|timed out/]]) {
    const [failed, fine] = await Promise.all([call(which), functions.invoke(neighbour.name, { case: 'fine' })]);
    assert.match(failed.errorMessage, message, which);
    assert.equal(fine.json, 'fine', which);
    assert.equal(await call('fine'), 'fine', `after ${which}`);
  }
});

test('Python is found where functions name a version that is not there', async () => {
  const reply = await answer({ 'app.py': 'def handler(e, c): return "ok"' }, {}, { Runtime: 'python3.14', Handler: 'app.handler' });
  assert.equal(reply.json, 'ok');
});

test('layers: packages for require and import, for Python, and a wrapper', async () => {
  const publish = (files) => functions.client.send(new lambda.PublishLayerVersionCommand({ LayerName: 'packages', Content: { ZipFile: zip(files) } }));
  const layer = await publish({
    'nodejs/node_modules/layered/index.js': 'exports.from = "layer";',
    'nodejs/node_modules/layered/package.json': '{"name":"layered"}',
    'nodejs/node_modules/@aws-sdk/client-dynamodb/index.js': 'exports.from = "layer";',
    'python/layered.py': 'whence = "layer"',
    bootstrap: '', // makes the zip's mode bits interesting, nothing else
  });
  const Layers = [layer.LayerVersionArn];
  const required = await answer('const l = require("layered"), sdk = require("@aws-sdk/client-dynamodb"); exports.handler = async () => [l.from, sdk.from];', {}, { Layers });
  assert.deepEqual(required.json, ['layer', 'layer']);
  if (sandboxed) {
    const imported = await answer({ 'index.mjs': 'import l from "layered"; export const handler = async () => l.from;' }, {}, { Layers });
    assert.equal(imported.json, 'layer');
  }
  const python = await answer({ 'app.py': 'import layered\ndef handler(e, c): return layered.whence' }, {}, { Layers, Runtime: pythons[0], Handler: 'app.handler' });
  assert.equal(python.json, 'layer');
});

test('a wrapper script may change the environment', async () => {
  const wrapper = '#!/bin/sh\nexport FROM_WRAPPER="yes $#"\nexec "$@"\n';
  const { LayerVersionArn } = await functions.client.send(new lambda.PublishLayerVersionCommand({ LayerName: 'wrapper', Content: { ZipFile: zip({ bootstrap: wrapper }) } }));
  const Environment = { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/bootstrap' } };
  const node = await answer('exports.handler = async () => process.env.FROM_WRAPPER;', {}, { Layers: [LayerVersionArn], Environment });
  assert.equal(node.json, 'yes 2');
  const python = await answer({ 'app.py': 'import os\ndef handler(e, c): return os.environ["FROM_WRAPPER"]' }, {},
    { Layers: [LayerVersionArn], Environment, Runtime: pythons[0], Handler: 'app.handler' });
  assert.match(python.json, /^yes \d$/);
});

test('without a sandbox AWS\'s names lead to the server, too', async () => {
  const plain = await Server.start({ args: ['--sandbox', 'off'] });
  try {
    const there = new Functions(plain.endpoint);
    const run = async (files, options, payload) => {
      const { name } = await there.create(files, { Timeout: 20, ...options });
      return (await there.invoke(name, payload)).json;
    };
    const names = `delete process.env.AWS_ENDPOINT_URL; exports.handler = () => tables({});`;
    assert.deepEqual(await run(v3Commonjs + names, {}), []);
    assert.deepEqual(await run(v2Commonjs + names, { Runtime: 'nodejs16.x' }), []);
    for (const runtime of pythons) {
      const options = { Runtime: runtime, Handler: 'app.handler' };
      assert.deepEqual(await run({ 'app.py': pythonCases }, options, { case: 'tables' }), [], runtime);
    }
    const python = await run({ 'app.py': pythonCases }, { Runtime: pythons[0], Handler: 'app.handler' }, { case: 'web' });
    assert.ok(python >= 200, String(python));
  } finally {
    await plain.remove();
  }
});
