// What the page knows, and how it learns of changes: one state, read once and then kept up to date by the stream.

import { useEffect, useState } from "./dom.js";

const LOG_KEPT = 1000;
/** Changes that come within this many milliseconds are drawn at once. */
const TOGETHER = 8;

/** Everything the page draws from. `me` is who is acting; `tab`, `place`, `thread` say what is looked at. */
export const state = {
  ready: false, online: true, failed: null, me: null, tab: "talk", place: null, thread: null,
  people: [], channels: [], messages: {}, ephemerals: {}, modals: [], home: null, helpdesks: [], faults: [], usergroups: [],
  notices: {}, toasts: [], elements: {}, unread: {}, log: [], said: "", homeOpened: false,
};

const listeners = new Set();
let queued = false;

/** Merge `changes` into the state and have the page drawn again. */
export function set(changes) {
  Object.assign(state, changes);
  if (queued) return;
  queued = true;
  setTimeout(() => {
    queued = false;
    for (const listener of listeners) listener();
  }, TOGETHER);
}

/** The state, drawn again whenever it changes. */
export function useStore() {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = () => again((count) => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return state;
}

export class Refusal extends Error {
  constructor(answer, status) {
    super(answer.text || answer.error || `The workspace answered ${status}.`);
    this.answer = answer;
  }
}

async function answered(response) {
  const answer = await response.json().catch(() => ({ ok: false }));
  if (!response.ok || answer.ok === false) throw new Refusal(answer, response.status);
  return answer;
}

/** Do something as the person acting. Rejects with a Refusal that says why not. */
export async function call(path, body) {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ as: state.me, ...body }) };
  return answered(await fetch(`/ui/${path}`, request));
}

/** The same, with the refusal shown to the person; gives null then. */
export async function attempt(path, body) {
  try {
    return await call(path, body);
  } catch (error) {
    toast(error.message);
    return null;
  }
}

/** Put files where a message or a form can name them; gives their descriptions. */
export async function upload(files) {
  const form = new FormData();
  form.append("as", state.me);
  for (const file of files) form.append("file", file);
  try {
    return (await answered(await fetch("/ui/upload", { method: "POST", body: form }))).files;
  } catch (error) {
    toast(error.message);
    return [];
  }
}

let toasts = 0;
/** Say something that belongs to no channel. */
export function toast(text, level = "error") {
  const one = { key: ++toasts, text, level };
  set({ toasts: [...state.toasts, one], said: text });
  setTimeout(() => untoast(one.key), 9000);
}
export const untoast = (key) => set({ toasts: state.toasts.filter((one) => one.key !== key) });
/** Have a screen reader say `text` when it gets round to it. */
export const say = (text) => set({ said: text });

let stream = null;
let retry = null;

/** Become `me`: read everything that this person sees, and follow it. */
export async function act(me) {
  stream?.close();
  clearTimeout(retry);
  try {
    const read = await answered(await fetch(`/ui/state?as=${encodeURIComponent(me)}`));
    const log = state.log.length ? {} : { log: await history() };
    set({ ...read, me: read.me, ready: true, online: true, failed: null, elements: {}, notices: {}, unread: {}, homeOpened: false, ...log });
    follow(read.seq);
  } catch (error) {
    set({ failed: error.message, online: false });
    retry = setTimeout(() => act(me), 2000);
  }
}

async function history() {
  const response = await fetch(`/ui/log?after=0&limit=${LOG_KEPT}`);
  return response.ok ? (await response.json()).entries : [];
}

function follow(seq) {
  let last = seq;
  const me = state.me;
  const opened = (stream = new EventSource(`/ui/stream?as=${encodeURIComponent(me)}&after=${last}`));
  opened.onopen = () => set({ online: true });
  opened.onmessage = (event) => {
    if (opened !== stream) return;
    const change = JSON.parse(event.data);
    last = change.seq ?? last;
    if (change.kind === "reset") {
      set({ log: [] });
      act(me);
    } else CHANGES[change.kind]?.(change);
  };
  opened.onerror = () => {
    // EventSource would reconnect to the address it was opened with, and so to a place that is long past.
    opened.close();
    if (opened !== stream) return;
    set({ online: false });
    retry = setTimeout(() => follow(last), 1000);
  };
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function inserted(list = [], one, key) {
  const at = list.findIndex((other) => other[key] === one[key]);
  if (at >= 0) return list.with(at, one);
  return [...list, one].sort((a, b) => order(a[key], b[key]));
}
const without = (list = [], key, value) => list.filter((one) => one[key] !== value);

export const containerKey = (container) => container.view_id || `${container.channel}/${container.ts || container.id}`;

/** Note how the last use of an element went: `loading`, `warning`, or `done`, which is forgotten. */
export function mark(container, block, action, how) {
  const key = containerKey(container);
  const own = { ...state.elements[key], [`${block}/${action}`]: how === "done" ? undefined : how };
  set({ elements: { ...state.elements, [key]: own } });
}

const CHANGES = {
  message({ channel, message }) {
    const known = state.messages[channel]?.some((one) => one.ts === message.ts);
    set({ messages: { ...state.messages, [channel]: inserted(state.messages[channel], message, "ts") } });
    if (!known && message.user !== state.me) arrived(channel, message);
  },
  message_removed: ({ channel, ts }) => set({ messages: { ...state.messages, [channel]: without(state.messages[channel], "ts", ts) } }),
  ephemeral({ channel, message }) {
    set({ ephemerals: { ...state.ephemerals, [channel]: inserted(state.ephemerals[channel], message, "id") } });
    arrived(channel, message);
  },
  ephemeral_removed: ({ channel, id }) => set({ ephemerals: { ...state.ephemerals, [channel]: without(state.ephemerals[channel], "id", id) } }),
  channel({ channel }) {
    const rest = without(state.channels, "id", channel.id);
    set({ channels: channel.is_visible === false ? rest : inserted(state.channels, channel, "id") });
  },
  modals: ({ stack }) => set({ modals: stack }),
  home: ({ view }) => set({ home: view }),
  element: ({ container, block_id, action_id, state: how }) => mark(container, block_id, action_id, how),
  notice(notice) {
    if (!notice.channel) return toast(notice.text, notice.level);
    const one = { ...notice, at: Date.now() / 1000 };
    set({ notices: { ...state.notices, [notice.channel]: [...(state.notices[notice.channel] || []), one] }, said: notice.text });
  },
  app: ({ app }) => set({ app }),
  log: ({ entry }) => set({ log: [...without(state.log, "seq", entry.seq), entry].slice(-LOG_KEPT) }),
  faults: ({ faults }) => set({ faults }),
  clock: ({ clock }) => set({ clock }),
};

function arrived(channel, message) {
  const place = channelOf(channel)?.is_app ? "app" : channel;
  const looking = state.tab === "talk" && state.place === place;
  if (looking) say(`${author(message)}: ${spoken(message.text) || "a message"}`);
  else if (!message.thread_ts || message.thread_ts === message.ts) set({ unread: { ...state.unread, [channel]: (state.unread[channel] || 0) + 1 } });
}

/** A message's text as one would read it out: mentions and links by their names. */
const spoken = (text = "") =>
  text
    .replace(/<([@#!]?)([^<>|]+)\|?([^<>]*)>/g, (_, mark, target, label) => {
      if (mark === "#") return `#${label || channelOf(target)?.name || target}`;
      return label || (mark === "@" ? `@${nameOf(target)}` : mark ? `@${target}` : target);
    })
    .replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

export const dropNotice = (channel, id) => {
  set({ notices: { ...state.notices, [channel]: without(state.notices[channel], "id", id) } });
  call("dismiss", { channel, id }).catch(() => {});
};

export const person = (id) => state.people.find((one) => one.id === id);
export const channelOf = (id) => state.channels.find((one) => one.id === id);
export const nameOf = (id) => {
  const who = person(id);
  return who ? who.display_name || who.real_name || who.name : id;
};
/** The name over a message: the person's, or what the app calls itself there. */
export const author = (message) =>
  message.username || (message.bot_id && (message.bot_profile?.name || state.app?.name)) || nameOf(message.user) || "Somebody";

/** What a channel is called to the person acting: the other one's name in a direct message. */
export function titleOf(channel) {
  if (channel.kind !== "im") return channel.name;
  return channel.is_app ? state.app.name : person(channel.user)?.real_name || channel.name || channel.user;
}
