'use strict';
// Soak: WebSockets come and go, talk, are pushed to and do not read, for SOAK_MINUTES (10); in the
// middle the server is killed with -9 and started again. At the end each connection that was accepted
// has had exactly one `$disconnect` (a row in a table), no reply was lost, and memory stayed bounded.
//   SOAK_MINUTES=1 node tests/soak/soak.js

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { Server, eventually, keys, sdk, unique } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { RawWebSocket, text } = require('../harness/raw_websocket');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

const db = sdk('v3', '@aws-sdk/client-dynamodb');
const mgmt = sdk('v3', '@aws-sdk/client-apigatewaymanagementapi');
const MINUTES = Number(process.env.SOAK_MINUTES || 10);
const RUN_MS = MINUTES * 60_000;
const CHURNERS = 24;
const SLEEPERS = 100;
const SLOW_READERS = 4;
// Anonymous memory of the server: all in, and what the last quarter of a life may have over its second.
const MOST_MIB = 600;
const GROWTH = 1.3;
const GROWTH_MIB = 64;
// A crash in the middle of a `$disconnect` runs it again (docs/websocket-choices.md).
const CRASH_WINDOW_MS = 5000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const any = (list) => list[Math.floor(Math.random() * list.length)];

class Soak {
  constructor() {
    this.accepted = new Map();  // connection id -> when its end began, or undefined
    this.counts = { connections: 0, replies: 0, pushes: 0, fullReaders: 0, cutReaders: 0, refusals: 0 };
    this.lives = [[]];  // memory in MiB by process
    this.failures = [];
    this.down = false;
  }

  async prepare() {
    this.server = await Server.start({ args: ['--requests-per-second', '0', '--connects-per-second', '0'] });
    this.pids = new Set([this.server.process.pid]);
    const { endpoint } = this.server;
    this.functions = new Functions(endpoint);
    this.db = new db.DynamoDBClient({ endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
    this.gone = unique('gone');
    await this.db.send(new db.CreateTableCommand({
      TableName: this.gone, BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['id', 'request'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'request', KeyType: 'RANGE' }],
    }));
    const echo = await this.functions.create('exports.handler = async ({ body }) => ({ statusCode: 200, body });');
    const bye = await this.functions.create(`const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
      const client = new DynamoDBClient({});
      exports.handler = async ({ requestContext: { connectionId, requestId, disconnectStatusCode } }) => {
        await client.send(new PutItemCommand({ TableName: process.env.GONE, Item: {
          id: { S: connectionId }, request: { S: requestId }, code: { N: String(disconnectStatusCode) } } }));
        return { statusCode: 200 };
      };`, { Timeout: 30, Environment: { Variables: { GONE: this.gone } } });
    // No $default: the Forbidden frame names the connection.
    this.api = await WebSocketApi.make(this.functions, { echo: { ...echo, reply: true }, mock: { mock: 'mocked' }, $disconnect: bye });
    this.callbacks = new mgmt.ApiGatewayManagementApiClient({ endpoint: this.api.url.replace('ws', 'http'), region: 'us-east-1', credentials: keys, maxAttempts: 1 });
    this.end = Date.now() + RUN_MS;
  }

  running() { return Date.now() < this.end; }

  async open(compressed = Math.random() < 0.5) {
    const socket = await Socket.open(this.api.url, { perMessageDeflate: compressed });
    this.counts.connections++;
    socket.send({ action: 'who' });
    socket.id = JSON.parse(await socket.next(20000)).connectionId;
    this.accepted.set(socket.id, undefined);
    socket.closed.then(() => this.ending(socket.id));
    return socket;
  }

  ending(id) { if (this.accepted.get(id) === undefined) this.accepted.set(id, Date.now()); }
  push(ConnectionId, Data) { return this.callbacks.send(new mgmt.PostToConnectionCommand({ ConnectionId, Data })); }

  async talk(socket) {
    for (let rounds = Math.floor(Math.random() * 6); rounds > 0; rounds--) {
      const sent = [];
      for (let n = 1 + Math.floor(Math.random() * 8); n > 0; n--) {
        const mock = Math.random() < 0.6;
        const message = JSON.stringify({ action: mock ? 'mock' : 'echo', text: 'ä'.repeat(Math.floor(Math.random() ** 4 * 14000)), n: Math.random() });
        sent.push(mock ? 'mocked' : message);
        socket.send(message);
      }
      const came = [];
      while (came.length < sent.length) came.push(await socket.next(30000));
      assert.deepEqual(came.sort(), sent.sort(), 'other replies than were due');
      this.counts.replies += came.length;
      if (Math.random() < 0.5) {
        const data = `push ${Math.random()} ${'p'.repeat(Math.floor(Math.random() ** 6 * 130000))}`;
        await this.push(socket.id, data);
        assert.equal(await socket.next(20000), data);
        this.counts.pushes++;
      }
    }
  }

  async churn() {
    const socket = await this.open();
    await this.talk(socket);
    this.ending(socket.id);
    await any([
      () => socket.close(1000), () => socket.close(4000 + Math.floor(Math.random() * 999), 'enough'), () => socket.close(),
      () => { socket.terminate(); return socket.closed; },
      async () => { await this.callbacks.send(new mgmt.DeleteConnectionCommand({ ConnectionId: socket.id })); assert.equal((await socket.closed).code, 1000); },
      async () => { for (let i = 0; i < 5; i++) socket.send({ action: 'echo', i }); socket.terminate(); await socket.closed; },
    ])();
  }

  // Open and silent until the end or the crash.
  async sleep() {
    const socket = await this.open();
    while (this.running() && socket.ws.readyState === 1) await wait(200);
    this.ending(socket.id);
    await socket.close();
  }

  // Takes nothing while it is pushed to until that is refused; then it reads again, leaves, or is cut.
  async readSlowly() {
    const raw = await RawWebSocket.open(this.api.url);
    this.counts.connections++;
    raw.send(text('{"action":"who"}'));
    const id = JSON.parse((await raw.next()).payload).connectionId;
    this.accepted.set(id, undefined);
    raw.socket.pause();
    let pushed = 0;
    for (; ; pushed++) {
      const refused = await this.push(id, 'x'.repeat(120_000)).then(() => null, (error) => error);
      if (!refused) continue;
      if (refused.name !== 'LimitExceededException') throw refused;
      break;
    }
    this.counts.fullReaders++;
    const way = any(['read', 'leave', 'stay']);
    if (way === 'read') {
      raw.socket.resume();
      await raw.until(() => raw.frames.filter(({ first }) => first & 0x80).length >= pushed, 60000);
      assert.equal(raw.frames.filter(({ first }) => first & 0x80).length, pushed, 'pushes that were accepted are lost');
    }
    if (way === 'stay') {
      for (const until = Math.min(this.end, Date.now() + 70_000); Date.now() < until && !this.down; await wait(1000)) {
        const answer = await this.push(id, 'x'.repeat(120_000)).then(() => 'sent', (error) => error.name);
        if (answer === 'GoneException') { this.counts.cutReaders++; break; }
      }
    }
    this.ending(id);
    raw.end();
  }

  // Again and again. While the server is down, and for those it took along, nothing is a failure.
  async again(what, pause = 0) {
    while (this.running()) {
      const crashes = this.lives.length;
      try {
        await what.call(this);
      } catch (error) {
        const refused = error.status || (error.$metadata && error.$metadata.httpStatusCode);
        if (!this.down && crashes === this.lives.length) this.failures.push(`${what.name}: ${error.stack}`.slice(0, 600));
        else if (refused) this.counts.refusals++;
        await wait(100);
      }
      if (pause) await wait(Math.random() * pause);
    }
  }

  async watchMemory() {
    while (this.running()) {
      try {
        const status = fs.readFileSync(`/proc/${this.server.process.pid}/status`, 'utf8');
        this.lives[this.lives.length - 1].push(Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1024);
      } catch { /* it is down */ }
      await wait(Math.min(1000, RUN_MS / 120));
    }
  }

  async crash() {
    await wait(RUN_MS / 2);
    this.down = true;
    this.crashedAt = Date.now();
    this.openAtCrash = [...this.accepted.values()].filter((ended) => ended === undefined).length;
    const { folder, port } = this.server;
    await this.server.kill();
    this.server = await Server.start({ folder, port, args: ['--requests-per-second', '0', '--connects-per-second', '0'] });
    this.lives.push([]);
    this.down = false;
  }

  async rows() {
    const found = new Map();
    for await (const page of db.paginateScan({ client: this.db }, { TableName: this.gone, ConsistentRead: true })) {
      for (const { id, code } of page.Items) found.set(id.S, [...(found.get(id.S) || []), Number(code.N)]);
    }
    return found;
  }

  async judge() {
    const ids = [...this.accepted.keys()];
    const rows = await eventually(async () => {
      const found = await this.rows();
      return ids.every((id) => found.has(id)) && found;
    }, { timeout: 60_000, every: 500 }).catch(() => this.rows());
    await wait(2000);
    const last = await this.rows();
    const missing = ids.filter((id) => !rows.has(id));
    const nearCrash = (ended) => ended !== undefined && this.crashedAt - CRASH_WINDOW_MS < ended && ended < this.crashedAt + CRASH_WINDOW_MS;
    const twice = [...last].filter(([id, codes]) => codes.length > 1 && !(codes.length === 2 && codes.includes(1006) && nearCrash(this.accepted.get(id))));
    console.log(JSON.stringify({ ...this.counts, minutes: MINUTES, openAtCrash: this.openAtCrash,
      memoryMiB: this.lives.map((life) => ({ first: Math.round(life[0]), most: Math.round(Math.max(...life)), last: Math.round(life.at(-1)) })) }));
    assert.deepEqual(this.failures.slice(0, 5), [], `${this.failures.length} failures`);
    assert.deepEqual(missing.slice(0, 5), [], `${missing.length} connections had no $disconnect`);
    assert.deepEqual(twice.slice(0, 5), [], `${twice.length} connections had more than one $disconnect`);
    for (const life of this.lives) {
      const median = (from, to) => life.slice(Math.floor(life.length * from), Math.ceil(life.length * to)).sort((a, b) => a - b)[Math.floor(life.length * (to - from) / 2)];
      assert.ok(Math.max(...life) < MOST_MIB, `memory reached ${Math.max(...life)} MiB`);
      assert.ok(median(0.75, 1) < median(0.25, 0.5) * GROWTH + GROWTH_MIB, `memory grew from ${median(0.25, 0.5)} to ${median(0.75, 1)} MiB`);
    }
    assert.ok(this.counts.fullReaders > 0, 'no reader was ever slow');
    const log = fs.readFileSync(path.join(this.server.folder, 'test-server.log'), 'utf8');
    assert.deepEqual(log.split('\n').filter((line) => /\bERROR\b|\bODD\b/i.test(line) && !/handler|function/i.test(line)).slice(0, 5), []);
  }
}

async function main() {
  const soak = new Soak();
  await soak.prepare();
  try {
    await Promise.all([
      soak.watchMemory(), soak.crash(),
      ...Array.from({ length: CHURNERS }, () => soak.again(soak.churn)),
      ...Array.from({ length: SLEEPERS }, () => soak.again(soak.sleep)),
      ...Array.from({ length: SLOW_READERS }, () => soak.again(soak.readSlowly, 2000)),
    ]);
    await soak.judge();
  } finally {
    await soak.server.remove();
  }
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
