// The task board: one function on every route of its WebSocket API. What a route is asked is
// answered to the sender, and a change is told to everybody else who is connected.

import { createItem, deleteItem, Refusal, scanEntireTable, updateStatus } from './items.mjs';
import { join, leave, tellOthers } from './users.mjs';

// Each route: what it does, and how its failure is called. `run` answers {reply, change}: the frame
// for the sender and, if something changed, the frame for the others.
const routes = {
  test: { run: async () => ({ reply: 'The task board hears you.' }), failure: 'Test failed' },
  scanEntireTable: { run: scanEntireTable, failure: 'Items not scanned' },
  createItem: { run: createItem, failure: 'Item not created' },
  updateStatus: { run: updateStatus, failure: 'Item not updated' },
  deleteItem: { run: deleteItem, failure: 'Item not deleted' },
};

// The request's JSON object, or null for anything else.
function requestOf(body) {
  try {
    const value = JSON.parse(body);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function notUnderstood(request) {
  const error = request === null ? 'The message is not a JSON object.' : 'There is no such action.';
  return { message: 'Not understood', error, actions: Object.keys(routes) };
}

async function answer(event) {
  const { routeKey, connectionId } = event.requestContext;
  const request = requestOf(event.body);
  const route = Object.hasOwn(routes, routeKey) ? routes[routeKey] : null;
  if (request === null || route === null) return notUnderstood(request);
  try {
    // Whoever reads the board listens to it: a row that was lost while the connection opened (see
    // users.mjs) is there again.
    if (routeKey === 'scanEntireTable') await join(connectionId);
    const { reply, change } = await route.run(request);
    if (change) await tellOthers(event.requestContext, { ...change, from: connectionId });
    return reply;
  } catch (error) {
    if (error instanceof Refusal) return { message: route.failure, error: error.message };
    console.error(routeKey, error);
    return { message: route.failure, error: 'The board has a problem of its own. Try again.' };
  }
}

export async function handler(event) {
  const { routeKey, connectionId } = event.requestContext;
  if (routeKey === '$connect') {
    await join(connectionId); // without its row the client would hear nothing: then no connection
    return { statusCode: 200 };
  }
  if (routeKey === '$disconnect') {
    await leave(connectionId);
    return { statusCode: 200 };
  }
  return { statusCode: 200, body: JSON.stringify(await answer(event)) };
}
