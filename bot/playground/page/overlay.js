// What lies over the page: dialogs, menus, and lists that hang from a field. All of it is drawn in the browser's top layer.

import { Icon, cx, html, useEffect, useId, useLayoutEffect, useRef, useState } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]";
const focusable = (root) => [...(root?.querySelectorAll(FOCUSABLE) || [])].filter((one) => one.tabIndex >= 0 && one.offsetParent !== null);

/** Hang `popup` under (or over) `anchor` while `open`, and keep it there when something scrolls. */
export function useHanging(open, anchor, popup, { wide, end, size } = {}) {
  useLayoutEffect(() => {
    const shown = popup.current;
    if (!open || !shown) return undefined;
    if (!shown.matches(":popover-open")) shown.showPopover();
    const place = () => {
      const at = anchor.current.getBoundingClientRect();
      if (wide) shown.style.width = `${Math.max(at.width, 220)}px`;
      const { offsetWidth: width, scrollHeight: height } = shown;
      const below = innerHeight - at.bottom - 12;
      const above = at.top - 12;
      const up = below < Math.min(height, 320) && above > below;
      shown.style.maxHeight = `${Math.min(Math.max(up ? above : below, 80), 380)}px`;
      shown.style.left = `${Math.max(8, Math.min(end ? at.right - width : at.left, innerWidth - width - 8))}px`;
      shown.style.top = up ? "auto" : `${at.bottom + 4}px`;
      shown.style.bottom = up ? `${innerHeight - at.top + 4}px` : "auto";
    };
    place();
    addEventListener("scroll", place, true);
    addEventListener("resize", place);
    return () => {
      removeEventListener("scroll", place, true);
      removeEventListener("resize", place);
    };
  }, [open, size]);
}

/** Call `away` when the pointer goes down outside of all `refs`. */
export function useAway(open, refs, away) {
  useEffect(() => {
    if (!open) return undefined;
    const down = (event) => refs.every((ref) => !ref.current?.contains(event.target)) && away();
    document.addEventListener("pointerdown", down, true);
    return () => document.removeEventListener("pointerdown", down, true);
  }, [open]);
}

/**
 * A dialog over everything: the page behind it is inert, the focus stays inside and goes back when it closes.
 * With `onSubmit` it is a form.
 */
export function Dialog({ title, onClose, onSubmit, footer, children, klass, busy, role, before }) {
  const own = useRef();
  const id = useId();
  useLayoutEffect(() => {
    const dialog = own.current;
    const opener = document.activeElement;
    dialog.showModal();
    const first = dialog.querySelector("[data-first]") || focusable(dialog.querySelector(".dialog-body"))[0] || focusable(dialog.querySelector("footer"))[0] || dialog;
    first.focus();
    return () => {
      dialog.close();
      if (opener?.isConnected) opener.focus();
    };
  }, []);
  const key = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      onClose("escape");
    }
    if (event.key !== "Tab") return;
    const all = focusable(own.current);
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement === edge || !own.current.contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0])?.focus();
    }
  };
  const submit = (event) => {
    event.preventDefault();
    onSubmit?.(event);
  };
  const inside = html`
    <header>${before}<h2 id=${id}>${title}</h2>
      <button type="button" class="quiet round" aria-label="Close" onClick=${() => onClose("x")}><${Icon} name="close" /></button></header>
    <div class="dialog-body">${children}</div>
    ${footer && html`<footer>${footer}</footer>`}`;
  return html`<dialog ref=${own} class=${klass} role=${role} aria-labelledby=${id} aria-busy=${busy ? "true" : undefined} onKeyDown=${key} onCancel=${(event) => event.preventDefault()}>
    ${onSubmit ? html`<form noValidate onSubmit=${submit}>${inside}</form>` : html`<div class="dialog-form">${inside}</div>`}
  </dialog>`;
}

/** The question an element's `confirm` object asks before anything happens. */
export function Confirm({ confirm, onDone }) {
  const danger = confirm.style === "danger";
  const footer = html`
    <button type="button" onClick=${() => onDone(false)}>${plain(confirm.deny) || "Cancel"}</button>
    <button type="button" data-first class=${danger ? "danger" : "primary"} onClick=${() => onDone(true)}>${plain(confirm.confirm) || "Yes"}</button>`;
  const words = confirm.text?.type === "mrkdwn" || typeof confirm.text === "string" ? mrkdwn(confirm.text.text ?? confirm.text) : plain(confirm.text);
  return html`<${Dialog} title=${plain(confirm.title) || "Are you sure?"} role="alertdialog" klass="small" onClose=${() => onDone(false)} footer=${footer}>
    <div class="prose">${words}</div>
  <//>`;
}

/** A button and its menu; `named` when what it shows names it. `items`: {text, onPick, hint, danger, checked, icon, url} or {heading}. */
export function Menu({ label, named, items, children, klass, end, disabled, tabIndex, onOpen, described }) {
  const [open, setOpen] = useState(false);
  const button = useRef();
  const popup = useRef();
  const id = useId();
  const show = () => {
    setOpen(true);
    onOpen?.();
  };
  const hide = (back = true) => {
    setOpen(false);
    if (back) button.current?.focus();
  };
  useHanging(open, button, popup, { end, size: items.length });
  useAway(open, [button, popup], () => hide(false));
  useEffect(() => {
    if (open) popup.current.querySelector("[role^=menuitem]")?.focus();
  }, [open]);
  const key = (event) => {
    const all = [...popup.current.querySelectorAll("[role^=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to].focus();
    else if (event.key === "Escape") hide();
    else if (event.key === "Tab") return hide();
    else if (event.key.length === 1 && event.key !== " ") all.find((one) => one.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  };
  const pick = (item) => {
    hide();
    item.onPick();
  };
  const entry = (item) =>
    item.heading
      ? html`<div class="menu-heading" role="presentation">${item.heading}</div>`
      : html`<button type="button" tabindex="-1" role=${item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked=${item.checked === undefined ? undefined : String(item.checked)}
          class=${cx(item.danger && "danger-text")} onClick=${() => pick(item)}>
          ${item.icon}<span>${item.text}${item.hint && html`<small>${item.hint}</small>`}</span>${item.checked && html`<${Icon} name="check" class="tick" />`}
        </button>`;
  return html`<button ref=${button} type="button" class=${klass} aria-label=${named ? undefined : label} aria-haspopup="menu" aria-expanded=${String(open)} aria-controls=${open ? id : undefined}
      aria-describedby=${described} disabled=${disabled} tabindex=${tabIndex} title=${label}
      onKeyDown=${(event) => event.key === "ArrowDown" && !open && (event.preventDefault(), show())} onClick=${() => (open ? hide() : show())}>${children}</button>
    ${open && html`<div ref=${popup} id=${id} popover="manual" class="menu" role="menu" aria-label=${label} onKeyDown=${key}>${items.map(entry)}</div>`}`;
}
