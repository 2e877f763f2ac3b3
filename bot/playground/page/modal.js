// Views: the modal on top of the stack, and App Home.

import { Blocks } from "./blocks.js";
import { Dialog } from "./overlay.js";
import { Icon, Spinner, html, useEffect, useState } from "./dom.js";
import { attempt, call, say, set, state, toast } from "./store.js";
import { plain } from "./mrkdwn.js";
import { useSurface } from "./surface.js";

const required = (block) => block.type === "input" && !block.optional;

/** The view that is being filled in. `deep` is how many lie under it. */
export function Modal({ view, deep }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState({ errors: {}, banner: null, hash: view.hash });
  const own = failed.hash === view.hash ? failed : { errors: view.errors || {}, banner: view.banner };
  const errors = { ...view.errors, ...own.errors };
  const banner = own.banner || view.banner;
  const surface = useSurface({ type: "view", view_id: view.id }, "modal", errors);
  const submit = async () => {
    if (busy || !view.submit) return;
    setBusy(true);
    try {
      const answer = await call("submit", { view_id: view.id, values: surface.latest.current });
      setFailed({ errors: answer.errors || {}, banner: answer.banner, hash: view.hash });
      if (answer.stack) set({ modals: answer.stack });
      const said = [answer.banner, ...Object.values(answer.errors || {})].filter(Boolean);
      if (said.length) say(said.join(". "));
      if (Object.keys(answer.errors || {}).length) queueMicrotask(() => setTimeout(() => document.querySelector("dialog [aria-invalid=true]")?.focus()));
    } catch (error) {
      toast(error.message);
    }
    setBusy(false);
  };
  const close = async (how) => {
    const answer = await attempt("close", { view_id: view.id, ...(how === "x" && deep ? { all: true } : {}) });
    if (answer) set({ modals: answer.stack });
  };
  const footer = html`
    ${view.blocks.some(required) && html`<span class="faint stretch">Fields are required unless they say optional</span>`}
    <button type="button" onClick=${() => close("cancel")}>${view.close ? plain(view.close) : view.submit ? "Cancel" : "Close"}</button>
    ${view.submit && html`<button type="submit" class="primary" disabled=${busy || view.submit_disabled}>${busy && html`<${Spinner} label="Sending" />`}${plain(view.submit)}</button>`}`;
  const before = html`${deep > 0 ? html`<button type="button" class="quiet square" aria-label="Back" onClick=${() => close("back")}><${Icon} name="right" class="turned" /></button>` : html`<span class="avatar small is-app" aria-hidden="true"><${Icon} name="box" /></span>`}`;
  return html`<${Dialog} title=${plain(view.title)} onClose=${close} onSubmit=${submit} footer=${footer} busy=${busy} before=${before} klass="modal">
    ${banner && html`<p class="notice-bar error" role="alert"><${Icon} name="warn" />${banner}</p>`}
    <${Blocks} blocks=${view.blocks} surface=${surface} />
  <//>`;
}

/** What the app shows each person on its own page. */
export function Home() {
  useEffect(() => {
    attempt("home", { tab: "home" }).then((answer) => answer && set({ home: answer.view ?? state.home }));
  }, [state.me]);
  const view = state.home;
  if (!view) return html`<div class="empty"><${Icon} name="box" /><h2>Nothing here yet</h2><p>${state.app.name} has not published a Home for you.</p></div>`;
  return html`<${HomeView} key=${view.id} view=${view} />`;
}

function HomeView({ view }) {
  const surface = useSurface({ type: "view", view_id: view.id }, "home");
  return html`<div class="home"><${Blocks} blocks=${view.blocks} surface=${surface} /></div>`;
}
