'use strict';

// console.* in Lambda's format, one event for each call, and everything that is written to
// process.stdout and process.stderr, one event for each line.

const { format } = require('util');
const channel = require('./channel');

const state = { requestId: undefined };

function logger(level) {
  return function () {
    const now = Date.now();
    const text = format.apply(null, arguments);
    const time = new Date(now).toISOString();
    channel.sendLog(now, `${time}\t${state.requestId}\t${level}\t${text}\n`);
  };
}

const LEVELS = {
  log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE',
  fatal: 'FATAL',
};

// Streams whose last line has not ended yet.
const open = [];

function captureStream(stream) {
  const lines = { rest: '' };
  open.push(lines);
  stream.write = function (chunk, encoding, done) {
    if (typeof encoding === 'function') [encoding, done] = [undefined, encoding];
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const pieces = (lines.rest + text).split('\n');
    lines.rest = pieces.pop();
    const now = Date.now();
    for (const piece of pieces) channel.sendLog(now, piece + '\n');
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  return stream;
}

// The streams are made when somebody first asks for them, as Node itself does: most functions
// only use the console and start faster for it.
function captureLazily(name) {
  const original = Object.getOwnPropertyDescriptor(process, name);
  if (!original || !original.get) {
    captureStream(process[name]);
    return;
  }
  let captured = null;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: original.enumerable,
    get() {
      if (captured === null) captured = captureStream(original.get.call(process));
      return captured;
    },
    set: original.set,
  });
}

function install() {
  for (const method of Object.keys(LEVELS)) console[method] = logger(LEVELS[method]);
  captureLazily('stdout');
  captureLazily('stderr');
}

// Unfinished lines belong to the invocation that wrote them.
function flush() {
  for (const lines of open) {
    if (lines.rest === '') continue;
    channel.sendLog(Date.now(), lines.rest);
    lines.rest = '';
  }
}

function setRequestId(id) {
  state.requestId = id;
}

module.exports = { install, flush, setRequestId };
