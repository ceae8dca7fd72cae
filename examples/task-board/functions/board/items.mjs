// The tasks: what may be asked, and the commands to the table that do it. Every function answers
// {reply, change} or throws a Refusal, whose message is meant for the person at the other end.

import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

const TableName = process.env.ITEMS_TABLE || 'itemsTable';
const STATUSES = ['todo', 'inprogress', 'done'];
const LONGEST_TITLE = 200;
const LONGEST_ID = 100;
// A reply may be 128 KB: this many tasks with the longest titles fit into one.
const ITEMS_AT_A_TIME = 100;

const dynamodb = new DynamoDBClient({});

export class Refusal extends Error {}

function titleOf(request) {
  if (typeof request.title !== 'string') throw new Refusal('The title is missing.');
  const title = request.title.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (title === '') throw new Refusal('The title is empty.');
  if (title.length > LONGEST_TITLE) {
    throw new Refusal(`The title is too long: ${LONGEST_TITLE} characters are allowed.`);
  }
  return title.toWellFormed();
}

function statusOf(request) {
  if (STATUSES.includes(request.status)) return request.status;
  throw new Refusal(`The status must be one of ${STATUSES.join(', ')}.`);
}

function idOf(value) {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_ID) return value;
  throw new Refusal('The itemId is missing.');
}

// Sends a command that is to meet an existing task.
async function sendToExisting(command) {
  try {
    return await dynamodb.send(command);
  } catch (error) {
    if (error.name === 'ConditionalCheckFailedException') {
      throw new Refusal('There is no task with that itemId.');
    }
    throw error;
  }
}

export async function scanEntireTable(request) {
  const startKey = request.startKey?.itemId?.S;
  const { $metadata, Count, Items, ScannedCount, LastEvaluatedKey } = await dynamodb.send(new ScanCommand({
    TableName,
    ConsistentRead: true,
    Limit: ITEMS_AT_A_TIME,
    ExclusiveStartKey: request.startKey == null ? undefined : { itemId: { S: idOf(startKey) } },
  }));
  const response = { $metadata, Count, Items, ScannedCount, LastEvaluatedKey };
  return { reply: { message: 'Items scanned', response } };
}

export async function createItem(request) {
  const item = {
    itemId: { S: randomUUID() },
    title: { S: titleOf(request) },
    status: { S: request.status === undefined ? STATUSES[0] : statusOf(request) },
  };
  await dynamodb.send(new PutItemCommand({ TableName, Item: item }));
  const reply = { message: 'Item created', item };
  return { reply, change: reply };
}

export async function updateStatus(request) {
  const Key = { itemId: { S: idOf(request.itemId) } };
  const { $metadata, Attributes } = await sendToExisting(new UpdateItemCommand({
    TableName,
    Key,
    ConditionExpression: 'attribute_exists(itemId)',
    UpdateExpression: 'SET #status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': { S: statusOf(request) } },
    ReturnValues: 'ALL_NEW',
  }));
  const message = 'Item updated';
  return { reply: { message, response: { $metadata, Attributes } }, change: { message, item: Attributes } };
}

export async function deleteItem(request) {
  const Key = { itemId: { S: idOf(request.itemId) } };
  const { $metadata } = await sendToExisting(new DeleteItemCommand({
    TableName, Key, ConditionExpression: 'attribute_exists(itemId)',
  }));
  const message = 'Item deleted';
  return { reply: { message, response: { $metadata } }, change: { message, item: Key } };
}
