'use strict';
// The board's page in headless Chromium: live between tabs, by keyboard alone, on a phone, through a
// restart of the server, with titles that are markup, in light and dark.

const assert = require('node:assert/strict');
const { after, afterEach, before, test } = require('node:test');
const { launch } = require('../harness/browser');
const { Server, deployTaskBoard, eventually, keys, sdk } = require('../harness/server');

const db = sdk('v3', '@aws-sdk/client-dynamodb');
let server, board, browser;
const pages = [];

const table = () => new db.DynamoDBClient({ endpoint: server.endpoint, region: 'eu-north-1', credentials: keys });
const items = async () => (await table().send(new db.ScanCommand({ TableName: 'itemsTable' }))).Items;
const userCount = async () => (await table().send(new db.ScanCommand({ TableName: 'usersTable' }))).Count;

async function openTab(options = {}) {
  const page = await browser.newPage(options);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  pages.push(page);
  await page.goto(board.website);
  await connected(page);
  return page;
}
const connected = (page) => page.getByRole('status').filter({ hasText: /^Connected$/ }).waitFor({ timeout: 15000 });
const column = (page, name) => page.getByRole('region', { name });
const card = (page, name, title) => column(page, name).getByRole('listitem').filter({ hasText: title });

async function add(page, title) {
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add' }).click();
  await card(page, 'To do', title).waitFor();
}

before(async () => {
  server = await Server.start();
  board = deployTaskBoard(server.endpoint);
  browser = await launch();
});
afterEach(async () => {
  const open = pages.splice(0);
  for (const page of open) assert.deepEqual(page.problems, []);
  await Promise.all(open.map((page) => page.close()));
  for (const { itemId } of await items()) await table().send(new db.DeleteItemCommand({ TableName: 'itemsTable', Key: { itemId } }));
});
after(async () => {
  if (browser) await browser.close();
  if (server) await server.remove();
});

test('two tabs: what one adds, moves and deletes, the other shows', async () => {
  const [a, b] = await Promise.all([openTab(), openTab()]);
  await add(a, 'Buy milk');
  await card(b, 'To do', 'Buy milk').waitFor();
  await add(b, 'Call home');
  await card(a, 'To do', 'Call home').waitFor();
  assert.match(await column(a, 'To do').getByRole('heading').textContent(), /2$/);

  await b.getByRole('button', { name: 'Move “Buy milk” to In progress' }).click();
  await card(a, 'In progress', 'Buy milk').waitFor();
  await a.getByRole('button', { name: 'Move “Buy milk” to Done' }).click();
  await card(b, 'Done', 'Buy milk').waitFor();
  await a.getByRole('button', { name: 'Move “Buy milk” to In progress' }).click();
  await card(b, 'In progress', 'Buy milk').waitFor();
  await b.getByRole('button', { name: 'Delete “Buy milk”' }).click();
  await card(a, 'In progress', 'Buy milk').waitFor({ state: 'detached' });
  assert.deepEqual((await items()).map((item) => [item.title.S, item.status.S]), [['Call home', 'todo']]);

  const late = await openTab();
  await card(late, 'To do', 'Call home').waitFor();
  await late.close();
  await eventually(async () => (await userCount()) === 2);
});

test('by keyboard alone: the focus stays with the task', async () => {
  const [page, other] = await Promise.all([openTab(), openTab()]);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') || document.activeElement.id);
  const press = async (...names) => { for (const name of names) await page.keyboard.press(name); };
  await press('Tab');
  for (const title of ['Apples', 'Bread', 'Cheese']) {
    await page.keyboard.type(title);
    await press('Enter');
    await card(page, 'To do', title).waitFor();
    await page.waitForFunction(() => document.activeElement.value === '');
  }
  assert.equal(await focused(), 'title', 'the field keeps the focus');
  await press('Tab', 'Tab');
  assert.equal(await focused(), 'Apples');
  await press('ArrowDown');
  assert.equal(await focused(), 'Bread');
  await press('ArrowRight', 'ArrowRight');
  await card(other, 'Done', 'Bread').waitFor();
  assert.equal(await focused(), 'Bread');
  await press('ArrowRight'); // no further
  await press('ArrowLeft');
  await card(other, 'In progress', 'Bread').waitFor();
  assert.equal(await focused(), 'Bread');
  assert.match(await page.getByRole('log').textContent(), /“Bread” is in In progress/);

  await press('Tab', 'Tab'); // its buttons: back, on
  assert.equal(await focused(), 'Move “Bread” to Done');
  await press('Enter');
  await card(other, 'Done', 'Bread').waitFor();
  assert.equal(await focused(), '“Bread” cannot go further', 'the button keeps the focus');
  await press('Shift+Tab', 'Space');
  await card(other, 'In progress', 'Bread').waitFor();
  assert.equal(await focused(), 'Move “Bread” to To do');

  await card(page, 'To do', 'Apples').focus();
  await press('Delete');
  await card(other, 'To do', 'Apples').waitFor({ state: 'detached' });
  assert.equal(await focused(), 'Cheese', 'the focus goes to the neighbour');
  await press('Delete');
  await card(other, 'To do', 'Cheese').waitFor({ state: 'detached' });
  assert.equal(await focused(), 'title');

  // Somebody else's change does not take the focus away.
  await card(page, 'In progress', 'Bread').focus();
  await other.getByRole('button', { name: 'Move “Bread” to Done' }).click();
  await card(page, 'Done', 'Bread').waitFor();
  assert.equal(await focused(), 'Bread');
});

test('titles that are markup stay text; an empty or refused title is explained', async () => {
  const [a, b] = await Promise.all([openTab(), openTab()]);
  const markup = '<img src=x onerror="document.title=1"> & “quotes”';
  await add(a, markup);
  await card(b, 'To do', '<img src=x').waitFor();
  assert.equal(await b.locator('li img').count(), 0);
  assert.equal(await b.title(), 'Task board');
  await a.getByLabel('New task').fill('   ');
  await a.keyboard.press('Enter');
  await a.evaluate(() => document.getElementById('title').removeAttribute('maxlength'));
  await a.getByLabel('New task').fill('x'.repeat(300));
  await a.keyboard.press('Enter');
  await a.getByRole('alert').filter({ hasText: 'Item not created: The title is too long' }).waitFor();
  assert.equal(await a.getByLabel('New task').inputValue(), 'x'.repeat(300), 'what was typed is kept');
  assert.equal((await items()).length, 1);
});

test('a task that somebody deleted a moment ago: the change is refused, the board is read again', async () => {
  const page = await openTab();
  await add(page, 'Already gone');
  const [{ itemId }] = await items();
  await table().send(new db.DeleteItemCommand({ TableName: 'itemsTable', Key: { itemId } }));
  await page.getByRole('button', { name: 'Move “Already gone” to In progress' }).click();
  await page.getByRole('alert').filter({ hasText: 'Item not updated: There is no task' }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Already gone' }).waitFor({ state: 'detached' });
});

test('a large board is read whole', async () => {
  const writes = Array.from({ length: 240 }, (_, n) => ({ itemId: { S: `n${n}` }, title: { S: `Task ${n}` }, status: { S: 'done' } }));
  for (let at = 0; at < writes.length; at += 25) {
    const RequestItems = { itemsTable: writes.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })) };
    await table().send(new db.BatchWriteItemCommand({ RequestItems }));
  }
  const page = await openTab();
  await eventually(async () => (await column(page, 'Done').getByRole('listitem').count()) === 240);
  const shown = await column(page, 'Done').getByRole('listitem').allTextContents();
  assert.deepEqual(shown.slice(0, 3).map((text) => text.match(/Task \d+/)[0]), ['Task 0', 'Task 1', 'Task 2']);
});

test('the server restarts: the page says so, connects again and shows what is', async () => {
  const [a, b] = await Promise.all([openTab(), openTab()]);
  await add(a, 'Before');
  await card(b, 'To do', 'Before').waitFor();
  const { folder, port } = server;
  await server.kill();
  await a.getByRole('status').filter({ hasText: /again/ }).waitFor();
  await a.getByRole('button', { name: 'Move “Before” to In progress' }).click();
  await a.getByRole('alert').filter({ hasText: 'Not connected: that was not done' }).waitFor();
  await card(a, 'To do', 'Before').waitFor();

  server = await Server.start({ folder, port });
  const [item] = await items();
  await table().send(new db.PutItemCommand({ TableName: 'itemsTable', Item: { ...item, title: { S: 'Changed meanwhile' } } }));
  await Promise.all([a, b].map(connected));
  await card(a, 'To do', 'Changed meanwhile').waitFor();
  await a.getByRole('button', { name: 'Move “Changed meanwhile” to In progress' }).click();
  await card(b, 'In progress', 'Changed meanwhile').waitFor();
  await eventually(async () => (await userCount()) === 2);
});

test('on a phone: one column, nothing sticks out, buttons large enough for a thumb', async () => {
  const page = await openTab({ viewport: { width: 360, height: 640 }, hasTouch: true });
  await add(page, `A title that is long and has a word that is longer: ${'x'.repeat(120)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, 'nothing sticks out to the right');
  const boxes = await Promise.all(['To do', 'In progress', 'Done'].map((name) => column(page, name).boundingBox()));
  assert.ok(boxes[0].y < boxes[1].y && boxes[1].y < boxes[2].y, 'one below the other');
  const button = page.getByRole('button', { name: /^Move .* to In progress$/ });
  const { width, height } = await button.boundingBox();
  assert.ok(width >= 44 && height >= 44, `${width} x ${height}`);
  await button.tap();
  await card(page, 'In progress', 'A title').waitFor();
});

test('light and dark: text is readable in both', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await openTab({ colorScheme });
    if (colorScheme === 'light') await add(page, 'Readable');
    await card(page, 'To do', 'Readable').waitFor();
    const contrast = await page.evaluate(() => {
      const luminance = (color) => {
        const [r, g, b] = color.match(/[\d.]+/g).map((value) => value / 255)
          .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (element) => {
        const color = getComputedStyle(element).backgroundColor;
        return /, 0\)$/.test(color) ? ground(element.parentElement) : color;
      };
      return ['h1', '#state', 'label', 'form button', 'h2', '.count', '.title', 'li button:not([aria-disabled=true])', '.help'].map((selector) => {
        const element = document.querySelector(selector);
        const [light, dark] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((x, y) => y - x);
        return [selector, (light + 0.05) / (dark + 0.05)];
      });
    });
    for (const [selector, ratio] of contrast) assert.ok(ratio >= 4.5, `${colorScheme} ${selector}: ${ratio.toFixed(2)}`);
  }
});
