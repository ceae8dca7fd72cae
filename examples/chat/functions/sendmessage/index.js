'use strict';

// sendmessage: one visitor's text to every other visitor.

const AWS = require('aws-sdk');

const documents = new AWS.DynamoDB.DocumentClient();

const LONGEST_MESSAGE = 4096;
const SENDS_AT_A_TIME = 50;
const GONE = 410;

// The text of the request, or null when there is none to send.
function messageOf(body) {
  let request;
  try {
    request = JSON.parse(body);
  } catch (error) {
    return null;
  }
  const message = request && request.message;
  if (typeof message !== 'string' || message.trim() === '') return null;
  return message.slice(0, LONGEST_MESSAGE);
}

// Calls `each` with one page of connection ids after the other, then `done`.
function forEachPage(each, done, startKey) {
  const query = {
    TableName: process.env.table,
    ProjectionExpression: 'connectionId',
    ExclusiveStartKey: startKey,
  };
  documents.scan(query, (error, page) => {
    if (error) return done(error);
    each(page.Items.map((row) => row.connectionId), (failure) => {
      if (failure || !page.LastEvaluatedKey) return done(failure);
      forEachPage(each, done, page.LastEvaluatedKey);
    });
  });
}

// The row of a connection that is gone. Not every role may delete: then $disconnect has to do it.
function forget(connectionId, done) {
  documents.delete({ TableName: process.env.table, Key: { connectionId } }, (error) => {
    if (error) console.warn('row of a gone connection stays:', connectionId, error.code);
    done();
  });
}

// Sends to every id, a bounded number at the same time. One receiver's failure is not another's.
function sendToAll(api, ids, text, done) {
  let next = 0;
  let open = 0;

  const advance = () => {
    if (open === 0 && next === ids.length) {
      done();
      return;
    }
    while (open < SENDS_AT_A_TIME && next < ids.length) {
      const connectionId = ids[next++];
      open++;
      api.postToConnection({ ConnectionId: connectionId, Data: text }, (error) => {
        const settled = () => {
          open--;
          advance();
        };
        if (!error) return settled();
        if (error.statusCode === GONE) return forget(connectionId, settled);
        console.error('cannot send to', connectionId, error);
        settled();
      });
    }
  };
  advance();
}

exports.handler = (event, context, callback) => {
  const { connectionId: sender, domainName, stage } = event.requestContext;
  const api = new AWS.ApiGatewayManagementApi({
    apiVersion: '2018-11-29',
    endpoint: domainName + '/' + stage,
  });

  const message = messageOf(event.body);
  if (message === null) {
    const text = JSON.stringify({ message: 'There was no text in that message.', from: null });
    sendToAll(api, [sender], text, () => callback(null, { statusCode: 400 }));
    return;
  }

  const text = JSON.stringify({ message, from: sender });
  const sendPage = (ids, done) => {
    sendToAll(api, ids.filter((id) => id !== sender), text, done);
  };
  forEachPage(sendPage, (error) => {
    if (error) console.error('cannot read the connections', error);
    callback(null, { statusCode: error ? 500 : 200 });
  });
};
