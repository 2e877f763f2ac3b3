// What went between person, workspace and bot: every request, how long it took, and what was refused and why.

import { Icon, cx, html, useEffect, useLayoutEffect, useRef, useState } from "./dom.js";
import { state } from "./store.js";

const WHO = { bot: "Bot", playground: "Workspace", person: "Person" };
const KINDS = ["api", "command", "event", "interaction", "options", "response_url", "upload", "socket", "page"];
const at = (seconds) => `${new Date(seconds * 1000).toLocaleTimeString("en-GB")}.${String(Math.floor((seconds % 1) * 1000)).padStart(3, "0")}`;
const took = (ms) => (ms == null ? "" : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);
const wrong = (entry) => entry.ok === false || Boolean(entry.error);

export function Inspector({ onClose }) {
  const [kind, setKind] = useState("");
  const [query, setQuery] = useState("");
  const [refused, setRefused] = useState(false);
  const [chosen, setChosen] = useState(null);
  const [since, setSince] = useState(0);
  const list = useRef();
  const end = useRef(true);
  const shown = state.log.filter((one) => one.seq > since && (!kind || one.kind === kind) && (!refused || wrong(one) || one.retry) && (!query || JSON.stringify([one.name, one.error, one.why, one.request]).toLowerCase().includes(query.toLowerCase()))).slice(-300);
  useLayoutEffect(() => {
    if (end.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  });
  useEffect(() => document.getElementById("inspector-filter")?.focus(), []);
  const entry = chosen && state.log.find((one) => one.seq === chosen);
  const scrolled = () => (end.current = list.current.scrollHeight - list.current.scrollTop - list.current.clientHeight < 30);
  const move = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const rows = [...list.current.querySelectorAll("tbody button")];
    const to = rows[rows.indexOf(document.activeElement) + step];
    to?.focus();
    to?.click();
  };
  return html`<section class="inspector" aria-label="Inspector" onKeyDown=${(event) => event.key === "Escape" && onClose()}>
    <header><h2><${Icon} name="pulse" />Inspector</h2>
      <input id="inspector-filter" type="search" aria-label="Search requests" placeholder="Search requests" value=${query} onInput=${(event) => setQuery(event.target.value)} />
      <select aria-label="Kind" value=${kind} onChange=${(event) => setKind(event.target.value)}><option value="">Every kind</option>${KINDS.map((one) => html`<option value=${one}>${one}</option>`)}</select>
      <label><input type="checkbox" checked=${refused} onChange=${(event) => setRefused(event.target.checked)} />Refused only</label>
      <span class="stretch faint">${shown.length} shown</span>
      <button type="button" onClick=${() => (setSince(state.log.at(-1)?.seq || 0), setChosen(null))}>Clear</button>
      <button type="button" class="quiet round" aria-label="Close inspector" onClick=${onClose}><${Icon} name="close" /></button></header>
    <div class="inspector-body"><div class="inspector-list" ref=${list} onScroll=${scrolled} onKeyDown=${move} tabindex="-1"><table><caption class="unseen">Requests, oldest first</caption>
        <thead><tr><th scope="col">At</th><th scope="col">Way</th><th scope="col">Kind</th><th scope="col">Name</th><th scope="col">Took</th><th scope="col">Result</th></tr></thead>
        <tbody>${shown.map((one) => html`<tr key=${one.seq} class=${cx(wrong(one) && "wrong", one.seq === chosen && "here")} onClick=${() => setChosen(one.seq)}>
          <td>${at(one.at)}</td><td class="way">${WHO[one.from] || one.from} → ${WHO[one.to] || one.to}</td><td><span class=${`kind kind-${one.kind}`}>${one.kind}</span></td>
          <td><button type="button" class="link" aria-pressed=${String(one.seq === chosen)} onClick=${() => setChosen(one.seq)}>${one.name || "—"}</button>${one.retry > 0 && html` <span class="badge">retry ${one.retry}</span>`}</td>
          <td class="number">${took(one.ms)}</td><td>${one.error ? html`<strong class="danger-text">${one.error}</strong>` : one.status ?? (one.ok === false ? "failed" : "ok")}</td></tr>`)}</tbody></table>
        ${!shown.length && html`<p class="list-note">Nothing yet. What the app and the workspace say to each other appears here.</p>`}</div>
      ${entry && html`<div class="inspector-entry" role="region" aria-label=${`Request ${entry.name}`} tabindex="0"><h3>${entry.name} <small>${WHO[entry.from]} → ${WHO[entry.to]}, ${took(entry.ms)}</small></h3>
        ${(entry.error || entry.why?.length > 0) && html`<div class="notice-bar error"><${Icon} name="warn" /><div><strong>${entry.error || "refused"}</strong>${(entry.why || []).map((why) => html`<div>${why}</div>`)}</div></div>`}
        <h4>Request</h4><pre>${pretty(entry.request)}</pre><h4>Response${entry.status ? ` ${entry.status}` : ""}</h4><pre>${pretty(entry.response)}</pre></div>`}
    </div></section>`;
}

const pretty = (value) => (value == null || value === "" ? "(empty)" : typeof value === "string" ? value : JSON.stringify(value, null, 2));
