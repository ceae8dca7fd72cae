'use strict';

// console.* in Lambda's format, one event for each call, and everything that is written to
// process.stdout and process.stderr, one event for each line.

const { format } = require('util');
const channel = require('./channel');
const errors = require('./errors');

const state = { requestId: undefined, json: false };

function textLine(time, level, values) {
  return `${time}\t${state.requestId}\t${level}\t${format.apply(null, values)}\n`;
}

function errorFields(error) {
  return {
    errorType: (error.constructor && error.constructor.name) || 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

function withErrors(key, value) {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? Object.assign(errorFields(value), value) : value;
}

// One value is kept as what it is; several become one text, as the console writes them.
function jsonLine(time, level, values) {
  const event = { timestamp: time, level, requestId: state.requestId };
  if (values.length === 1) {
    try {
      return JSON.stringify(Object.assign({}, event, { message: values[0] }), withErrors) + '\n';
    } catch (error) {
      // It refers to itself: written as text below.
    }
  }
  event.message = format.apply(null, values);
  const error = Array.prototype.find.call(values, (value) => value instanceof Error);
  if (error && values.length > 1) Object.assign(event, errorFields(error));
  return JSON.stringify(event) + '\n';
}

function logger(level, line) {
  return function () {
    const now = Date.now();
    channel.sendLog(now, line(new Date(now).toISOString(), level, arguments));
  };
}

const LEVELS = {
  log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE',
  fatal: 'FATAL',
};
const ORDER = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

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

// To be called when the function's environment is set.
function install() {
  state.json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const least = state.json ? ORDER.indexOf(String(process.env.AWS_LAMBDA_LOG_LEVEL).toUpperCase()) : -1;
  for (const method of Object.keys(LEVELS)) {
    const level = LEVELS[method];
    console[method] = ORDER.indexOf(level) < least
      ? () => {}
      : logger(level, state.json ? jsonLine : textLine);
  }
  captureLazily('stdout');
  captureLazily('stderr');
}

// An error that the caller is told.
function failure(what, error) {
  if (state.json && error instanceof Error) console.error(error);
  else console.error(what, errors.toLogText(error));
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

module.exports = { install, failure, flush, setRequestId };
