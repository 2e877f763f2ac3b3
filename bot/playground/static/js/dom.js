// What every other module draws with: preact and its hooks, htm bound to it, icons, and a few small things.

import { Component, h, render } from "../vendor/preact.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/hooks.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { h, render, useEffect, useLayoutEffect, useMemo, useRef, useState };

export const cx = (...names) => names.filter(Boolean).join(" ");

let made = 0;
/** An id that stays the same for the life of a component. */
export const useId = () => useState(() => `i${++made}`)[0];

/** `Inner`, drawn again only when one of its properties is another than before. */
export function memo(Inner) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]);
      return [...keys].some((key) => next[key] !== this.props[key]);
    }
    render(props) {
      return h(Inner, props);
    }
  };
}

/** Keeps a broken part of the page from taking the rest with it. */
export class Guard extends Component {
  componentDidCatch(error) {
    console.error(error);
    this.setState({ error });
  }
  render({ children, what = "part of the page" }, { error }) {
    return error ? html`<p class="unsupported" role="alert">This ${what} could not be drawn: ${error.message}</p>` : children;
  }
}

const ICONS = {
  hash: "M6 2 4.5 14M11.5 2 10 14M2.5 6h11M2 10.5h11",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  globe: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 1.8 2.6 4 2.6 6S10 12.2 8 14C6 12.2 5.4 10 5.4 8S6 3.8 8 2z",
  plus: "M8 3v10M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  send: "M2.5 8 13.5 3l-3 10.5-3-4z",
  clip: "M12.5 7.5 8 12a3 3 0 0 1-4.2-4.200l5-5a2 2 0 0 1 2.8 2.800l-5 5a1 1 0 0 1-1.4-1.400L9.5 5",
  spark: "M8 2v4M8 10v4M2 8h4M10 8h4M4 4l1.5 1.500M10.5 10.5 12 12M12 4l-1.5 1.500M5.5 10.5 4 12",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  smile: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.5 9.500c1 1.7 4 1.7 5 0M6 6.500h.01M10 6.500h.01",
  thread: "M3 3h10v7.500H7.500L4.5 13v-2.500H3zM5.5 5.800h5M5.5 8h3",
  check: "M3 8.5 6.5 12 13 4.5",
  down: "M4 6.5 8 10.500l4-4",
  right: "M6.5 4l4 4-4 4",
  warn: "M8 2.5 14.5 13.500h-13zM8 6.500v3.500M8 12h.01",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.200a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.600z",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13 9.500A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.500z",
  half: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  app: "M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM11 9v4M9 11h4",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  picture: "M2.5 3h11v10h-11zM2.5 11l3.5-3.5 3 3 1.5-1.5 3 3M10.5 6h.01",
  people: "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.500c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M11 3.500a2.2 2.2 0 0 1 0 4.200M12 9.700c1.6.5 2.5 1.9 2.5 3.8",
  pulse: "M1.5 8.500h3L6.5 3l3 10 2-4.500h3",
  box: "M2.5 5 8 2l5.5 3v6L8 14l-5.5-3zM2.5 5 8 8l5.5-3M8 8v6",
  pencil: "M3 13l.7-3L10.5 3.200l2.3 2.300L6 12.300z",
};

/** A small drawing that says nothing to a screen reader. */
export const Icon = ({ name, class: klass }) => html`<svg class=${cx("icon", klass)} viewBox="0 0 16 16" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;

export const Spinner = ({ label }) =>
  html`<span class="spinner" role="status"><span class="unseen">${label || "Working"}</span></span>`;

/** Hold a call back until `wait` milliseconds passed without another. */
export function debounce(call, wait) {
  let timer;
  const held = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...args), wait);
  };
  held.cancel = () => clearTimeout(timer);
  return held;
}

export const bytes = (size) => (size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(1)} kB` : `${(size / 1048576).toFixed(1)} MB`);
