// Messages, and what one does with them.

import { Attachment, Blocks } from "./blocks.js";
import { Avatar } from "./avatar.js";
import { Icon, bytes, cx, html, memo, useEffect, useLayoutEffect, useRef, useState } from "./dom.js";
import { Confirm, Menu } from "./overlay.js";
import { ReactionPicker } from "./reactions.js";
import { ago, mrkdwn } from "./mrkdwn.js";
import { attempt, author, containerKey, dropNotice, nameOf, person, state, toast } from "./store.js";
import { emoji } from "./emoji.js";
import { go } from "./route.js";
import { useSurface } from "./surface.js";
import { Typing } from "./composer.js";

const SOON = 300;
const PAGE = 120;
const DELETE = { title: "Delete this message?", text: "Nobody will be able to read it again.", confirm: "Delete", style: "danger" };
const JOINED = /^(channel|group)_/;
const clock = (ts) => new Date(ts * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = (ts) => new Date(ts * 1000).toDateString();

/** A message's words, blocks and attachments. */
function Body({ message }) {
  const { channel, ts, id, is_ephemeral } = message;
  const surface = useSurface(is_ephemeral ? { type: "ephemeral", channel, id } : { type: "message", channel, ts }, "message");
  return html`
    ${message.blocks?.length ? html`<${Blocks} blocks=${message.blocks} surface=${surface} />` : message.text && html`<div class="words">${mrkdwn(message.text)}</div>`}
    ${message.attachments?.map((attachment, at) => html`<${Attachment} key=${at} attachment=${attachment} surface=${surface} />`)}
    ${message.files?.length > 0 && html`<div class="files">${message.files.map((file) => html`<${File} key=${file.id} file=${file} />`)}</div>`}`;
}

function File({ file }) {
  const url = `/ui/file/${file.id}?as=${encodeURIComponent(state.me)}`;
  const name = file.title || file.name;
  return html`<a class="file" href=${url} target="_blank" rel="noopener">
    ${/^image\/(png|jpeg|gif|webp)$/.test(file.mimetype) ? html`<img src=${url} alt=${name} loading="lazy" />` : html`<span class="file-icon"><${Icon} name="file" /></span>`}
    <span><strong>${name}</strong><small>${file.filetype?.toUpperCase()} · ${bytes(file.size || 0)}</small></span></a>`;
}

function Reactions({ message }) {
  const react = (name, on) => attempt("react", { channel: message.channel, ts: message.ts, name, on });
  return html`<div class="reactions">${message.reactions.map(({ name, users, count }) => {
    const mine = users.includes(state.me);
    const who = users.map((id) => (id === state.me ? "you" : nameOf(id))).join(", ");
    return html`<button type="button" class=${cx("reaction", mine && "mine")} aria-pressed=${String(mine)} aria-label=${`${name}, ${count}: ${who}`} title=${`:${name}: ${who}`} onClick=${() => react(name, !mine)}>
      <span>${emoji(name) ?? `:${name}:`}</span>${count}</button>`;
  })}</div>`;
}

function Editor({ message, onDone }) {
  const save = async (text) => (text === message.text || (await attempt("edit", { channel: message.channel, ts: message.ts, text }))) && onDone();
  return html`<div class="editor"><${Typing} label="Edit message" initial=${message.text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&").replace(/<(?:mailto:[^|>]*\|)?((?:https?:)?[^<>|]*)>/g, (whole, inner) => (/^[@#!]/.test(inner) ? whole : inner))} onSend=${save} onCancel=${onDone} sending="Save" /></div>`;
}

/**
 * One message. `compact` leaves the author out, `inThread` the summary of the replies. Only the last one and the one with the
 * focus are stops of the tabulator; the arrow keys lead to the others.
 */
export const Message = memo(({ message, compact, inThread, last }) => {
  const [focused, setFocused] = useState(false);
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const own = useRef();
  const { channel, ts } = message;
  const who = person(message.user);
  const name = author(message);
  const isApp = Boolean(message.bot_id) || who?.is_bot;
  const mine = message.user === state.me && !message.bot_id;
  const system = JOINED.test(message.subtype);
  const gone = message.subtype === "tombstone";
  const reply = () => go({ tab: "talk", thread: message.thread_ts || ts });
  const edited = () => {
    setEditing(false);
    own.current.focus();
  };
  const removed = (sure) => {
    setAsking(false);
    if (sure) attempt("delete", { channel, ts });
  };
  const shortcuts = (state.app?.shortcuts || []).filter((one) => one.type === "message");
  const run = async ({ name: called, callback_id }) => {
    const answer = await attempt("shortcut", { callback_id, channel, ts });
    if (answer && answer.result !== "acknowledged") toast(`${called} did not work: ${answer.result === "dispatch_failed" ? "the app could not be reached" : "the app did not respond in time"}.`);
  };
  const more = [
    mine && { text: "Edit message", onPick: () => setEditing(true) },
    { text: "Copy text", onPick: () => navigator.clipboard?.writeText(message.text) },
    mine && { text: "Delete message", danger: true, onPick: () => setAsking(true) },
    shortcuts.length > 0 && { heading: state.app.name },
    ...shortcuts.map((one) => ({ text: one.name, hint: one.description, onPick: () => run(one) })),
  ].filter(Boolean);
  const stop = focused ? 0 : -1;
  const tools = !message.is_ephemeral && !gone && html`<div class="tools">
    <${ReactionPicker} tabIndex=${stop} onPick=${(emojiName) => attempt("react", { channel, ts, name: emojiName, on: true })} label=${`Add a reaction to ${name}'s message`} />
    <button type="button" class="quiet square" tabindex=${stop} aria-label=${`Reply in thread to ${name}`} title="Reply in thread" onClick=${reply}><${Icon} name="thread" /></button>
    <${Menu} label=${`More actions for ${name}'s message`} klass="quiet square" tabIndex=${stop} end items=${more}><${Icon} name="more" /><//></div>`;
  const key = (event) => {
    if (event.target === own.current) KEYS[event.key]?.(own.current, event);
  };
  return html`<article ref=${own} tabindex=${last || focused ? 0 : -1} class=${cx("message", compact && "compact", message.is_ephemeral && "only-you", system && "system")} data-ts=${ts} aria-label=${`${name}, ${clock(ts)}`} onKeyDown=${key} onFocusIn=${() => setFocused(true)} onFocusOut=${() => setFocused(false)}>
    ${compact ? html`<time class="gutter" aria-hidden="true">${clock(ts)}</time>` : html`<${Avatar} who=${who || { real_name: name }} app=${isApp} />`}
    <div class="content">
      ${message.is_ephemeral && html`<p class="whisper"><${Icon} name="eye" />Only visible to you<button type="button" class="link" onClick=${() => attempt("dismiss", { channel, id: message.id })}>Dismiss</button></p>`}
      ${!compact && html`<p class="byline"><strong>${name}</strong>${isApp && html`<span class="badge">App</span>`}${who?.team_id && who.team_id !== state.workspace.id && html`<span class="badge outside">External</span>`}<time datetime=${new Date(ts * 1000).toISOString()}>${clock(ts)}</time></p>`}
      ${message.broadcast && html`<p class="whisper"><${Icon} name="thread" />${inThread ? "Also sent to the channel" : html`replied to <button type="button" class="link" onClick=${reply}>a thread</button>`}</p>`}
      ${gone ? html`<p class="faint">This message was deleted.</p>` : editing ? html`<${Editor} message=${message} onDone=${edited} />` : html`<${Body} message=${message} />`}
      ${message.edited && !isApp && html`<span class="faint edited">(edited)</span>`}
      ${message.reactions?.length > 0 && html`<${Reactions} message=${message} />`}
      ${!inThread && message.reply_count > 0 && html`<button type="button" class="replies" onClick=${reply}>
        ${(message.reply_users || []).slice(0, 3).map((id) => html`<${Avatar} small who=${person(id)} key=${id} />`)}<strong>${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}</strong>
        ${message.latest_reply && html`<span>last ${ago(message.latest_reply * 1000)}</span>`}</button>`}
    </div>
    ${tools}
    ${asking && html`<${Confirm} confirm=${DELETE} onDone=${removed} />`}
  </article>`;
});

const step = (from, by) => {
  const all = [...from.closest(".messages").querySelectorAll(".message")];
  all[all.indexOf(from) + by]?.focus();
};
const KEYS = {
  ArrowUp: (own, event) => (event.preventDefault(), step(own, -1)),
  ArrowDown: (own, event) => (event.preventDefault(), step(own, 1)),
  m: (own) => own.querySelector(".tools [aria-haspopup=menu]")?.click(),
  t: (own) => own.querySelector(".tools [title='Reply in thread']")?.click(),
};

const Notice = ({ notice }) => html`<div class=${cx("notice-bar", notice.level)}>
  <${Icon} name=${notice.level === "error" ? "warn" : "eye"} /><span class="stretch"><small>Only visible to you</small><div class="words">${mrkdwn(notice.text)}</div></span>
  <button type="button" class="quiet tiny" aria-label="Dismiss notice" onClick=${() => dropNotice(notice.channel, notice.id)}><${Icon} name="close" /></button></div>`;

/** Everything said in a channel or a thread, oldest first, kept at its end while one is there. */
export function Messages({ channel, messages, label, inThread, start }) {
  const own = useRef();
  const atEnd = useRef(true);
  const [most, setMost] = useState(PAGE);
  const here = (one) => (inThread ? one.thread_ts === inThread : !one.thread_ts || one.thread_ts === one.ts);
  const whispers = (state.ephemerals[channel] || []).filter(here);
  const notices = inThread ? [] : state.notices[channel] || [];
  const all = [...messages.map((one) => [Number(one.ts), one]), ...whispers.map((one) => [Number(one.ts || one.id), one]), ...notices.map((one) => [one.at, one])].sort((a, b) => a[0] - b[0]);
  const earlier = all.length - most;
  useLayoutEffect(() => {
    if (atEnd.current) own.current.scrollTop = own.current.scrollHeight;
  });
  useEffect(() => {
    const watch = new ResizeObserver(() => atEnd.current && (own.current.scrollTop = own.current.scrollHeight));
    watch.observe(own.current.firstElementChild);
    watch.observe(own.current);
    return () => watch.disconnect();
  }, []);
  const scrolled = () => (atEnd.current = own.current.scrollHeight - own.current.scrollTop - own.current.clientHeight < 40);
  let before = null;
  const rows = all.slice(-most).flatMap(([at, one]) => {
    const first = !inThread && (!before || day(before.at) !== day(at));
    const close = !first && before?.user === one.user && at - before.at < SOON && !one.bot_id && !one.broadcast && !one.is_ephemeral && !JOINED.test(one.subtype);
    before = { at, user: !one.bot_id && !one.is_ephemeral && one.user };
    const row = one.level
      ? html`<${Notice} key=${one.id} notice=${one} />`
      : html`<${Message} key=${one.id || one.ts} message=${one} compact=${close} inThread=${Boolean(inThread)} last=${one === all.at(-1)[1]} how=${state.elements[containerKey(one)]} me=${state.me} people=${state.people} />`;
    return first ? [html`<div class="day" key=${`day ${day(at)}`}><span>${new Date(at * 1000).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" })}</span></div>`, row] : row;
  });
  return html`<div class="messages" ref=${own} onScroll=${scrolled} role="region" aria-label=${label} tabindex="-1"><div class="messages-end">
    ${earlier > 0 ? html`<p class="earlier" key="earlier"><button type="button" onClick=${() => setMost(most + PAGE)}>Show earlier messages</button><span class="faint">${earlier} more</span></p>` : start}
    ${rows}
  </div></div>`;
}
