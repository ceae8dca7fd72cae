'use strict';

// Fairlead's Node.js runtime: takes a function's invocations from the server, one at a time.
//
// What depends on the function comes with the init frame, so that a process can be started before
// it is known which one it will run.
//
// The loop: block until an invoke frame comes (the process is frozen), call the handler, let the
// event loop turn until the handler has answered, send the answer, and block again. Written in
// syntax that Node.js 10 reads.

const { AsyncResource } = require('async_hooks');
const Module = require('module');
const v8 = require('v8');
const channel = require('./channel');
const errors = require('./errors');
const logging = require('./logging');
const route = require('./route');
const streaming = require('./streaming');
const { loadHandler } = require('./loader');
const { makeContext } = require('./context');

const EXITS = 'Runtime.ExitError';
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;
const FIRST_WITHOUT_CALLBACKS = 24; // nodejs24.x
const LONG_FREEZE_MS = 5;
const SMALL_MEMORY_MB = 192;
const MAX_RESPONSE_BYTES = 6291556;
const TOO_LARGE = {
  errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  errorType: 'Function.ResponseSizeTooLarge',
};
const NEVER_SETTLED = 'The Lambda runtime client detected an unexpected Node.js exit code. ' +
  'This is most commonly caused by a Promise that was never settled. For more information, see ' +
  'https://nodejs.org/docs/latest/api/process.html#process_exit_codes';
const CALLBACKS_GONE = 'AWS Lambda has removed support for callback-based function handlers ' +
  'starting with Node.js 24. You need to modify this function to use a supported handler ' +
  'signature to use Node.js 24 or later. For more information see ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

const later = setImmediate; // user code may replace the global
// Each invocation runs in a context of its own, made where no handler's AsyncLocalStorage reaches.
const outside = new AsyncResource('FairleadRuntime');
const UNTRACKED = { requireManualDestroy: true };

let setup = null; // the init frame
let handler = null;
let answersByReturn = false; // nodejs24.x and later: no callbacks
let isAsyncHandler = false;
let current = null; // the invocation without an answer: {requestId, onEmptyLoop}

function jsonOf(value) {
  try {
    const text = JSON.stringify(value === undefined ? null : value);
    return text === undefined ? 'null' : text;
  } catch (error) {
    throw new errors.MarshalError('Unable to stringify response body', error);
  }
}

function next() {
  current = null;
  logging.flush();
  later(enterFreshContext);
}

function enterFreshContext() {
  outside.runInAsyncScope(() => {
    new AsyncResource('FairleadInvocation', UNTRACKED).runInAsyncScope(takeNext);
  });
}

// `type` is for the server, the payload for the caller.
function sendError(error, type) {
  const payload = errors.toPayload(error);
  channel.sendFunctionError(type || payload.errorType, JSON.stringify(payload));
}

// The one answer of an invocation; later ones are ignored.
function answerError(invocation, error) {
  if (current !== invocation) return;
  logging.failure('Invoke Error', error);
  logging.flush();
  sendError(error);
  next();
}

function answer(invocation, value) {
  if (current !== invocation) return;
  let text;
  try {
    text = jsonOf(value);
  } catch (error) {
    answerError(invocation, error);
    return;
  }
  logging.flush();
  if (text.length > MAX_RESPONSE_BYTES) {
    channel.sendFunctionError(TOO_LARGE.errorType, JSON.stringify(TOO_LARGE));
  } else {
    channel.sendText(channel.types.RESPONSE, text);
  }
  next();
}

function answerBytes(invocation, bytes) {
  if (current !== invocation) return;
  logging.flush();
  channel.send(channel.types.RESPONSE, bytes);
  next();
}

function isPromise(value) {
  return Boolean(value) && typeof value.then === 'function';
}

// callback(): an error is sent at once; a result waits until the event loop has nothing left to
// do, unless callbackWaitsForEmptyEventLoop was set to false.
function makeCallback(invocation) {
  return (error, result) => {
    if (current !== invocation) return;
    if (error !== undefined && error !== null) {
      answerError(invocation, error);
    } else if (invocation.waits) {
      invocation.onEmptyLoop = () => answer(invocation, result);
    } else {
      later(() => answer(invocation, result));
    }
  };
}

function runHandler(invocation, event, context) {
  if (streaming.isStreaming(handler)) {
    streaming.run(handler, event, context, (error, body) => {
      if (error) answerError(invocation, error);
      else answerBytes(invocation, body);
    });
    return;
  }
  let result;
  try {
    result = answersByReturn
      ? handler(event, context)
      : handler(event, context, makeCallback(invocation));
  } catch (error) {
    answerError(invocation, error);
    return;
  }
  if (isPromise(result)) {
    result.then((value) => answer(invocation, value), (error) => {
      answerError(invocation, error === undefined || error === null ? 'handled' : error);
    });
  } else if (answersByReturn) {
    answer(invocation, result);
  }
}

// Nothing is left to do and there is no answer yet.
function onEmptyLoop() {
  const invocation = current;
  if (invocation === null) return;
  if (invocation.onEmptyLoop !== null) invocation.onEmptyLoop();
  else if (isAsyncHandler) answerError(invocation, new errors.NodeJsExit(NEVER_SETTLED));
  else answer(invocation, null);
}

function invoke(frame) {
  const { buffer, from, to } = frame;
  const payloadFrom = from + 4 + buffer.readUInt32LE(from);
  const header = JSON.parse(buffer.toString('utf8', from + 4, payloadFrom));
  const invocation = { requestId: header.requestId, waits: true, onEmptyLoop: null };
  current = invocation;
  logging.setRequestId(header.requestId);
  if (header.traceId) process.env._X_AMZN_TRACE_ID = header.traceId;

  let event;
  try {
    event = JSON.parse(buffer.toString('utf8', payloadFrom, to));
  } catch (error) {
    answerError(invocation, new errors.UnmarshalError(String(error), error));
    return;
  }
  const context = makeContext(setup, header, invocation, answersByReturn ? null : {
    succeed: (value) => answer(invocation, value),
    fail: (error) => answerError(invocation, error),
  });
  runHandler(invocation, event, context);
}

function takeNext() {
  const before = Date.now();
  const frame = channel.read();
  if (frame.type === channel.types.SHUTDOWN) process.exit(0);
  if (frame.type !== channel.types.INVOKE) process.exit(1);
  // After a long freeze the event loop gets a turn first: sockets that the other side closed in
  // the meantime are noticed before the handler uses them.
  if (Date.now() - before > LONG_FREEZE_MS) later(invoke, frame);
  else invoke(frame);
}

// An error that nobody caught ends the process, after the caller has been told.
function die(what, error, exitCode) {
  try {
    logging.failure(what, error);
    logging.flush();
    if (handler === null) {
      channel.sendText(channel.types.INIT_ERROR, JSON.stringify(errors.toPayload(error)));
    } else if (current !== null) {
      current = null;
      sendError(error, EXITS); // so that the server gives this process no more work
    }
  } finally {
    process.exit(exitCode);
  }
}

function adoptEnvironment(environment) {
  for (const name of Object.keys(process.env)) {
    if (!(name in environment)) delete process.env[name];
  }
  for (const name of Object.keys(environment)) {
    if (process.env[name] !== environment[name]) process.env[name] = environment[name];
  }
}

// In a sandbox this folder is on NODE_PATH because it is on Lambda. Only its node_modules is
// meant: none of the files here can be required by their bare name.
function adoptModulePaths() {
  const all = process.env.NODE_PATH;
  if (all === undefined) return;
  process.env.NODE_PATH = all.split(':').filter((folder) => folder !== __dirname).join(':');
  Module._initPaths();
  process.env.NODE_PATH = all;
}

// V8 sized its heap for the machine. In a small function its young generation alone could exceed
// the memory limit, so it stays at the size it starts with.
function adoptMemory(memoryMb) {
  if (memoryMb <= SMALL_MEMORY_MB) v8.setFlagsFromString('--semi-space-growth-factor=1');
}

function checkSignature() {
  const major = parseInt(String(setup.runtime).replace('nodejs', ''), 10);
  const isNew = major >= FIRST_WITHOUT_CALLBACKS;
  if (isNew && handler.length >= 3 && !streaming.isStreaming(handler)) {
    handler = null;
    throw new errors.CallbackHandlerDeprecated(CALLBACKS_GONE);
  }
  answersByReturn = isNew;
  isAsyncHandler = handler.constructor.name === 'AsyncFunction' || isNew;
}

async function main() {
  const frame = channel.read();
  if (frame.type !== channel.types.INIT) process.exit(1);
  setup = JSON.parse(frame.buffer.toString('utf8', frame.from, frame.to));
  if (setup.environmentIsSet) delete process.env.FAIRLEAD_FRAMES;
  else adoptEnvironment(setup.environment);
  adoptModulePaths();
  adoptMemory(setup.function.memoryMb);
  process.chdir(setup.taskRoot);
  logging.install();
  streaming.install();
  route.install(setup.endpoint); // a sandbox needs none, and names none
  process.on('uncaughtException', (error) => {
    die('Uncaught Exception', error, EXIT_UNCAUGHT_EXCEPTION);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = new errors.UnhandledPromiseRejection(
      reason instanceof Error ? String(reason) : String(reason));
    error.reason = reason;
    error.promise = promise;
    die('Unhandled Promise Rejection', error, EXIT_UNHANDLED_REJECTION);
  });
  process.on('exit', logging.flush);

  try {
    handler = await loadHandler(setup.taskRoot, setup.handler);
    checkSignature();
  } catch (error) {
    die('Uncaught Exception', error, EXIT_UNCAUGHT_EXCEPTION);
  }
  process.on('beforeExit', onEmptyLoop);
  channel.send(channel.types.READY, Buffer.alloc(0));
  next();
}

main();
