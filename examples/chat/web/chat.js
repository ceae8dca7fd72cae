'use strict';
// The chat page: opens the WebSocket that the reader names, sends {"action":"sendmessage",…} and
// shows what others send. Everything is shown as text, never as HTML.

const $ = (id) => document.getElementById(id);
const page = {
  url: $('url'), connect: $('connect'), disconnect: $('disconnect'), message: $('message'),
  send: $('send'), state: $('state'), error: $('error'), bubbles: $('bubbles'),
};
let socket = null;

const query = new URLSearchParams(location.search);
page.url.value = query.get('url') || recall() || '';

function recall() {
  try { return localStorage.getItem('chat-url'); } catch { return null; }
}

function remember(url) {
  try { localStorage.setItem('chat-url', url); } catch { /* private windows: not remembered */ }
}

function show(state, text) {
  page.state.dataset.state = state;
  page.state.textContent = text;
  const open = state === 'open';
  page.connect.disabled = open || state === 'connecting';
  page.url.disabled = page.connect.disabled;
  page.disconnect.disabled = !page.connect.disabled;
  page.message.disabled = !open;
  page.send.disabled = !open;
}

function complain(text) {
  page.error.textContent = text || '';
  page.error.hidden = !text;
}

function bubble(kind, text) {
  const item = document.createElement('li');
  item.className = `bubble ${kind}`;
  item.textContent = text;
  page.bubbles.append(item);
  page.bubbles.scrollTop = page.bubbles.scrollHeight;
}

// What arrived: a message of somebody else, an error frame of the API, or plain text.
function read(data) {
  let value;
  try { value = JSON.parse(data); } catch { return { kind: 'theirs', text: data }; }
  if (value === null || typeof value !== 'object') return { kind: 'theirs', text: String(value) };
  if (value.requestId && value.connectionId && typeof value.message === 'string') {
    return { kind: 'error', text: `The server could not handle that: ${value.message}` };
  }
  const text = typeof value.message === 'string' ? value.message : data;
  return { kind: value.from === null ? 'note' : 'theirs', text }; // null: a word of the chat itself
}

function connect(url) {
  complain('');
  let opened = false;
  try {
    socket = new WebSocket(url);
  } catch {
    complain('That is not a WebSocket address. It looks like wss://…/production.');
    show('failed', 'Not connected');
    return;
  }
  const mine = socket;
  show('connecting', 'Connecting…');
  mine.onopen = () => {
    opened = true;
    remember(url);
    show('open', 'Connected');
    bubble('note', 'You are connected.');
    page.message.focus();
  };
  mine.onmessage = (event) => {
    const said = read(event.data);
    if (said.kind === 'error') complain(said.text); else bubble(said.kind, said.text);
  };
  mine.onclose = (event) => {
    if (socket === mine) socket = null;
    if (!opened) {
      complain('The connection was refused. Check the URL, and that the API is deployed.');
      show('failed', 'Not connected');
    } else if (event.code === 1000 || event.code === 1005) {
      bubble('note', 'You are disconnected.');
      show('closed', 'Not connected');
    } else {
      complain(`The connection was closed (${event.code}${event.reason ? `: ${event.reason}` : ''}).`);
      show('failed', 'Connection lost');
    }
  };
}

$('connect-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const url = page.url.value.trim();
  if (!socket && url) connect(url);
});

page.disconnect.addEventListener('click', () => { if (socket) socket.close(1000); });

$('send-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = page.message.value;
  if (!socket || socket.readyState !== WebSocket.OPEN || text.trim() === '') return;
  socket.send(JSON.stringify({ action: 'sendmessage', message: text }));
  bubble('mine', text);
  page.message.value = '';
  complain('');
});

show('closed', 'Not connected');
