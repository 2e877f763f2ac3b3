// Rich text, Markdown and tables: the blocks whose structure is given rather than written into their text.

import { emoji, withEmoji } from "./emoji.js";
import { h, html } from "./dom.js";
import { ChannelLink, GroupMention, Link, Mention, Moment } from "./mrkdwn.js";

const STYLES = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]];
const styled = (style, node) => STYLES.reduce((inner, [name, tag]) => (style?.[name] ? h(tag, null, inner) : inner), node);

function element(one) {
  switch (one.type) {
    case "text":
      return styled(one.style, one.style?.code ? one.text : withEmoji(one.text));
    case "link":
      return styled(one.style, html`<${Link} url=${one.url}>${one.text || one.url}<//>`);
    case "emoji":
      return emoji(one.name) ?? `:${one.name}:`;
    case "user":
      return styled(one.style, html`<${Mention} id=${one.user_id} />`);
    case "usergroup":
      return html`<${GroupMention} id=${one.usergroup_id} />`;
    case "channel":
      return html`<${ChannelLink} id=${one.channel_id} />`;
    case "broadcast":
      return html`<span class="mention">@${one.range}</span>`;
    case "date":
      return html`<${Moment} at=${one.timestamp} format=${one.format} url=${one.url} fallback=${one.fallback} />`;
    case "color":
      return html`<span class="swatch" style=${{ "--swatch": /^#[0-9a-f]{3,8}$/i.test(one.value) ? one.value : "none" }}>${one.value}</span>`;
    default:
      return html`<span class="unsupported">Unsupported element: ${one.type}</span>`;
  }
}

const line = (part) => (part.elements || []).map(element);

function part(one) {
  switch (one.type) {
    case "rich_text_section":
      return html`<div class="line">${line(one)}</div>`;
    case "rich_text_preformatted":
      return html`<pre>${line(one)}</pre>`;
    case "rich_text_quote":
      return html`<blockquote>${line(one)}</blockquote>`;
    case "rich_text_list": {
      const tag = one.style === "ordered" ? "ol" : "ul";
      const items = one.elements.map((item) => html`<li>${item.type === "rich_text_section" ? line(item) : part(item)}</li>`);
      return h(tag, { class: `indent-${Math.min(one.indent || 0, 8)}`, start: one.offset ? one.offset + 1 : undefined }, items);
    }
    default:
      return html`<p class="unsupported">Unsupported part of a rich text: ${one.type}</p>`;
  }
}

export const RichText = ({ block }) => html`<div class="rich-text">${(block.elements || []).map(part)}</div>`;

/** What a rich text says, without its looks. */
export const wordsOf = (rich) =>
  (rich?.elements || []).map((one) => (one.elements ? wordsOf(one) : one.text ?? one.url ?? (one.user_id ? `@${one.user_id}` : ""))).join("");

export function Table({ block }) {
  const align = (at) => `align-${block.column_settings?.[at]?.align || "left"}`;
  const cell = (one) => (one.type === "rich_text" ? html`<${RichText} block=${one} />` : withEmoji(String(one.text ?? one.value ?? "")));
  const [head, ...rows] = block.rows || [[]];
  return html`<div class="table" tabindex="0" role="group" aria-label="Table"><table>
    <thead><tr>${head.map((one, at) => html`<th scope="col" class=${align(at)}>${cell(one)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((one, at) => html`<td class=${align(at)}>${cell(one)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

// A small Markdown: what the `markdown` block documents, read line by line.

const SPAN = /(`+)(.+?)\1|!?\[([^\]]*)\]\(<?([^\s)>]+)>?(?:\s+"[^"]*")?\)|(\*\*|__)(?=\S)(.+?\S?)\5|~~(.+?)~~|([*_])(?=\S)(.+?)\8(?!\w)|(https?:\/\/[^\s<>()]+)|:([a-z0-9_+'-]+):|\\([\\`*_{}[\]()#+.!~>|-])/g;

function span(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(SPAN)) {
    const [whole, , code, label, url, , bold, strike, , italic, bare, name, escaped] = match;
    nodes.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code) nodes.push(html`<code>${code}</code>`);
    else if (url) nodes.push(html`<${Link} url=${url}>${label ? span(label) : url}<//>`);
    else if (bold) nodes.push(html`<strong>${span(bold)}</strong>`);
    else if (strike) nodes.push(html`<s>${span(strike)}</s>`);
    else if (italic) nodes.push(html`<em>${span(italic)}</em>`);
    else if (bare) nodes.push(html`<${Link} url=${bare}>${bare}<//>`);
    else nodes.push(escaped ?? emoji(name) ?? whole);
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

const LIST = /^(\s*)([-*+]|\d+[.)])\s+(.*)/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((text) => ({ text: text.trim() }));

function list(rows) {
  const [, indent, mark] = LIST.exec(rows[0]);
  const items = [];
  for (const row of rows) {
    const match = LIST.exec(row);
    if (match && match[1].length <= indent.length) items.push({ text: match[3], under: [] });
    else items.at(-1).under.push(row.trimEnd());
  }
  const drawn = items.map(({ text, under }) => {
    const task = /^\[([ xX])\]\s+(.*)/.exec(text);
    const words = task ? [task[1] === " " ? "☐ " : "☑ ", span(task[2])] : span(text);
    return html`<li>${words}${under.length && under.some((row) => LIST.test(row)) ? list(under.filter((row) => LIST.test(row))) : span(under.map((row) => ` ${row.trim()}`).join(""))}</li>`;
  });
  return h(/\d/.test(mark) ? "ol" : "ul", null, drawn);
}

export function Markdown({ text }) {
  const rows = text.split("\n");
  const nodes = [];
  let at = 0;
  const take = (test) => {
    const taken = [];
    while (at < rows.length && test(rows[at])) taken.push(rows[at++]);
    return taken;
  };
  while (at < rows.length) {
    const row = rows[at];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(row);
    if (!row.trim()) at++;
    else if (/^\s*```/.test(row)) {
      at++;
      nodes.push(html`<pre>${take((one) => !/^\s*```/.test(one)).join("\n")}</pre>`);
      at++;
    } else if (heading) {
      nodes.push(html`<div class=${`heading level-${heading[1].length}`} role="heading" aria-level=${Math.min(heading[1].length + 3, 6)}>${span(heading[2])}</div>`);
      at++;
    } else if (RULE.test(row)) {
      nodes.push(html`<hr />`);
      at++;
    } else if (/^\s*>/.test(row)) nodes.push(html`<blockquote><${Markdown} text=${take((one) => /^\s*>/.test(one)).map((one) => one.replace(/^\s*> ?/, "")).join("\n")} /></blockquote>`);
    else if (LIST.test(row)) nodes.push(list(take((one) => LIST.test(one) || /^\s{2,}\S/.test(one))));
    else if (/\|/.test(row) && /^[\s|:-]+$/.test(rows[at + 1] || "") && rows[at + 1].includes("-")) {
      const table = take((one) => one.includes("|"));
      nodes.push(html`<${Table} block=${{ rows: [table[0], ...table.slice(2)].map(cells) }} />`);
    } else nodes.push(html`<p>${span(take((one, first = one === row) => one.trim() && (first || !/^(#{1,6}\s|\s*>|\s*```)/.test(one)) && !LIST.test(one) && !RULE.test(one)).join("\n"))}</p>`);
  }
  return html`<div class="markdown">${nodes}</div>`;
}
