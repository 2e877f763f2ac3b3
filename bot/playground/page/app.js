// The whole page: the bar at the top, the tab below it, the inspector at the bottom, and what lies over them.

import { Avatar } from "./avatar.js";
import { Desk } from "./desk.js";
import { Guard, Icon, cx, html, render, useEffect, useState } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Menu } from "./overlay.js";
import { Modal } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { Talk } from "./talk.js";
import { go, start } from "./route.js";
import { person, state, untoast, useStore } from "./store.js";

const THEMES = { auto: ["half", "As the system"], light: ["sun", "Light"], dark: ["moon", "Dark"] };
const remembered = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const remember = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
};

function Theme() {
  const [theme, setTheme] = useState(remembered("theme") in THEMES ? remembered("theme") : "auto");
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
  }, [theme]);
  const items = Object.entries(THEMES).map(([key, [icon, text]]) => ({ text, icon: html`<${Icon} name=${icon} />`, checked: key === theme, onPick: () => setTheme(key) }));
  return html`<${Menu} label=${`Appearance: ${THEMES[theme][1]}`} klass="quiet square" end items=${items}><${Icon} name=${THEMES[theme][0]} /><//>`;
}

function ActAs() {
  const me = person(state.me);
  const items = state.people.filter((one) => one.playable).map((one) => ({
    text: one.real_name, hint: one.note, icon: html`<${Avatar} small who=${one} />`, checked: one.id === state.me, onPick: () => go({ me: one.id, thread: "" }),
  }));
  return html`<${Menu} label=${`Act as: ${me.real_name}`} klass="act-as" named end items=${items}><${Avatar} small who=${me} /><span class="unseen">Act as: </span><span>${me.real_name}</span><${Icon} name="down" /><//>`;
}

function Delivery() {
  const { delivery, connections } = state.app;
  const socket = delivery !== "http";
  const down = socket && !connections;
  return html`<span class=${cx("pill", down && "down")} title="How the app is reached">${socket ? `Socket Mode · ${connections || "not"} connected` : "HTTP"}</span>
    ${state.faults?.length > 0 && html`<span class="pill down">${state.faults.length} ${state.faults.length === 1 ? "fault" : "faults"} set</span>`}
    ${state.clock?.offset > 1 && html`<span class="pill" title="The clock was set forward">+${Math.round(state.clock.offset)} s</span>`}`;
}

const TABS = [["talk", "Conversations", "thread"], ["desk", "Helpdesk", "box"]];

function Page() {
  useStore();
  const [inspecting, setInspecting] = useState(remembered("inspector") === "open");
  const inspect = (open) => {
    setInspecting(open);
    remember("inspector", open ? "open" : "");
    if (!open) document.getElementById("inspect")?.focus();
  };
  const place = state.ready && state.workspace.name;
  useEffect(() => {
    document.title = place ? `${place} · Workspace` : "Workspace";
  }, [place]);
  if (!state.ready) return html`<p class="booting" role="status">${state.failed ? `The workspace does not answer (${state.failed}). Trying again…` : "Opening the workspace…"}</p>`;
  const top = state.modals.at(-1);
  const tab = ([id, text, icon]) => html`<button type="button" role="tab" id=${`tab-${id}`} aria-controls="panel" aria-selected=${String(state.tab === id)} onClick=${() => go({ tab: id })}><${Icon} name=${icon} />${text}</button>`;
  return html`
    <header class="top"><span class="brand"><img src="icon.svg" alt="" width="26" height="26" /><span>Workspace</span><small>${state.workspace.name}</small></span>
      <div class="tabs main-tabs" role="tablist" aria-label="Workspace">${TABS.map(tab)}</div><span class="stretch"></span>
      <${Delivery} /><button type="button" id="inspect" class="quiet" aria-expanded=${String(inspecting)} onClick=${() => inspect(!inspecting)}><${Icon} name="pulse" />Inspector</button>
      <${Theme} /><${ActAs} /></header>
    ${!state.online && html`<p class="offline" role="status">The workspace is not answering. What you see may be old; it comes back by itself.</p>`}
    <div class="below" id="panel" role="tabpanel" aria-labelledby=${`tab-${state.tab}`} tabindex="-1"><${Guard} key=${state.tab}>${state.tab === "desk" ? html`<${Desk} />` : html`<${Sidebar} /><${Talk} />`}<//></div>
    ${inspecting && html`<${Inspector} onClose=${() => inspect(false)} />`}
    ${top && html`<${Guard} key=${top.id} what="modal"><${Modal} view=${top} deep=${state.modals.length - 1} /><//>`}
    <div class="toasts">${state.toasts.map((one) => html`<div key=${one.key} class=${cx("toast", one.level)}><span>${one.text}</span><button type="button" class="quiet tiny" aria-label="Dismiss" onClick=${() => untoast(one.key)}><${Icon} name="close" /></button></div>`)}</div>
    <div class="unseen" role="status" aria-live="polite" aria-label="Announcements">${state.said}</div>`;
}

start();
const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);
