// What every other module draws with: preact and its hooks, htm bound to it, icons, and a few small things.

import { Component, h, render } from "./vendor/preact.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.js";
import htm from "./vendor/htm.js";

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

/** A small drawing that says nothing to a screen reader. */
export const Icon = ({ name, class: klass }) => html`<svg class=${cx("icon", klass)} viewBox="0 0 16 16" aria-hidden="true"><use href=${`icons.svg#${name}`} /></svg>`;

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
