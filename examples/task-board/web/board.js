// The board's page: three columns of tasks, the same for everybody who looks. Titles are shown as
// text, never as HTML. A change is shown at once; if it is refused, the board is read again.

import { Link } from './link.js';

const STATUSES = ['todo', 'inprogress', 'done'];
const NAMES = { todo: 'To do', inprogress: 'In progress', done: 'Done' };
const $ = (id) => document.getElementById(id);

const tasks = new Map(); // itemId → {id, title, status}
const cards = new Map(); // itemId → its <li>
const changing = new Map(); // itemId → how many of our own changes have no answer yet
const readings = new Set(); // for each reading of the board under way, the pushes since it began

const order = (a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }) || (a.id < b.id ? -1 : 1);
const listOf = (status) => document.querySelector(`[data-status=${status}] ul`);
const inColumn = (status) => [...tasks.values()].filter((task) => task.status === status).sort(order);

function complain(text) {
  $('error').textContent = text || '';
  $('error').hidden = !text;
}

function tell(text) {
  const line = document.createElement('span');
  line.textContent = `${text} `;
  $('news').replaceChildren(line);
}

function button(text, label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'quiet';
  made.textContent = text;
  made.dataset.act = label;
  made.addEventListener('click', act);
  return made;
}

function makeCard(id) {
  const card = document.createElement('li');
  card.tabIndex = 0;
  card.dataset.id = id;
  card.setAttribute('aria-describedby', 'help');
  const title = document.createElement('span');
  title.className = 'title';
  const tools = document.createElement('span');
  tools.className = 'tools';
  tools.append(button('←', 'back', () => move(id, -1)), button('→', 'on', () => move(id, +1)),
    button('✕', 'delete', () => remove(id)));
  card.append(title, tools);
  card.addEventListener('keydown', (event) => { if (event.target === card) onKey(event, id); });
  cards.set(id, card);
  return card;
}

function drawCard(task) {
  const card = cards.get(task.id) || makeCard(task.id);
  const at = STATUSES.indexOf(task.status);
  card.setAttribute('aria-label', task.title);
  card.querySelector('.title').textContent = task.title;
  for (const [act, to] of [['back', STATUSES[at - 1]], ['on', STATUSES[at + 1]]]) {
    const tool = card.querySelector(`[data-act=${act}]`);
    // Not `disabled`: a button that has the focus must keep it.
    tool.setAttribute('aria-disabled', to ? 'false' : 'true');
    tool.setAttribute('aria-label', to ? `Move “${task.title}” to ${NAMES[to]}` : `“${task.title}” cannot go further`);
  }
  card.querySelector('[data-act=delete]').setAttribute('aria-label', `Delete “${task.title}”`);
  return card;
}

// Puts every card where it belongs and leaves the focus with whom it was.
function draw() {
  const focused = document.activeElement;
  for (const [id, card] of cards) {
    if (!tasks.has(id)) { card.remove(); cards.delete(id); }
  }
  for (const status of STATUSES) {
    const wanted = inColumn(status).map(drawCard);
    const list = listOf(status);
    wanted.forEach((card, n) => { if (list.children[n] !== card) list.insertBefore(card, list.children[n] || null); });
    document.querySelector(`[data-status=${status}] .count`).textContent = wanted.length;
  }
  if (focused && focused !== document.activeElement && focused.isConnected) focused.focus();
}

// What a frame says about the tasks: {itemId: {S}, title: {S}, status: {S}} as the table writes it.
function put(item) {
  const id = item?.itemId?.S;
  if (!id) return null;
  const status = STATUSES.includes(item.status?.S) ? item.status.S : 'todo';
  const task = { id, title: item.title?.S ?? '(no title)', status };
  tasks.set(id, task);
  return task;
}

function take(frame) {
  for (const later of readings) later.push(frame);
  if (frame?.message === 'Item deleted') {
    forget(frame.item?.itemId?.S);
  } else if (frame?.message === 'Item created' || frame?.message === 'Item updated') {
    put(frame.item);
  }
  draw();
}

// Takes a task away; the focus that it had goes to its neighbour.
function forget(id) {
  const card = cards.get(id);
  const near = card && card.contains(document.activeElement)
    && (card.nextElementSibling || card.previousElementSibling || $('title'));
  tasks.delete(id);
  if (near) near.focus();
}

async function ask(request) {
  const reply = await link.ask(request);
  if (reply === null || (!reply.error && !reply.requestId)) return reply;
  complain(reply.error ? `${reply.message}: ${reply.error}` : `The board has a problem: ${reply.message}`);
  return null;
}

// Reads the whole board, page by page. What was pushed meanwhile is done again on what was read.
async function readAll() {
  const read = [];
  const later = [];
  readings.add(later);
  let startKey;
  do {
    const reply = await ask({ action: 'scanEntireTable', startKey });
    if (!reply) { readings.delete(later); return; }
    read.push(...reply.response.Items);
    startKey = reply.response.LastEvaluatedKey;
  } while (startKey);
  readings.delete(later);
  tasks.clear();
  read.forEach(put);
  later.forEach(take);
  draw();
}

// Asks for a change; one that was refused, or that nobody can say the end of, is looked up.
async function change(request) {
  complain('');
  const reply = await ask(request);
  if (!reply && link.open) await readAll();
  return reply;
}

function connected() {
  if (!link.open) complain('Not connected: that was not done. Try again in a moment.');
  return link.open;
}

// The same for a task that is here: `settle` runs when the last change of it was answered.
async function changeTask(id, request, settle) {
  changing.set(id, (changing.get(id) || 0) + 1);
  const reply = await change(request);
  const left = changing.get(id) - 1;
  if (left) changing.set(id, left); else changing.delete(id);
  if (!reply || left) return;
  settle(reply);
  draw();
}

async function move(id, by) {
  const task = tasks.get(id);
  const status = task && STATUSES[STATUSES.indexOf(task.status) + by];
  if (!status || !connected()) return;
  tasks.set(id, { ...task, status });
  draw();
  tell(`“${task.title}” is in ${NAMES[status]}.`);
  await changeTask(id, { action: 'updateStatus', itemId: id, status }, (reply) => put(reply.response.Attributes));
}

async function remove(id) {
  const task = tasks.get(id);
  if (!task || !connected()) return;
  forget(id);
  draw();
  tell(`“${task.title}” is deleted.`);
  await changeTask(id, { action: 'deleteItem', itemId: id }, () => tasks.delete(id));
}

function onKey(event, id) {
  const card = cards.get(id);
  const acts = {
    ArrowLeft: () => move(id, -1),
    ArrowRight: () => move(id, +1),
    ArrowUp: () => card.previousElementSibling?.focus(),
    ArrowDown: () => card.nextElementSibling?.focus(),
    Delete: () => remove(id),
  };
  if (!Object.hasOwn(acts, event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  acts[event.key]();
}

$('add-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const title = $('title').value;
  if (title.trim() === '' || !connected()) return;
  const reply = await change({ action: 'createItem', title, status: 'todo' });
  if (!reply) return;
  put(reply.item);
  draw();
  if ($('title').value === title) $('title').value = '';
  tell(`“${reply.item.title.S}” is in ${NAMES.todo}.`);
});

// ?url=wss://… wins; otherwise the file that the deploy script wrote says where the API is.
async function address() {
  const named = new URLSearchParams(location.search).get('url');
  return named || (await (await fetch('board.json', { cache: 'no-store' })).json()).url;
}

const link = new Link(address, {
  state(name, text) {
    $('state').dataset.state = name;
    $('state').textContent = text;
  },
  opened: readAll,
  push: take,
  lost(requests) {
    const changes = requests.filter((request) => request.action !== 'scanEntireTable');
    if (changes.length) complain('The connection was lost in the middle of a change. Look whether it is there.');
  },
});
