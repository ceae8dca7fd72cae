// Who is connected, and how they are told. A receiver that is gone, slow or broken is nobody else's
// trouble: its push is given up, the others get theirs, and the sender gets his answer.

import { DeleteItemCommand, DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';

const TableName = process.env.USERS_TABLE || 'usersTable';
const PUSHES_AT_A_TIME = 50;
const PUSH_MS = 2000;

const dynamodb = new DynamoDBClient({});
const managementApis = new Map(); // one client for each endpoint, with its open connections

export async function join(connectionId) {
  await dynamodb.send(new PutItemCommand({ TableName, Item: { connectionId: { S: connectionId } } }));
}

export async function leave(connectionId) {
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: { connectionId: { S: connectionId } } }));
}

function managementApi({ domainName, stage }) {
  const endpoint = `https://${domainName}/${stage}`;
  let api = managementApis.get(endpoint);
  if (!api) {
    api = new ApiGatewayManagementApiClient({ endpoint });
    managementApis.set(endpoint, api);
  }
  return api;
}

async function push(api, connectionId, text) {
  try {
    await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }),
      { abortSignal: AbortSignal.timeout(PUSH_MS) });
  } catch (error) {
    if (error.name !== 'GoneException') {
      console.error('cannot push to', connectionId, error);
      return;
    }
    // 410: nobody is there (any more). A connection that is still opening answers so, too; it joins
    // again with its first scanEntireTable.
    await leave(connectionId).catch((reason) => console.error('a row stays:', connectionId, reason));
  }
}

async function pushToAll(api, ids, text) {
  let next = 0;
  const worker = async () => {
    while (next < ids.length) await push(api, ids[next++], text);
  };
  await Promise.all(Array.from({ length: Math.min(PUSHES_AT_A_TIME, ids.length) }, worker));
}

// Sends `change` as JSON to everybody but the connection that the request came from. Never throws.
export async function tellOthers(requestContext, change) {
  const text = JSON.stringify(change);
  const query = { TableName, ProjectionExpression: 'connectionId' };
  try {
    const api = managementApi(requestContext);
    for await (const page of paginateScan({ client: dynamodb }, query)) {
      const ids = page.Items.map((row) => row.connectionId.S);
      await pushToAll(api, ids.filter((id) => id !== requestContext.connectionId), text);
    }
  } catch (error) {
    console.error('not everybody was told', error);
  }
}
