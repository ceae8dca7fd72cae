'use strict';

// Errors as Lambda shows them: the payload for the caller and the line for the log.

const { types } = require('util');

// One class for each error type that the runtime itself reports.
function runtimeError(name) {
  return class extends Error {
    constructor(message, cause) {
      super(message);
      Object.defineProperty(this, 'name', { value: 'Runtime.' + name });
      if (cause && typeof cause.stack === 'string') {
        this.stack = cause.stack.startsWith(String(cause))
          ? this.name + ': ' + cause.stack
          : this.name + ': ' + message + '\n' + cause.stack;
      } else {
        this.stack = this.stack.replace(/^Error/, this.name);
      }
    }
  };
}

const ImportModuleError = runtimeError('ImportModuleError');
const HandlerNotFound = runtimeError('HandlerNotFound');
const MalformedHandlerName = runtimeError('MalformedHandlerName');
const UserCodeSyntaxError = runtimeError('UserCodeSyntaxError');
const CallbackHandlerDeprecated = runtimeError('CallbackHandlerDeprecated');
const MarshalError = runtimeError('MarshalError');
const UnmarshalError = runtimeError('UnmarshalError');
const NodeJsExit = runtimeError('NodeJsExit');
const UnhandledPromiseRejection = runtimeError('UnhandledPromiseRejection');

function isError(value) {
  return types.isNativeError(value) || value instanceof Error ||
    Boolean(value && value.name && value.message && value.stack);
}

function textOf(value) {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

// {errorType, errorMessage, trace}: what the caller sees.
function toPayload(error) {
  if (!isError(error)) return { errorType: typeof error, errorMessage: textOf(error), trace: [] };
  return {
    errorType: textOf(error.name),
    errorMessage: textOf(error.message),
    trace: textOf(error.stack).split('\n'),
  };
}

function withErrorFields(key, value) {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? textOf(value) : value;
  const fields = { errorType: value.name, errorMessage: value.message, code: value.code };
  Object.assign(fields, value);
  if (typeof value.stack === 'string') fields.stack = value.stack.split('\n');
  return fields;
}

// The same for the log, with the error's own properties (code, requestId, …).
function toLogText(error) {
  const shown = isError(error) ? error : new Error(textOf(error));
  try {
    return '\t' + JSON.stringify(shown, withErrorFields);
  } catch {
    return '\t' + JSON.stringify(toPayload(error)); // it refers to itself
  }
}

module.exports = {
  ImportModuleError, HandlerNotFound, MalformedHandlerName, UserCodeSyntaxError,
  CallbackHandlerDeprecated, MarshalError, UnmarshalError, NodeJsExit, UnhandledPromiseRejection,
  toPayload, toLogText,
};
