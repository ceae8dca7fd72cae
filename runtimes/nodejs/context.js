'use strict';

// The second argument of a handler.

function parsed(text) {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// `setup` is the init frame, `header` the invoke frame's. `answers` has succeed and fail; null for
// runtimes that know no callbacks.
function makeContext(setup, header, invocation, answers) {
  const environment = setup.environment;
  const deadline = header.deadlineMs;
  const common = {
    functionVersion: setup.function.version,
    functionName: setup.function.name,
    memoryLimitInMB: String(setup.function.memoryMb),
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME || setup.function.logGroup,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME || setup.function.logStream,
    clientContext: parsed(header.clientContext),
    identity: parsed(header.cognitoIdentity),
    invokedFunctionArn: header.invokedFunctionArn,
    awsRequestId: header.requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  if (answers === null) return common;
  return withCallbacks(common, invocation, answers);
}

function withCallbacks(context, invocation, answers) {
  context.succeed = (value) => answers.succeed(value);
  context.fail = (error) => {
    answers.fail(error === undefined || error === null ? 'handled' : error);
  };
  context.done = (error, value) => {
    if (error === undefined || error === null) answers.succeed(value);
    else answers.fail(error);
  };
  Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
    configurable: true,
    enumerable: true,
    get: () => invocation.waits,
    set: (value) => { invocation.waits = value; },
  });
  return context;
}

module.exports = { makeContext };
