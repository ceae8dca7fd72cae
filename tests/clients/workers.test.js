'use strict';
// Custom runtimes, extensions, prepared processes and functions that misbehave, on the real server.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Server } = require('../harness/server');
const { Functions, lambda } = require('../harness/lambda');

let server, functions, facts;

before(async () => {
  server = await Server.start({ args: (process.env.FAIRLEAD_TEST_ARGS || '').split(' ').filter(Boolean) });
  facts = JSON.parse(fs.readFileSync(path.join(server.folder, 'server.json')));
  functions = new Functions(server.endpoint);
});
after(() => server && server.remove());

const sandboxed = () => String(facts.functions).includes('sandbox');

const library = `#!/usr/bin/python3 -IS
import base64, http.client, json, os, socket, sys, time
address = os.environ['AWS_LAMBDA_RUNTIME_API']
c = http.client.HTTPConnection(address, timeout=60)
def call(method, path, body=None, headers={}):
    c.request(method, path, body, headers)
    r = c.getresponse()
    return r.status, r.headers, r.read()
V = '/2018-06-01/runtime/'
def next():
    status, headers, body = call('GET', V + 'invocation/next')
    return headers['Lambda-Runtime-Aws-Request-Id'], body
def respond(id, body): return call('POST', V + 'invocation/%s/response' % id, body)
`;
const custom = (script, options = {}) =>
  functions.create({ bootstrap: library + script }, { Runtime: 'provided.al2023', Handler: 'any', Timeout: 10, ...options });

// Files that may be run, as the zip of a layer.
function programs(files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fairlead-layer-'));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  }
  execFileSync('zip', ['-qrX', 'layer.zip', '.'], { cwd: folder });
  const made = fs.readFileSync(path.join(folder, 'layer.zip'));
  fs.rmSync(folder, { recursive: true });
  return made;
}
async function layer(name, files) {
  const made = await functions.client.send(new lambda.PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: programs(files) } }));
  return made.LayerVersionArn;
}

test('a custom runtime finds the Runtime API, and streams', async () => {
  const { name } = await custom(`
id, body = next()
respond(id, json.dumps([address, os.getcwd(), os.getuid()]))
id, body = next()
host, port = address.split(':')
s = socket.create_connection((host, int(port)))
s.sendall(('POST %sinvocation/%s/response HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nLambda-Runtime-Function-Response-Mode: streaming\\r\\n\\r\\n' % (V, id)).encode())
for piece in (b'"hel', b'lo"'): s.sendall(b'%x\\r\\n' % len(piece) + piece + b'\\r\\n'); time.sleep(0.02)
s.sendall(b'0\\r\\n\\r\\n')
s.recv(100)
while True:
    id, body = next()
    respond(id, body)
`);
  const [address, folder, user] = (await functions.invoke(name)).json;
  if (sandboxed()) assert.deepEqual([address, folder, user], ['127.0.0.1:9001', '/var/task', 993]);
  assert.equal((await functions.invoke(name)).json, 'hello');
  assert.deepEqual((await functions.invoke(name, { a: 1 })).json, { a: 1 });
});

test('external extensions of a layer run beside any runtime', async () => {
  const arn = await layer('watching', {
    'extensions/watcher': `${library}
status, headers, body = call('POST', '/2020-01-01/extension/register', '{"events":["INVOKE"]}', {'Lambda-Extension-Name': 'watcher'})
me = {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier']}
print('watcher for', json.loads(body)['functionName'], flush=True)
while True:
    event = json.loads(call('GET', '/2020-01-01/extension/event/next', None, me)[2])
    print('watched', event['requestId'], flush=True)
`,
  });
  const made = [
    await custom('while True:\n    id, body = next()\n    respond(id, body)\n', { Layers: [arn] }),
    await functions.create('exports.handler = async (event) => event;', { Layers: [arn], Timeout: 10 }),
  ];
  for (const { name } of made) {
    const first = await functions.invoke(name, { n: 1 });
    assert.equal(first.FunctionError, undefined, first.text);
    assert.deepEqual(first.json, { n: 1 });
    const second = await functions.invoke(name, { n: 2 }, { LogType: 'Tail' });
    assert.deepEqual(second.json, { n: 2 });
  }
});

test('an extension that fails takes its environment along', async () => {
  const arn = await layer('failing', {
    'extensions/broken': `${library}
status, headers, body = call('POST', '/2020-01-01/extension/register', '{"events":[]}', {'Lambda-Extension-Name': 'broken'})
call('POST', '/2020-01-01/extension/init/error', '{"errorMessage":"no","errorType":"Extension.NoConfig"}',
     {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier'], 'Lambda-Extension-Function-Error-Type': 'Extension.NoConfig'})
`,
  });
  const { name } = await custom('while True:\n    id, body = next()\n    respond(id, body)\n', { Layers: [arn] });
  const reply = await functions.invoke(name);
  assert.equal(reply.FunctionError, 'Unhandled');
  assert.equal(reply.json.errorType, 'Extension.NoConfig');
});

test('Python functions come from a warm fork, with boto3 loaded', async () => {
  const { name } = await functions.create({
    'index.py': `import sys, os
warm = 'boto3' in sys.modules
import boto3
boto3.client('dynamodb')
def handler(event, context): return [warm, os.getuid(), os.environ['AWS_LAMBDA_FUNCTION_NAME'], os.getcwd()]
` }, { Runtime: 'python3.11', Timeout: 20 });
  const [warm, user, told, folder] = (await functions.invoke(name)).json;
  assert.equal(told, name);
  if (sandboxed()) assert.deepEqual([warm, user, folder], [true, 993, '/var/task']);
});

test('one function after the other from the stock, each with its own code and environment', async () => {
  const made = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => functions.create(
    `const n = ${n}; exports.handler = async () => [n, process.env.WHO, process.cwd() === process.env.LAMBDA_TASK_ROOT];`,
    { Environment: { Variables: { WHO: String(n) } }, Timeout: 20 })));
  for (const round of [1, 2]) {
    const replies = await Promise.all(made.map(({ name }) => functions.invoke(name)));
    replies.forEach((reply, i) => assert.deepEqual(reply.json, [i + 1, String(i + 1), true], `round ${round}`));
  }
});

test('floods, fork bombs and deserters: AWS\'s answer, and the server goes on', async () => {
  const good = await functions.create('exports.handler = async () => 1;');
  const bad = {
    flood: ['while True: os.write(1, (b"x" * 99 + b"\\n") * 600)', /^Sandbox.Timedout$/],
    bomb: [`
while True:
    try: os.fork()
    except OSError: pass`, /^(Sandbox.Timedout|Runtime.ExitError)$/], // its processes may need more memory than there is
    deserter: ['c.close(); time.sleep(1000)', /^Sandbox.Timedout$/],
    leaver: ['sys.exit(3)', /^Runtime.ExitError$/],
  };
  if (!sandboxed()) delete bad.bomb; // nothing bounds the processes of a plain one
  for (const [what, [script, type]] of Object.entries(bad)) {
    const { name } = await custom(`id, body = next()\n${script}\n`, { Timeout: 2 });
    const [reply, neighbour] = await Promise.all([functions.invoke(name), functions.invoke(good.name)]);
    assert.equal(reply.FunctionError, 'Unhandled', what);
    assert.match(reply.json.errorType, type, what);
    assert.equal(neighbour.json, 1);
  }
  const status = fs.readFileSync(`/proc/${facts.pid}/status`, 'utf8');
  assert.ok(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) < 600 * 1024, status);
});

test('nothing is left of them', async () => {
  await server.stop();
  const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(server.folder));
  assert.deepEqual(left, []);
});
