'use strict';
// The program itself: commands, start-up refusals (one line, exit code 1, nothing changed), stop.

const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');
const { Server, binary } = require('../harness/server');

const fairlead = (...args) => spawnSync(binary, args, { encoding: 'utf8', timeout: 20000 });
const folders = [];
function newFolder() {
  folders.push(fs.mkdtempSync(path.join(os.tmpdir(), 'fairlead-cli-')));
  return folders.at(-1);
}
after(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

function refused(result, pattern) {
  assert.equal(result.status, 1, result.stderr);
  assert.match(result.stderr, pattern);
  assert.equal(result.stderr.trim().split('\n').length, 1, `one line: ${result.stderr}`);
}

test('help teaches, version and operations answer', () => {
  assert.match(fairlead('--help').stdout, /First steps/);
  assert.match(fairlead('start', '--help').stdout, /--ephemeral/);
  assert.match(fairlead('version').stdout, /^fairlead \d+\.\d+\.\d+/);
  assert.match(fairlead('operations', 'dynamodb').stdout, /PutItem\s+dynamodb:PutItem\s+write/);
  assert.match(fairlead('runtimes').stdout, /nodejs16\.x/);
  assert.equal(fairlead('dance').status, 2);
  assert.equal(fairlead('runtimes', 'install', 'cobol85.x').status, 1);
});

test('status, env and stop find the server', async () => {
  const server = await Server.start();
  try {
    assert.match(fairlead('status', '--data-dir', server.folder).stdout, new RegExp(`running\\s+${server.endpoint}`));
    const env = fairlead('env', '--data-dir', server.folder).stdout;
    assert.match(env, new RegExp(`AWS_ENDPOINT_URL=${server.endpoint}`));
    assert.equal(fairlead('stop', '--data-dir', server.folder).status, 0);
    assert.equal(fairlead('status', '--data-dir', server.folder).status, 3);
  } finally {
    await server.remove();
  }
});

test('a port in use', async () => {
  const server = await Server.start();
  try {
    refused(fairlead('start', '--listen', `127.0.0.1:${server.port}`, '--data-dir', newFolder()), /in use/);
  } finally {
    await server.remove();
  }
});

test('a data folder that another server has open', async () => {
  const server = await Server.start();
  try {
    refused(fairlead('start', '--listen', '127.0.0.1:0', '--data-dir', server.folder), /another|in use|open/i);
  } finally {
    await server.remove();
  }
});

test('a data folder that cannot be made', () => {
  const file = path.join(newFolder(), 'file');
  fs.writeFileSync(file, '');
  refused(fairlead('start', '--listen', '127.0.0.1:0', '--data-dir', path.join(file, 'data')), /data folder/);
});

test('a store of a newer version, and a damaged one, are left alone', async () => {
  const server = await Server.start();
  await server.stop();
  const files = execFileSync('find', [path.join(server.folder, 'store'), '-name', 'FORMAT'], { encoding: 'utf8' }).trim();
  assert.ok(files, 'the store has a FORMAT file');
  const original = fs.readFileSync(files, 'utf8');
  fs.writeFileSync(files, original.replace(/\d+/, '9999'));
  refused(fairlead('start', '--listen', '127.0.0.1:0', '--data-dir', server.folder), /newer/);
  fs.writeFileSync(files, 'garbage');
  refused(fairlead('start', '--listen', '127.0.0.1:0', '--data-dir', server.folder), /damaged/i);
  fs.writeFileSync(files, original);
  const again = await Server.start({ folder: server.folder });
  await again.remove();
});

test('listening beyond loopback is refused while only the development key exists', () => {
  refused(fairlead('start', '--listen', '0.0.0.0:0', '--data-dir', newFolder()), /loopback/);
});

test('--ephemeral leaves nothing behind', async () => {
  const server = await Server.start({ args: ['--ephemeral'] });
  const folder = server.folder;
  folders.push(folder);
  assert.equal(await server.stop(), 0);
  assert.equal(fs.existsSync(path.join(folder, 'store')), false);
});
