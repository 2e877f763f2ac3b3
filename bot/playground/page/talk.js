// The middle of the page: a channel, a direct message or the app, with a thread beside it.

import { APP, go } from "./route.js";
import { Avatar } from "./avatar.js";
import { Choose, kindIcon } from "./sidebar.js";
import { Composer } from "./composer.js";
import { Home } from "./modal.js";
import { Icon, html, useEffect, useRef, useState } from "./dom.js";
import { Menu } from "./overlay.js";
import { Messages } from "./messages.js";
import { attempt, channelOf, person, set, state, titleOf } from "./store.js";

const called = (channel) => (channel.kind === "im" || channel.kind === "mpim" ? titleOf(channel) : `#${channel.name}`);
const all = (channel) => state.messages[channel] || [];

function Actions({ channel }) {
  const [asking, setAsking] = useState(null);
  const act = async (path, more) => {
    const answer = await attempt(path, { channel: channel.id, ...more });
    if (answer?.channel) set({ channels: state.channels.map((one) => (one.id === channel.id ? { ...one, ...answer.channel } : one)) });
  };
  const bot = state.app.bot_user_id;
  const items = [
    !channel.is_archived && { text: "Add people", onPick: () => setAsking("invite") },
    !channel.is_archived && !channel.bot_is_member && { text: `Add ${state.app.name}`, onPick: () => act("invite", { users: [bot] }) },
    channel.bot_is_member && { text: `Remove ${state.app.name}`, onPick: () => act("kick", { users: [bot] }) },
    { text: "Leave", onPick: () => act("leave") },
    { text: channel.is_archived ? "Unarchive" : "Archive", danger: !channel.is_archived, onPick: () => act("archive", { on: !channel.is_archived }) },
  ].filter(Boolean);
  return html`<${Menu} label="Channel actions" klass="quiet square" end items=${items}><${Icon} name="more" /><//>
    ${asking && html`<${Choose} title=${`Add people to #${channel.name}`} label="People" verb="Add" among=${(id) => !channel.members.includes(id)} onClose=${() => setAsking(null)} onDone=${(users) => act("invite", { users })} />`}`;
}

/** What somebody who sees all this for the first time could try. */
const Hint = () => html`
  ${state.app.commands.slice(0, 3).map((one) => html`<p>Try <code>${one.command}</code>${one.description && `: ${one.description}`}</p>`)}
  <p>At the top right you become somebody else, and see what they see.${state.helpdesks.length > 0 && " The Helpdesk tab shows the other side of it."} The Inspector shows every request.</p>`;

function Channel({ channel }) {
  const named = called(channel);
  const plainChannel = channel.kind === "public" || channel.kind === "private";
  const other = person(channel.user);
  const start = html`<div class="start"><h3>${plainChannel ? named : titleOf(channel)}</h3><p>${channel.purpose || (plainChannel ? `This is the beginning of ${named}.` : "Only the two of you see what is said here.")}</p>${channel.bot_is_member && html`<${Hint} />`}</div>`;
  const foot = channel.is_archived
    ? html`<p class="instead">This channel is archived: it can be read, not written in.</p>`
    : plainChannel && !channel.is_member
      ? html`<p class="instead">You are looking at ${named} from outside. <button type="button" class="primary" onClick=${() => attempt("join", { channel: channel.id })}>Join ${named}</button></p>`
      : channel.is_app && state.app.messages_tab_read_only
        ? html`<p class="instead">${state.app.name} does not take messages here.</p>`
        : html`<${Composer} channel=${channel.id} name=${named} />`;
  return html`${!channel.is_app && html`<header class="talk-header">
      ${plainChannel ? html`<${Icon} name=${kindIcon(channel)} />` : html`<${Avatar} who=${other} />`}
      <h1>${plainChannel ? channel.name : titleOf(channel)}</h1>
      <span class="topic stretch">${channel.topic}</span>
      ${plainChannel && html`<span class="members" title=${(channel.members || []).map((id) => person(id)?.real_name || id).join(", ")}><${Icon} name="people" />${(channel.members || []).length}<span class="unseen"> members</span></span>${channel.is_member && html`<${Actions} channel=${channel} />`}`}
    </header>`}
    <${Messages} key=${channel.id} channel=${channel.id} label=${`Messages in ${named}`} messages=${all(channel.id).filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.broadcast)} start=${start} />
    ${foot}`;
}

function App() {
  const [tab, setTab] = useState(state.app.home_tab ? "home" : "messages");
  const channel = state.channels.find((one) => one.is_app);
  useEffect(() => {
    if (tab === "messages") attempt("home", { tab });
    if (tab === "messages" && channel) set({ unread: { ...state.unread, [channel.id]: 0 } });
  }, [tab, state.me]);
  const one = (id, text) => html`<button type="button" role="tab" id=${`app-${id}`} aria-controls="app-panel" aria-selected=${String(tab === id)} onClick=${() => setTab(id)}>${text}</button>`;
  return html`<header class="talk-header"><${Avatar} app /><h1>${state.app.name}</h1><span class="badge">App</span>
      <div class="tabs" role="tablist" aria-label=${state.app.name}>${state.app.home_tab && one("home", "Home")}${state.app.messages_tab && one("messages", "Messages")}</div></header>
    <div class="app-panel" id="app-panel" role="tabpanel" aria-labelledby=${`app-${tab}`} tabindex="-1">${tab === "home" ? html`<${Home} key=${state.me} />` : channel && html`<${Channel} channel=${channel} />`}</div>`;
}

function Thread({ ts, channel }) {
  const own = useRef();
  const replies = all(channel.id).filter((one) => one.ts === ts || one.thread_ts === ts);
  const close = () => {
    go({ thread: "" });
    document.querySelector(`.talk [data-ts="${ts}"]`)?.focus();
  };
  useEffect(() => own.current.querySelector("textarea")?.focus(), [ts]);
  const key = (event) => event.key === "Escape" && !event.defaultPrevented && !event.target.value && close();
  return html`<aside class="thread" aria-label="Thread" ref=${own} onKeyDown=${key}>
    <header class="talk-header"><h2>Thread</h2><span class="topic stretch">${called(channel)}</span><button type="button" class="quiet round" aria-label="Close thread" onClick=${close}><${Icon} name="close" /></button></header>
    <${Messages} key=${ts} channel=${channel.id} label="Messages in this thread" messages=${replies} inThread=${ts} />
    ${channel.is_archived || (channel.kind === "public" && !channel.is_member) ? null : html`<${Composer} key=${`c${ts}`} channel=${channel.id} thread=${ts} name=${called(channel)} />`}
  </aside>`;
}

export function Talk() {
  const app = state.channels.find((one) => one.is_app);
  const place = state.place || state.channels.find((one) => one.name === "support")?.id || state.channels[0]?.id;
  const channel = place === APP ? app : channelOf(place);
  useEffect(() => {
    if (!state.place && place) go({ place });
  });
  return html`<main class="talk" tabindex="-1">${place === APP ? html`<${App} key=${state.me} />` : channel ? html`<${Channel} key=${`${state.me}${channel.id}`} channel=${channel} />` : html`<div class="empty"><${Icon} name="lock" /><h1>Not yours to see</h1><p>${person(state.me)?.real_name} cannot see this place. Choose another one.</p></div>`}</main>
    ${state.thread && channel && html`<${Thread} ts=${state.thread} channel=${channel} />`}`;
}
