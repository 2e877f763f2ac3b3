// The interactive elements of Block Kit.

import { Icon, Spinner, bytes, cx, debounce, html, useEffect, useId, useMemo, useRef, useState } from "./dom.js";
import { Text, mrkdwn, plain } from "./mrkdwn.js";
import { Combobox } from "./combobox.js";
import { choicesFor, fromItems, itemsOf, optionItem } from "./choices.js";
import { Confirm, Menu } from "./overlay.js";
import { wordsOf } from "./richtext.js";
import { upload } from "./store.js";

const OPENS = /^(https?:|mailto:)/i;

/**
 * One element. `label` names it for a screen reader where nothing on the page does; in an input block `input` is that block,
 * and the value only leaves the page by itself when the block says so.
 */
export function Element({ element, block, surface, label, input, described, labelled }) {
  const [asking, setAsking] = useState(null);
  const ids = [block.block_id, element.action_id];
  const how = surface.how(...ids);
  const act = (value) => surface.act(...ids, value);
  /** Do `then` once the question that the element asks, if it asks one, is answered with yes. */
  const sure = (then) => (element.confirm ? setAsking(() => then) : then());
  const props = {
    element, block, surface, how, labelled, described, input,
    label: label || plain(element.placeholder) || plain(element.text) || element.type.replaceAll("_", " "),
    id: input ? `in-${ids.join("-")}` : undefined,
    own: surface.own(...ids),
    invalid: Boolean(surface.errors[block.block_id] && input),
    first: element.focus_on_load,
    press: (value) => sure(() => act(value)),
    /** Keep a value, and tell the app where it would be told. */
    keep(value, { tell = !input || input.dispatch_action } = {}) {
      if (!tell) return surface.change(...ids, value);
      return sure(() => {
        surface.change(...ids, value);
        act(value);
      });
    },
    tell: act,
  };
  const Drawn = ELEMENTS[element.type];
  const done = (yes) => {
    const then = asking;
    setAsking(null);
    if (yes) then();
  };
  return html`<span class=${cx("element", `element-${element.type}`, how)}>
    ${Drawn ? html`<${Drawn} ...${props} />` : html`<span class="unsupported">Unsupported element: ${element.type}</span>`}
    ${how === "loading" && element.type !== "button" && html`<${Spinner} label="Waiting for the app" />`}
    ${how === "warning" && html`<span class="late" role="img" aria-label="The app did not respond" title="The app did not respond"><${Icon} name="warn" /></span>`}
    ${asking && html`<${Confirm} confirm=${element.confirm} onDone=${done} />`}
  </span>`;
}

function Button({ element, how, press }) {
  const follow = () => {
    if (element.url && OPENS.test(element.url)) open(element.url, "_blank", "noopener,noreferrer");
    press({});
  };
  return html`<button type="button" class=${element.style} disabled=${how === "loading"} aria-label=${element.accessibility_label} aria-busy=${how === "loading" ? "true" : undefined} onClick=${follow}>
    ${how === "loading" && html`<${Spinner} label="Waiting for the app" />`}<${Text} text=${element.text} />${element.url && html`<${Icon} name="right" />`}</button>`;
}

const Overflow = ({ element, press, how }) =>
  html`<${Menu} label="More options" klass="square" end disabled=${how === "loading"} items=${element.options.map((option) => ({
    text: plain(option.text),
    hint: option.description && plain(option.description),
    onPick: () => {
      if (option.url && OPENS.test(option.url)) open(option.url, "_blank", "noopener,noreferrer");
      press({ selected_option: option });
    },
  }))}><${Icon} name="more" /><//>`;

const Feedback = ({ element, press }) =>
  ["positive_button", "negative_button"].map((side) => html`<button type="button" class="quiet" onClick=${() => press({ value: element[side].value })}>${plain(element[side].text)}</button>`);

const IconButton = ({ element, press }) => html`<button type="button" class="quiet" onClick=${() => press({})}><${Text} text=${element.text} /></button>`;

function Select({ element, block, surface, own, keep, id, label, labelled, invalid, described, how, input, first }) {
  const multi = element.type.startsWith("multi_");
  const choices = choicesFor(element);
  const value = itemsOf(element, own);
  useEffect(() => {
    if (element.default_to_current_conversation && !own && value.length) keep(fromItems(element, value), { tell: false });
  }, []);
  const load = element.type.endsWith("external_select")
    ? async (query) => {
        const answer = await surface.suggest(block.block_id, element.action_id, query);
        const groups = answer.option_groups || [{ options: answer.options || [] }];
        return groups.map((group) => ({ label: group.label && plain(group.label), items: group.options.map(optionItem) }));
      }
    : undefined;
  return html`<${Combobox} id=${id} label=${label} labelled=${labelled} placeholder=${plain(element.placeholder) || "Choose"} groups=${choices} load=${load}
    least=${element.min_query_length ?? 3} multi=${multi} most=${element.max_selected_items} value=${value} disabled=${how === "loading"} invalid=${invalid}
    described=${described} clearable=${Boolean(input?.optional)} first=${first} onChange=${(items) => keep(fromItems(element, items))} />`;
}

function Options({ element, own, keep, label, labelled, described, id }) {
  const radio = element.type === "radio_buttons";
  const name = useId();
  const given = own ? (radio ? [own.selected_option].filter(Boolean) : own.selected_options) : radio ? [element.initial_option].filter(Boolean) : element.initial_options || [];
  const chosen = new Set(given.map((option) => option.value));
  const change = (option, on) => {
    if (radio) return keep({ selected_option: option });
    return keep({ selected_options: element.options.filter((one) => (one.value === option.value ? on : chosen.has(one.value))) });
  };
  return html`<div role=${radio ? "radiogroup" : "group"} id=${id} class="options" aria-label=${labelled ? undefined : label} aria-labelledby=${labelled} aria-describedby=${described}>
    ${element.options.map((option) => html`<label><input type=${radio ? "radio" : "checkbox"} name=${name} checked=${chosen.has(option.value)} onChange=${(event) => change(option, event.target.checked)} />
      <span><${Text} text=${option.text} />${option.description && html`<small><${Text} text=${option.description} /></small>`}</span></label>`)}
  </div>`;
}

const TYPES = { datepicker: ["date", "date"], timepicker: ["time", "time"], datetimepicker: ["datetime-local", "date_time"] };
const pad = (number) => String(number).padStart(2, "0");
const local = (seconds) => {
  const at = new Date(seconds * 1000);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
};

function Picker({ element, own, keep, id, label, labelled, invalid, described, how, first }) {
  const [type, name] = TYPES[element.type];
  const key = `selected_${name}`;
  const given = own ? own[key] : element[`initial_${name}`];
  const shown = given && type === "datetime-local" ? local(given) : given || "";
  const change = (event) => {
    const entered = event.target.value;
    const value = entered && type === "datetime-local" ? Math.floor(new Date(entered).getTime() / 1000) : entered;
    keep({ [key]: value || null });
  };
  return html`<input type=${type} id=${id} value=${shown} disabled=${how === "loading"} aria-label=${labelled || id ? undefined : label} title=${plain(element.placeholder)} aria-invalid=${invalid ? "true" : undefined}
    aria-describedby=${described} data-first=${first ? "" : undefined} onChange=${change} />`;
}

const KINDS = { email_text_input: "email", url_text_input: "url" };

function TextInput({ element, own, keep, tell, id, label, invalid, described, input, surface, block, first }) {
  const initial = element.initial_value ?? "";
  const shown = own ? own.value ?? "" : typeof initial === "string" ? initial : wordsOf(initial);
  const on = element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  const told = input?.dispatch_action;
  const later = useMemo(() => debounce((value, send) => send({ value }), 400), []);
  const type = (event) => {
    const value = event.target.value || null;
    keep({ value }, { tell: false });
    if (told && on.includes("on_character_entered")) later(value, tell);
  };
  const key = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !told || !on.includes("on_enter_pressed")) return;
    event.preventDefault();
    tell({ value: surface.latest.current[block.block_id]?.[element.action_id]?.value ?? (shown || null) });
  };
  const multiline = element.multiline || element.type === "rich_text_input";
  const shared = {
    id, value: shown, placeholder: plain(element.placeholder), "aria-label": id ? undefined : label, "aria-invalid": invalid ? "true" : undefined,
    "aria-describedby": described, "aria-required": input && !input.optional ? "true" : undefined, "data-first": first ? "" : undefined, onInput: type, onKeyDown: key,
  };
  const left = element.max_length && shown.length > element.max_length * 0.8 ? element.max_length - shown.length : null;
  return html`<span class="stretch">${multiline ? html`<textarea rows=${element.type === "rich_text_input" ? 5 : 4} ...${shared} />` : html`<input type=${KINDS[element.type] || "text"} inputmode=${element.type === "number_input" ? "decimal" : undefined} autocomplete="off" ...${shared} />`}
    ${left !== null && html`<span class=${cx("count", left < 0 && "danger-text")} aria-live="polite">${left}</span>`}</span>`;
}

function FileInput({ element, own, keep, id, label, labelled, invalid, described }) {
  const [files, setFiles] = useState([]);
  const [busy, setBusy] = useState(false);
  const field = useRef();
  const most = element.max_files ?? 10;
  const held = files.filter((file) => own?.files?.includes(file.id));
  const put = (all) => {
    setFiles(all);
    keep({ files: all.map((file) => file.id) });
  };
  const add = async (event) => {
    const picked = [...event.target.files].slice(0, most - held.length);
    event.target.value = "";
    if (!picked.length) return;
    setBusy(true);
    const added = await upload(picked);
    setBusy(false);
    put([...held, ...added]);
  };
  const accept = element.filetypes?.map((type) => `.${type}`).join(",");
  return html`<div class="file-input">
    ${held.map((file) => html`<span class="chip" key=${file.id}><${Icon} name="file" />${file.name}<small>${bytes(file.size)}</small><button type="button" aria-label=${`Remove ${file.name}`} onClick=${() => put(held.filter((one) => one !== file))}><${Icon} name="close" /></button></span>`)}
    ${held.length < most && html`<label class=${cx("drop", invalid && "invalid")}><${Icon} name="clip" />${busy ? html`<${Spinner} label="Uploading" /> Uploading…` : held.length ? "Add another file" : "Choose a file"}
      <input ref=${field} id=${id} class="unseen" type="file" multiple=${most > 1} accept=${accept} aria-label=${label} aria-labelledby=${labelled} aria-describedby=${described} aria-invalid=${invalid ? "true" : undefined} disabled=${busy} onChange=${add} /></label>`}
  </div>`;
}

const ELEMENTS = {
  button: Button,
  workflow_button: Button,
  overflow: Overflow,
  feedback_buttons: Feedback,
  icon_button: IconButton,
  checkboxes: Options,
  radio_buttons: Options,
  plain_text_input: TextInput,
  email_text_input: TextInput,
  url_text_input: TextInput,
  number_input: TextInput,
  rich_text_input: TextInput,
  file_input: FileInput,
};
for (const type of Object.keys(TYPES)) ELEMENTS[type] = Picker;
for (const source of ["static", "external", "users", "conversations", "channels"]) ELEMENTS[`${source}_select`] = ELEMENTS[`multi_${source}_select`] = Select;

/** An element that shows something and does nothing. */
export function Still({ element }) {
  if (element.type === "image") return html`<span class="picture small" role="img" aria-label=${element.alt_text} title=${element.alt_text}><${Icon} name="picture" />${element.alt_text}</span>`;
  if (element.type === "mrkdwn") return html`<span class="words">${mrkdwn(element.text)}</span>`;
  return html`<span class="words"><${Text} text=${element} /></span>`;
}
