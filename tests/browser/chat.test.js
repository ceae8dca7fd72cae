'use strict';
// The chat page in headless Chromium: three tabs, bubbles, a closed tab, errors, a phone.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { launch } = require('../harness/browser');
const { Server, deployChat, eventually, keys, sdk } = require('../harness/server');

const { DynamoDBClient, ScanCommand } = sdk('v3', '@aws-sdk/client-dynamodb');
let server, chat, browser;

async function rowCount() {
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'ap-southeast-1', credentials: keys });
  return (await client.send(new ScanCommand({ TableName: 'lks-jabar-2024-connection' }))).Count;
}

async function openTab(options = {}) {
  const page = await browser.newPage(options);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  await page.goto(chat.website);
  return page;
}

async function connect(page) {
  await page.getByLabel('URL').fill(chat.websocket);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.locator('#state[data-state=open]').waitFor();
}

async function say(page, text) {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

before(async () => {
  server = await Server.start();
  chat = deployChat(server.endpoint);
  browser = await launch();
});
after(async () => {
  if (browser) await browser.close();
  if (server) await server.remove();
});

test('three tabs chat; a closed tab leaves the table', async () => {
  const tabs = await Promise.all([1, 2, 3].map(() => openTab()));
  await Promise.all(tabs.map(connect));
  assert.equal(await rowCount(), 3);

  await say(tabs[0], 'here');
  for (const tab of tabs.slice(1)) await tab.locator('.bubble.theirs', { hasText: 'here' }).waitFor();
  await say(tabs[1], 'there');
  await tabs[0].locator('.bubble.theirs', { hasText: 'there' }).waitFor();
  await tabs[2].locator('.bubble.theirs', { hasText: 'there' }).waitFor();
  assert.equal(await tabs[0].locator('.bubble.mine').count(), 1);
  assert.equal(await tabs[0].locator('.bubble.theirs').count(), 1);
  assert.equal(await tabs[2].locator('.bubble.mine').count(), 0);

  await tabs[2].close();
  await eventually(async () => (await rowCount()) === 2);
  await tabs[1].getByRole('button', { name: 'Disconnect' }).click();
  await tabs[1].locator('#state[data-state=closed]').waitFor();
  await eventually(async () => (await rowCount()) === 1);
  for (const tab of tabs.slice(0, 2)) assert.deepEqual(tab.problems, []);
  await Promise.all(tabs.slice(0, 2).map((tab) => tab.close()));
  await eventually(async () => (await rowCount()) === 0);
});

test('markup in a message is shown as text', async () => {
  const [a, b] = await Promise.all([openTab(), openTab()]);
  await Promise.all([a, b].map(connect));
  await say(a, '<img src=x onerror="document.title=1">');
  await b.locator('.bubble.theirs', { hasText: '<img src=x' }).waitFor();
  assert.equal(await b.locator('.bubble img').count(), 0);
  await Promise.all([a.close(), b.close()]);
});

test('a wrong address is explained', async () => {
  const page = await openTab();
  await page.getByLabel('URL').fill(chat.websocket.replace(/production$/, 'nowhere'));
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'refused' }).waitFor();
  assert.equal(await page.locator('#state').getAttribute('data-state'), 'failed');
  await page.close();
});

test('the page works on a phone and by keyboard', async () => {
  const page = await openTab({ viewport: { width: 360, height: 640 } });
  await page.getByLabel('URL').fill(chat.websocket);
  await page.keyboard.press('Enter');
  await page.locator('#state[data-state=open]').waitFor();
  await page.keyboard.type('from a phone');
  await page.keyboard.press('Enter');
  await page.locator('.bubble.mine', { hasText: 'from a phone' }).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, 'nothing sticks out to the right');
  await page.close();
});
