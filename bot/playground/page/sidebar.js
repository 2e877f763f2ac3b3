// The list of places, and making new ones.

import { APP, go } from "./route.js";
import { Avatar } from "./avatar.js";
import { Combobox } from "./combobox.js";
import { Dialog } from "./overlay.js";
import { Icon, cx, html, useState } from "./dom.js";
import { attempt, person, set, state, titleOf } from "./store.js";
import { peopleItems } from "./choices.js";

export const kindIcon = (channel) => (channel.is_ext_shared ? "globe" : channel.kind === "private" ? "lock" : "hash");

function Entry({ to, icon, children, dim }) {
  const unread = state.unread[to] || 0;
  const here = state.place === to;
  return html`<li><button type="button" class=${cx("place", here && "here", unread > 0 && "unread", dim && "dim")} aria-current=${here ? "page" : undefined} onClick=${() => go({ tab: "talk", place: to })}>
    ${icon}<span>${children}</span>${unread > 0 && html`<span class="count" aria-label=${`${unread} new`}>${unread}</span>`}</button></li>`;
}

const Group = ({ title, add, onAdd, children }) => html`<section aria-label=${title}><div class="places"><h2>${title}</h2>${add && html`<button type="button" class="quiet tiny" aria-label=${add} title=${add} onClick=${onAdd}><${Icon} name="plus" /></button>`}</div><ul>${children}</ul></section>`;

export function Sidebar() {
  const [making, setMaking] = useState(null);
  const channels = state.channels.filter((one) => one.kind === "public" || one.kind === "private");
  const direct = state.channels.filter((one) => (one.kind === "im" || one.kind === "mpim") && !one.is_app);
  const app = state.channels.find((one) => one.is_app);
  const entry = (one) => html`<${Entry} key=${one.id} to=${one.id} dim=${!one.is_member || one.is_archived} icon=${html`<${Icon} name=${kindIcon(one)} />`}>${one.name}${one.is_archived && html` <small>archived</small>`}<//>`;
  const list = (kind) => channels.filter((one) => one.kind === kind).map(entry);
  return html`<nav class="sidebar" aria-label="Places">
    <${Group} title="Channels" add="Create a channel" onAdd=${() => setMaking("channel")}>${list("public")}<//>
    ${channels.some((one) => one.kind === "private") && html`<${Group} title="Private channels">${list("private")}<//>`}
    <${Group} title="Direct messages" add="Start a direct message" onAdd=${() => setMaking("direct")}>
      ${direct.map((one) => html`<${Entry} key=${one.id} to=${one.id} icon=${html`<${Avatar} small who=${person(one.user) || { real_name: one.name }} />`}>${titleOf(one)}<//>`)}<//>
    <${Group} title="Apps">${html`<${Entry} to=${APP} icon=${html`<${Avatar} small app />`}>${state.app.name}${app && state.unread[app.id] > 0 && html` <span class="count" aria-label="new messages">${state.unread[app.id]}</span>`}<//>`}<//>
    ${making === "channel" && html`<${NewChannel} onClose=${() => setMaking(null)} />`}
    ${making === "direct" && html`<${Choose} title="New direct message" label="With whom" verb="Open" onClose=${() => setMaking(null)} onDone=${async (users) => {
      const answer = await attempt("open", { users });
      if (answer) arrive(answer.channel);
    }} />`}
  </nav>`;
}

function arrive(channel) {
  set({ channels: [...state.channels.filter((one) => one.id !== channel.id), channel] });
  go({ tab: "talk", place: channel.is_app ? APP : channel.id });
}

function NewChannel({ onClose }) {
  const [name, setName] = useState("");
  const [hidden, setHidden] = useState(false);
  const [error, setError] = useState("");
  const create = async () => {
    if (!/^[\p{L}\p{N}_-]{1,80}$/u.test(name)) return setError("Letters, digits, - and _ alone, 80 at most.");
    const answer = await attempt("create", { name: name.toLowerCase(), private: hidden });
    if (answer) onClose(), arrive(answer.channel);
    return undefined;
  };
  const footer = html`<button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="primary">Create</button>`;
  return html`<${Dialog} title="New channel" klass="small" onClose=${onClose} onSubmit=${create} footer=${footer}>
    <div class="input"><label class="label" for="channel-name">Name</label><input id="channel-name" type="text" autocomplete="off" value=${name} aria-invalid=${error ? "true" : undefined} aria-describedby="channel-error" onInput=${(event) => setName(event.target.value)} />
      <p class="error" id="channel-error" role="alert">${error}</p></div>
    <label class="also"><input type="checkbox" checked=${hidden} onChange=${(event) => setHidden(event.target.checked)} />Private: only people who are invited see it</label>
  <//>`;
}

/** A dialog that asks for people. `among` narrows who is offered. */
export function Choose({ title, label, verb, onClose, onDone, among = () => true }) {
  const [people, setPeople] = useState([]);
  const submit = () => {
    if (!people.length) return;
    onClose();
    onDone(people.map((one) => one.key));
  };
  const items = peopleItems().filter((one) => one.key !== state.me && among(one.key));
  const footer = html`<button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="primary" disabled=${!people.length}>${verb}</button>`;
  return html`<${Dialog} title=${title} klass="small" onClose=${onClose} onSubmit=${submit} footer=${footer}>
    <div class="input"><label class="label" for="choose-people">${label}</label><${Combobox} id="choose-people" label=${label} placeholder="Names" multi groups=${[{ items }]} value=${people} onChange=${setPeople} /></div>
  <//>`;
}
