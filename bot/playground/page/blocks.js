// The blocks of Block Kit, on every surface. One that is not known here is shown as a box that says so.

import { Element, Still } from "./elements.js";
import { Guard, Icon, cx, html, useState } from "./dom.js";
import { Markdown, RichText, Table } from "./richtext.js";
import { Text, plain } from "./mrkdwn.js";
import { state } from "./store.js";

const LONG = 2800;

/** All of `blocks`; `surface` is what their elements act on. */
export const Blocks = ({ blocks, surface }) =>
  html`<div class="blocks">${(blocks || []).map((block, at) => {
    const Drawn = BLOCKS[block.type];
    return html`<${Guard} key=${`${block.type} ${block.block_id || at}`} what="block">${Drawn ? html`<${Drawn} block=${block} surface=${surface} />` : html`<div class="unsupported" role="note"><${Icon} name="box" /> Unsupported block: <code>${block.type}</code></div>`}<//>`;
  })}</div>`;

function Section({ block, surface }) {
  const [whole, setWhole] = useState(false);
  const long = block.text?.text.length > LONG && !whole && !block.expand;
  const text = long ? { ...block.text, text: block.text.text.slice(0, 700) } : block.text;
  const accessory = block.accessory;
  return html`<div class="section">
    <div class="stretch">
      ${text && html`<div class="words"><${Text} text=${text} />${long && html`… <button type="button" class="link" onClick=${() => setWhole(true)}>See more</button>`}</div>`}
      ${block.fields && html`<div class="fields">${block.fields.map((field) => html`<div class="words"><${Text} text=${field} /></div>`)}</div>`}
    </div>
    ${accessory && html`<div class="accessory">${accessory.type === "image" ? html`<${Still} element=${accessory} />` : html`<${Element} element=${accessory} block=${block} surface=${surface} />`}</div>`}
  </div>`;
}

const Header = ({ block, surface }) => html`<div class="block-header" role="heading" aria-level=${surface.kind === "message" ? 4 : 3}>${plain(block.text)}</div>`;

const Actions = ({ block, surface }) => html`<div class="actions">${block.elements.map((element) => html`<${Element} key=${element.action_id} element=${element} block=${block} surface=${surface} />`)}</div>`;

const Context = ({ block }) => html`<div class="context">${block.elements.map((element) => html`<${Still} element=${element} />`)}</div>`;

/** Pictures from elsewhere are not loaded: what they show is said in words, with a link for whoever wants to see it. */
function Picture({ block }) {
  const local = block.slack_file?.id;
  return html`<figure class="picture-block">
    ${block.title && html`<figcaption><${Text} text=${block.title} /></figcaption>`}
    ${local
      ? html`<img src=${`/ui/file/${local}?as=${state.me}`} alt=${block.alt_text} />`
      : html`<div class="picture" role="img" aria-label=${block.alt_text}><${Icon} name="picture" /><span>${block.alt_text}</span></div>`}
    ${/^https?:/.test(block.image_url) && html`<a class="faint" href=${block.image_url} target="_blank" rel="noopener noreferrer nofollow">Open the picture at ${new URL(block.image_url).host}</a>`}
  </figure>`;
}

const Video = ({ block }) => html`<figure class="picture-block"><figcaption><strong>${plain(block.title)}</strong></figcaption>
  <div class="picture" role="img" aria-label=${block.alt_text}><${Icon} name="picture" /><span>${block.alt_text}</span></div>
  ${block.description && html`<div class="faint">${plain(block.description)}</div>`}</figure>`;

const GROUPED = new Set(["radio_buttons", "checkboxes"]);

function Input({ block, surface }) {
  const element = block.element;
  const error = surface.errors[block.block_id];
  const id = `in-${block.block_id}-${element.action_id}`;
  const described = cx(error && `${id}-error`, block.hint && `${id}-hint`) || undefined;
  const label = plain(block.label);
  const named = GROUPED.has(element.type) || element.type === "file_input";
  const words = html`${label}${block.optional && html`<span class="faint"> (optional)</span>`}`;
  return html`<div class=${cx("input", error && "has-error")}>
    ${named ? html`<div class="label" id=${`${id}-label`}>${words}</div>` : html`<label class="label" for=${id}>${words}</label>`}
    <${Element} element=${element} block=${block} surface=${surface} label=${label} labelled=${GROUPED.has(element.type) ? `${id}-label` : undefined} input=${block} described=${described} />
    ${error && html`<p class="error" id=${`${id}-error`}><${Icon} name="warn" />${error}</p>`}
    ${block.hint && html`<p class="hint" id=${`${id}-hint`}><${Text} text=${block.hint} /></p>`}
  </div>`;
}

const Alert = ({ block }) => html`<div class=${cx("notice-bar", block.level)} role="note"><${Icon} name="warn" /><span><${Text} text=${block.text} /></span></div>`;

const BLOCKS = {
  section: Section,
  header: Header,
  divider: () => html`<hr />`,
  actions: Actions,
  context_actions: Actions,
  context: Context,
  image: Picture,
  video: Video,
  input: Input,
  alert: Alert,
  rich_text: RichText,
  markdown: ({ block }) => html`<${Markdown} text=${block.text} />`,
  table: Table,
};

const NAMED = { good: "#2e8b57", warning: "#c98a1b", danger: "#b3403a" };

/** An attachment: older than blocks, and still how links are unfolded. */
export function Attachment({ attachment, surface }) {
  const { color, pretext, author_name, title, title_link, text, fields, blocks, footer, ts, actions, fallback, image_url, from_url, service_name } = attachment;
  const hex = NAMED[color] || (/^#?[0-9a-f]{6}$/i.test(color) ? `#${color.replace("#", "")}` : undefined);
  const empty = !(blocks?.length || text || title || fields?.length || pretext || image_url || author_name);
  const words = (raw) => html`<${Text} text=${{ type: "mrkdwn", text: raw }} />`;
  return html`<div class="attachment-wrap">
    ${pretext && html`<div class="words">${words(pretext)}</div>`}
    <div class="attachment" style=${hex ? { "--bar": hex } : {}}>
      ${(author_name || service_name) && html`<div class="faint">${author_name || service_name}</div>`}
      ${title && html`<div class="attachment-title">${/^https?:/.test(title_link || from_url) ? html`<a href=${title_link || from_url} target="_blank" rel="noopener noreferrer nofollow">${plain(title)}</a>` : plain(title)}</div>`}
      ${text && html`<div class="words">${words(text)}</div>`}
      ${fields?.length > 0 && html`<div class="fields">${fields.map((field) => html`<div class=${cx("words", !field.short && "whole")}><strong>${plain(field.title)}</strong><div>${words(field.value)}</div></div>`)}</div>`}
      ${blocks?.length > 0 && html`<${Blocks} blocks=${blocks} surface=${surface} />`}
      ${image_url && html`<${Picture} block=${{ alt_text: fallback || "A picture", image_url }} />`}
      ${actions && html`<div class="unsupported" role="note">Unsupported: buttons in an attachment. They need an actions block.</div>`}
      ${empty && fallback && html`<div class="words">${plain(fallback)}</div>`}
      ${(footer || ts) && html`<div class="faint">${footer}${footer && ts ? " · " : ""}${ts && new Date(ts * 1000).toLocaleString()}</div>`}
    </div>
  </div>`;
}
