// A field one chooses in by typing: one value or several, from a list that is there or one that is asked for.

import { Icon, Spinner, cx, debounce, html, useEffect, useId, useMemo, useRef, useState } from "./dom.js";
import { useAway, useHanging } from "./overlay.js";

const matches = (item, query) => `${item.text} ${item.hint || ""}`.toLowerCase().includes(query.trim().toLowerCase());

/**
 * `groups` is [{label, items: [{key, text, hint, icon}]}]; or `load(query)` gives such a list, asked from `least` letters on.
 * `value` is a list of items, `onChange` gets one.
 */
export function Combobox({ id, label, labelled, placeholder, groups, load, least = 0, multi, most = Infinity, value, onChange, disabled, invalid, described, clearable, first }) {
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const [found, setFound] = useState({ groups: [], note: "" });
  const field = useRef();
  const box = useRef();
  const popup = useRef();
  const listId = useId();
  const asked = useRef(0);

  load = useLatest(load);
  const ask = useMemo(
    () =>
      debounce(async (text) => {
        const turn = ++asked.current;
        try {
          const answer = await load.current(text);
          if (turn === asked.current) setFound({ groups: answer, note: "" });
        } catch (error) {
          if (turn === asked.current) setFound({ groups: [], note: error.message, failed: true });
        }
      }, 200),
    [],
  );
  useEffect(() => {
    if (!load.current || !open) return;
    if (query.length < least) {
      asked.current++;
      ask.cancel();
      setFound({ groups: [], note: `Type ${least === 1 ? "a letter" : `${least} letters or more`} to search` });
    } else {
      setFound((before) => ({ ...before, busy: true }));
      ask(query);
    }
  }, [open, query]);

  const chosen = new Set(value.map((item) => item.key));
  const offered = load.current ? found.groups : groups.map((group) => ({ ...group, items: query ? group.items.filter((item) => matches(item, query)) : group.items }));
  const flat = offered.flatMap((group) => group.items);
  const full = multi && value.length >= most;
  const note = found.busy && load.current ? "" : full ? `No more than ${most} can be chosen` : load.current && found.note ? found.note : flat.length ? "" : "Nothing matches";
  useHanging(open, box, popup, { wide: true, size: `${flat.length}${note}${value.length}` });
  useAway(open, [box, popup], () => close());

  const show = () => {
    if (disabled || open) return;
    setActive(Math.max(0, multi ? 0 : flat.findIndex((item) => chosen.has(item.key))));
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    setQuery("");
  };
  const pick = (item) => {
    if (multi) {
      if (chosen.has(item.key)) onChange(value.filter((one) => one.key !== item.key));
      else if (!full) onChange([...value, item]);
      setQuery("");
    } else {
      close();
      if (!chosen.has(item.key)) onChange([item]);
    }
    field.current?.focus();
  };
  const key = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!open) show();
      else setActive((flat.length + active + step) % (flat.length || 1));
    } else if (event.key === "Enter" && open) {
      if (flat[active]) pick(flat[active]);
    } else if (event.key === "Escape" && open) close();
    else if (event.key === "Tab") return close();
    else if (event.key === "Backspace" && multi && !query && value.length) onChange(value.slice(0, -1));
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  };
  const type = (event) => {
    setQuery(event.target.value);
    setActive(0);
    setOpen(true);
  };
  useEffect(() => {
    if (open) document.getElementById(`${listId}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [open, active]);

  let at = -1;
  const option = (item) => {
    at++;
    const here = at;
    return html`<div role="option" id=${`${listId}-${here}`} aria-selected=${String(chosen.has(item.key))} class=${cx("option", here === active && "active")}
      onPointerDown=${(event) => event.preventDefault()} onClick=${() => pick(item)} onPointerMove=${() => here !== active && setActive(here)}>
      ${item.icon}<span>${item.text}${item.hint && html`<small>${item.hint}</small>`}</span>${chosen.has(item.key) && html`<${Icon} name="check" class="tick" />`}</div>`;
  };
  const shown = open || multi ? query : value[0]?.text || "";
  return html`<div class=${cx("combobox", disabled && "disabled", multi && "multi")} ref=${box} onClick=${(event) => event.target === box.current && field.current.focus()}>
    ${multi && value.map((item) => html`<span class="chip" key=${item.key}>${item.icon}${item.text}<button type="button" disabled=${disabled} aria-label=${`Remove ${item.text}`} onClick=${() => onChange(value.filter((one) => one.key !== item.key))}><${Icon} name="close" /></button></span>`)}
    <input ref=${field} id=${id} type="text" role="combobox" autocomplete="off" spellcheck=${false} value=${shown} disabled=${disabled} data-first=${first ? "" : undefined}
      placeholder=${multi && value.length ? "" : (!multi && value[0]?.text) || placeholder} aria-label=${labelled ? undefined : label} aria-labelledby=${labelled}
      aria-expanded=${String(open)} aria-controls=${open ? listId : undefined} aria-autocomplete="list" aria-invalid=${invalid ? "true" : undefined} aria-describedby=${described}
      aria-activedescendant=${open && flat[active] ? `${listId}-${active}` : undefined} onInput=${type} onKeyDown=${key} onClick=${show} />
    ${!multi && clearable && value.length > 0 && !disabled && html`<button type="button" class="quiet tiny" aria-label=${`Clear ${label}`} onClick=${() => onChange([])}><${Icon} name="close" /></button>`}
    <${Icon} name="down" class="chevron" />
    ${open && html`<div ref=${popup} popover="manual" class="listbox">
      <div role="listbox" id=${listId} aria-label=${label} aria-multiselectable=${multi ? "true" : undefined}>
        ${offered.map((group, index) => (group.label ? html`<div role="group" aria-labelledby=${`${listId}-g${index}`}><div class="menu-heading" role="presentation" id=${`${listId}-g${index}`}>${group.label}</div>${group.items.map(option)}</div>` : group.items.map(option)))}
      </div>
      ${found.busy && load.current && !found.groups.length ? html`<p class="list-note"><${Spinner} label="Searching" /> Searching…</p>` : note && html`<p class=${cx("list-note", found.failed && "danger-text")} role="status">${note}</p>`}
    </div>`}
  </div>`;
}

function useLatest(value) {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}
