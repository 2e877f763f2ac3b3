// Where one writes: commands with completion, mentions, files.

import { Icon, Spinner, bytes, cx, html, useEffect, useId, useLayoutEffect, useRef, useState } from "./dom.js";
import { Avatar } from "./avatar.js";
import { Menu } from "./overlay.js";
import { ReactionPicker } from "./reactions.js";
import { attempt, state, toast, upload } from "./store.js";
import { emoji, findEmoji } from "./emoji.js";

const MOST = 8;
const drafts = new Map();
const starts = (query, ...names) => names.some((name) => name?.toLowerCase().split(/\s+/).concat(name.toLowerCase()).some((word) => word.startsWith(query.toLowerCase())));

/** What could complete the word before the cursor: {from, offers: [{key, insert, text, hint, icon}]}. */
function completion(text, at) {
  const command = /^\/(\S*)$/.exec(text.slice(0, at));
  if (command) {
    const offers = state.app.commands.filter((one) => one.command.startsWith(command[0]));
    return { from: 0, offers: offers.map((one) => ({ key: one.command, insert: `${one.command} `, text: one.command, hint: [one.usage_hint, one.description].filter(Boolean).join(" — ") })) };
  }
  const word = /(?:^|[\s(])([@#:])([\w.+-]*)$/.exec(text.slice(0, at));
  if (!word || (word[1] === ":" && word[2].length < 2)) return null;
  const [, mark, query] = word;
  const from = at - query.length - 1;
  const make = (name, more) => ({ key: name, insert: `${mark}${name} `, ...more });
  if (mark === "@") {
    const people = state.people.filter((one) => one.id !== "USLACKBOT" && starts(query, one.name, one.real_name)).map((one) => make(one.name, { text: one.real_name, hint: `@${one.name}`, icon: html`<${Avatar} who=${one} small />` }));
    const groups = state.usergroups.filter((one) => starts(query, one.handle, one.name)).map((one) => make(one.handle, { text: `@${one.handle}`, hint: one.name }));
    const all = ["here", "channel"].filter((name) => name.startsWith(query.toLowerCase())).map((name) => make(name, { text: `@${name}`, hint: name === "here" ? "everybody who is active here" : "everybody in this channel" }));
    return { from, offers: [...people, ...groups, ...all].slice(0, MOST) };
  }
  if (mark === "#") return { from, offers: state.channels.filter((one) => /^p/.test(one.kind) && one.name.includes(query)).slice(0, MOST).map((one) => make(one.name, { text: `#${one.name}`, hint: one.topic })) };
  return { from, offers: findEmoji(query).slice(0, MOST).map(([name, drawing]) => ({ key: name, insert: `${emoji(name)} `, text: `${drawing} :${name}:` })) };
}

/** A text area that completes; Enter sends. `onSend` says true when the text may go. */
export function Typing({ label, placeholder, initial = "", onSend, onCancel, onFiles, busy, waiting, sending, buttons, empty, extra, draft }) {
  const [text, setText] = useState(drafts.get(draft) || initial);
  const [cursor, setCursor] = useState(null);
  const [active, setActive] = useState(0);
  const field = useRef();
  const id = useId();
  const found = cursor === null || busy ? null : completion(text, cursor);
  const offers = found?.offers || [];
  const command = state.app.commands.find((one) => text.startsWith(`${one.command} `));
  useLayoutEffect(() => {
    if (draft) drafts.set(draft, text);
    field.current.style.height = "auto";
    field.current.style.height = `${Math.min(field.current.scrollHeight, 280)}px`;
  }, [text]);
  useEffect(() => {
    if (onCancel) field.current.setSelectionRange(text.length, text.length), field.current.focus();
  }, []);
  const put = (next, at) => {
    setText(next);
    setCursor(null);
    queueMicrotask(() => {
      field.current.focus();
      setTimeout(() => field.current?.setSelectionRange(at, at));
    });
  };
  const insert = (words) => {
    const at = field.current.selectionStart;
    put(text.slice(0, at) + words + text.slice(at), at + words.length);
  };
  const take = (offer) => put(text.slice(0, found.from) + offer.insert + text.slice(cursor), found.from + offer.insert.length);
  const send = async () => {
    if (busy || (!text.trim() && empty !== false)) return;
    const sent = text;
    if (!onCancel) setText("");
    if (!(await onSend(sent.trim())) && !onCancel) setText((now) => now || sent);
  };
  const key = (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offers.length && step) setActive((offers.length + active + step) % offers.length);
    else if (offers.length && (event.key === "Enter" || event.key === "Tab") && offers[active].insert.trim() !== text.slice(found.from, cursor)) take(offers[active]);
    else if (offers.length && event.key === "Escape") setCursor(null);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else if (event.key === "Escape" && onCancel) onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const type = (event) => {
    setText(event.target.value);
    setCursor(event.target.selectionStart);
    setActive(0);
  };
  const paste = (event) => onFiles && event.clipboardData.files.length && (event.preventDefault(), onFiles([...event.clipboardData.files]));
  return html`<div class="typing">
    ${offers.length > 0 && html`<div class="offers" role="listbox" id=${id} aria-label="Suggestions">${offers.map((one, at) => html`<div role="option" id=${`${id}-${at}`} key=${one.key} class=${cx("option", at === active && "active")} aria-selected=${String(at === active)}
        onPointerDown=${(event) => (event.preventDefault(), take(one))}>${one.icon}<span>${one.text}${one.hint && html`<small>${one.hint}</small>`}</span></div>`)}</div>`}
    <textarea ref=${field} rows="1" role="combobox" aria-autocomplete="list" aria-haspopup="listbox" aria-label=${label} placeholder=${placeholder} value=${text} aria-expanded=${String(offers.length > 0)} aria-controls=${offers.length ? id : undefined}
      aria-activedescendant=${offers.length ? `${id}-${active}` : undefined} onInput=${type} onKeyDown=${key} onPaste=${paste} onBlur=${() => setCursor(null)}></textarea>
    ${extra}
    <div class="typing-bar">${buttons}<${ReactionPicker} label="Insert an emoji" onPick=${(name) => insert(emoji(name))} />
      <span class="usage">${command?.usage_hint && html`<code>${command.command}</code> ${command.usage_hint}`}</span>
      ${onCancel && html`<button type="button" onClick=${onCancel}>Cancel</button>`}
      <button type="button" class=${cx("primary", !sending && "round")} aria-label=${sending ? undefined : "Send"} title=${sending ? undefined : "Send"} disabled=${busy || (!text.trim() && empty !== false)} onClick=${send}>${busy || waiting ? html`<${Spinner} label="Sending" />` : sending || html`<${Icon} name="send" />`}</button>
    </div></div>`;
}

const WRONG = { operation_timeout: "did not respond in time", dispatch_failed: "could not be reached" };

/** The field under a channel or a thread. */
export function Composer({ channel, thread, name }) {
  const [files, setFiles] = useState([]);
  const [busy, setBusy] = useState(false);
  const [pending, setPending] = useState(0);
  const [broadcast, setBroadcast] = useState(false);
  const picker = useRef();
  const where = thread ? { channel, thread_ts: thread } : { channel };
  const add = async (picked) => {
    setBusy(true);
    const added = await upload(picked);
    setBusy(false);
    setFiles((before) => [...before, ...added]);
  };
  const send = async (text) => {
    setPending((count) => count + 1);
    const slash = text.startsWith("/") && !files.length && !text.startsWith("//");
    const answer = slash ? await attempt("command", { ...where, text }) : await attempt("post", { ...where, text, files: files.map((file) => file.id), ...(thread && broadcast ? { broadcast } : {}) });
    setPending((count) => count - 1);
    if (answer && !slash) setFiles([]), setBroadcast(false);
    return Boolean(answer);
  };
  const shortcuts = state.app.shortcuts.filter((one) => one.type === "global");
  const run = async (one) => {
    const answer = await attempt("shortcut", { callback_id: one.callback_id });
    if (WRONG[answer?.result]) toast(`${one.name} did not work: ${state.app.name} ${WRONG[answer.result]}.`);
  };
  const buttons = html`<button type="button" class="quiet square" aria-label="Attach files" title="Attach files" onClick=${() => picker.current.click()}><${Icon} name="clip" /></button>
    <input ref=${picker} type="file" multiple hidden tabindex="-1" aria-label="Files to attach" onChange=${(event) => (add([...event.target.files]), (event.target.value = ""))} />
    ${!thread && html`<${Menu} label="Shortcuts" klass="quiet square" items=${shortcuts.length ? [{ heading: state.app.name }, ...shortcuts.map((one) => ({ text: one.name, hint: one.description, onPick: () => run(one) }))] : [{ heading: "The app declares no shortcuts" }]}><${Icon} name="spark" /><//>`}`;
  const extra = html`${files.length > 0 && html`<div class="chips">${files.map((file) => html`<span class="chip" key=${file.id}><${Icon} name="file" />${file.name}<small>${bytes(file.size)}</small><button type="button" aria-label=${`Remove ${file.name}`} onClick=${() => setFiles(files.filter((one) => one !== file))}><${Icon} name="close" /></button></span>`)}</div>`}
    ${thread && html`<label class="also"><input type="checkbox" checked=${broadcast} onChange=${(event) => setBroadcast(event.target.checked)} />Also send to ${name}</label>`}`;
  const drop = (event) => event.dataTransfer?.files.length && (event.preventDefault(), add([...event.dataTransfer.files]));
  return html`<div class="composer" onDragOver=${(event) => event.preventDefault()} onDrop=${drop}>
    <${Typing} draft=${`${state.me} ${channel} ${thread}`} label=${thread ? "Reply in thread" : `Message ${name}`} placeholder=${thread ? "Reply…" : `Message ${name}`} onSend=${send} onFiles=${add} busy=${busy} waiting=${pending > 0} buttons=${buttons} extra=${extra} empty=${files.length ? false : undefined} /></div>`;
}
