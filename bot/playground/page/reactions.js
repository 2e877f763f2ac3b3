// Choosing an emoji.

import { Icon, html, useEffect, useRef, useState } from "./dom.js";
import { USUAL, emoji, findEmoji } from "./emoji.js";
import { useAway, useHanging } from "./overlay.js";

/** A button that opens a field to search in and a grid to pick from. */
export function ReactionPicker({ label, onPick, tabIndex, klass = "quiet square" }) {
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const button = useRef();
  const popup = useRef();
  useHanging(open, button, popup, { end: true });
  useAway(open, [button, popup], () => setOpen(false));
  useEffect(() => {
    if (open) popup.current.querySelector("input").focus();
  }, [open]);
  const done = (name) => {
    setOpen(false);
    setQuery("");
    button.current.focus();
    if (name) onPick(name);
  };
  const found = query ? findEmoji(query) : [...USUAL.map((name) => [name, emoji(name)]), ...findEmoji("").filter(([name]) => !USUAL.includes(name))];
  const key = (event) => {
    if (event.key !== "Escape" && (event.key !== "Enter" || event.target.tagName !== "INPUT")) return;
    event.preventDefault();
    event.stopPropagation();
    done(event.key === "Enter" ? found[0]?.[0] : null);
  };
  return html`<button ref=${button} type="button" class=${klass} tabindex=${tabIndex} aria-label=${label} title=${label} aria-haspopup="dialog" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}><${Icon} name="smile" /></button>
    ${open && html`<div ref=${popup} popover="manual" class="emoji-picker" role="dialog" aria-label="Choose an emoji" onKeyDown=${key}>
      <input type="text" aria-label="Search emoji" placeholder="Search emoji" value=${query} onInput=${(event) => setQuery(event.target.value)} />
      <div class="emoji-grid">${found.map(([name, drawing]) => html`<button type="button" class="quiet" key=${name} aria-label=${name} title=${`:${name}:`} onClick=${() => done(name)}>${drawing}</button>`)}
        ${!found.length && html`<p class="list-note">No emoji has this name</p>`}</div>
    </div>`}`;
}
