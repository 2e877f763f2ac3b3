// Where the person is, kept in the address: a reload, a bookmark or a second window comes back to the same place.
// #/U0ADAM/talk/C0SUPPORT/1780000000.000100, #/U0ADAM/talk/app, #/U0ADAM/desk/Sirportly/AB-123

import { act, set, state } from "./store.js";

const FIRST = "U0ADAM";
export const APP = "app";
const parts = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** Go to a place; what is left out stays as it is, but a new place closes the thread. */
export function go({ me = state.me, tab = state.tab, place, thread }) {
  const at = place ?? (tab === state.tab ? state.place : state.last?.[tab] ?? null);
  const beside = thread !== undefined ? thread : place === undefined || place === state.place ? state.thread : null;
  const wanted = [me, tab, at, beside].filter(Boolean).map(encodeURIComponent).join("/");
  if (location.hash === `#/${wanted}`) return;
  location.hash = `/${wanted}`;
}

function arrive() {
  const [me = "", tab = "talk", place = null, thread = null] = parts();
  const last = { ...state.last, [tab]: place };
  const unread = place ? { ...state.unread, [place]: 0 } : state.unread;
  set({ tab: tab || "talk", place, thread, last, unread });
  if (me !== state.me || !state.ready) act(me || FIRST);
}

export function start() {
  addEventListener("hashchange", arrive);
  arrive();
}
