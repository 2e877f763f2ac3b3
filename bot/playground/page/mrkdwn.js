// Text as an app writes it, drawn as nodes. Nothing here makes HTML from a string.

import { emoji, withEmoji } from "./emoji.js";
import { html } from "./dom.js";
import { go } from "./route.js";
import { channelOf, nameOf, person, state } from "./store.js";

const SAFE = /^(https?:\/\/|mailto:)/i;
const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** A link, or only its words when it leads anywhere but to the web or a mailbox. */
export const Link = ({ url, children }) =>
  SAFE.test(url) ? html`<a href=${url} target="_blank" rel="noopener noreferrer nofollow">${children}</a>` : html`<span title="This kind of link is not followed">${children}</span>`;

export function Mention({ id, label }) {
  const known = person(id);
  return html`<span class=${id === state.me ? "mention mine" : "mention"} title=${known?.real_name}>@${known ? nameOf(id) : label || id}</span>`;
}

export function ChannelLink({ id, label }) {
  const channel = channelOf(id);
  const name = channel?.name || label || "private channel";
  return channel ? html`<button type="button" class="mention link" onClick=${() => go({ tab: "talk", place: id })}>#${name}</button>` : html`<span class="mention">#${name}</span>`;
}

export const GroupMention = ({ id, label }) => {
  const group = state.usergroups.find((one) => one.id === id);
  return html`<span class="mention" title=${group?.name}>@${group?.handle || label?.replace(/^@/, "") || id}</span>`;
};

const DAY = 86400000;
const shown = (date, options) => date.toLocaleString("en-GB", options);
const pretty = (date, otherwise) => {
  const days = Math.round((new Date(date).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] || otherwise(date);
};
const numeric = { year: "numeric", month: "2-digit", day: "2-digit" };
const FORMATS = {
  date_num: (date) => shown(date, numeric).split("/").reverse().join("-"),
  date_slash: (date) => shown(date, numeric),
  date: (date) => shown(date, { year: "numeric", month: "long", day: "numeric" }),
  date_short: (date) => shown(date, { year: "numeric", month: "short", day: "numeric" }),
  date_long: (date) => shown(date, { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  date_pretty: (date) => pretty(date, FORMATS.date),
  date_short_pretty: (date) => pretty(date, FORMATS.date_short),
  date_long_pretty: (date) => pretty(date, FORMATS.date_long),
  day_divider_pretty: (date) => pretty(date, (day) => shown(day, { weekday: "long", month: "long", day: "numeric" })),
  time: (date) => shown(date, { hour: "2-digit", minute: "2-digit" }),
  time_secs: (date) => shown(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** How long ago, or how far ahead, in words. */
export function ago(date) {
  const seconds = (Date.now() - date) / 1000;
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([one]) => Math.abs(seconds) >= one) || [1, "second"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.round(seconds / size), unit);
}

/** A `<!date^…>`, in the zone of whoever looks. */
export function Moment({ at, format, url, fallback }) {
  const date = new Date(at * 1000);
  if (Number.isNaN(date.getTime())) return fallback || "";
  const words = format.replace(/\{(\w+)\}/g, (token, name) => FORMATS[name]?.(date) ?? token);
  const when = html`<time datetime=${date.toISOString()} title=${date.toString()}>${words}</time>`;
  return url ? html`<${Link} url=${url}>${when}<//>` : when;
}

function reference(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescape(body.slice(bar + 1));
  if (target[0] === "@") return html`<${Mention} id=${target.slice(1)} label=${label} />`;
  if (target[0] === "#") return html`<${ChannelLink} id=${target.slice(1)} label=${label} />`;
  if (target.startsWith("!subteam^")) return html`<${GroupMention} id=${target.split("^")[1]} label=${label} />`;
  if (target.startsWith("!date^")) {
    const [, at, format, url] = target.split("^");
    return html`<${Moment} at=${Number(at)} format=${format || ""} url=${url && unescape(url)} fallback=${label} />`;
  }
  if (target[0] === "!") return html`<span class="mention">@${label.replace(/^@/, "") || target.slice(1)}</span>`;
  const url = unescape(target);
  return html`<${Link} url=${url}>${label ? withEmoji(label) : url.replace(/^mailto:/, "")}<//>`;
}

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    ...["*", "_", "~"].map((mark) => `(?<![\\w\\${mark}])\\${mark}(?=\\S)((?:<[^>\\n]*>|[^\\${mark}\\n])*?[^\\s\\${mark}])\\${mark}(?![\\w\\${mark}])`),
    ":([a-z0-9_+'-]+)(?:::skin-tone-\\d)?:",
  ].join("|"),
  "g",
);

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, token, bold, italic, strike, name] = match;
    if (match.index > end) nodes.push(unescape(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (code) nodes.push(html`<code>${unescape(code)}</code>`);
    else if (token) nodes.push(reference(token));
    else if (bold) nodes.push(html`<strong>${inline(bold)}</strong>`);
    else if (italic) nodes.push(html`<em>${inline(italic)}</em>`);
    else if (strike) nodes.push(html`<s>${inline(strike)}</s>`);
    else nodes.push(emoji(name) ?? whole);
  }
  if (end < text.length) nodes.push(unescape(text.slice(end)));
  return nodes;
}

function lines(text) {
  const nodes = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) nodes.push(html`<blockquote>${inline(quoted.join("\n"))}</blockquote>`);
    quoted = [];
  };
  const all = text.replace(/^\n|\n$/g, "").split("\n");
  for (let at = 0; at < all.length; at++) {
    const quote = /^(?:&gt;|>)(?!(?:&gt;|>){2}) ?(.*)/.exec(all[at]);
    if (/^(?:&gt;|>){3}/.test(all[at])) {
      flush();
      quoted = [all[at].replace(/^(?:&gt;|>){3} ?/, ""), ...all.slice(at + 1)];
      break;
    }
    if (quote) quoted.push(quote[1]);
    else {
      const after = quoted.length;
      flush();
      if (nodes.length && !after) nodes.push("\n");
      nodes.push(...inline(all[at]));
    }
  }
  flush();
  return nodes;
}

/** `text` in the app's markup, as nodes. */
export function mrkdwn(text) {
  return String(text ?? "")
    .split(/(```[\s\S]*?```)/)
    .filter(Boolean)
    .map((part) => (/^```[\s\S]*```$/.test(part) ? html`<pre>${unescape(part.slice(3, -3).replace(/^\n|\n$/g, ""))}</pre>` : lines(part)));
}

/** A Block Kit text object: `mrkdwn` or `plain_text`. */
export function Text({ text }) {
  if (!text) return null;
  if (typeof text === "string") return mrkdwn(text);
  return text.type === "mrkdwn" ? mrkdwn(text.text) : plain(text);
}

/** A plain text object's words. */
export const plain = (text) => (typeof text === "string" ? text : text?.emoji === false ? text.text : withEmoji(text?.text));
