// The helpdesks behind the app: their tickets, and answering as the customer or as staff.

import { Icon, cx, html, useEffect, useRef, useState } from "./dom.js";
import { ago } from "./mrkdwn.js";
import { go } from "./route.js";
import { state, toast } from "./store.js";

const EVERY = 1500;

async function get(proxy, path, body) {
  const request = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${proxy}/control/${path}`, request);
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const why = answer?.error ?? answer?.text;
  throw new Error(typeof why === "string" ? why : `the helpdesk answered ${response.status}`);
}

/** What `path` answers now and from then on; `again` asks at once. */
function useAsked(proxy, path) {
  const [known, setKnown] = useState({ answer: null, error: null });
  const again = useRef();
  useEffect(() => {
    let timer;
    let over = false;
    const ask = async () => {
      clearTimeout(timer);
      try {
        const answer = await get(proxy, path);
        if (!over) setKnown({ answer, error: null });
      } catch (error) {
        if (!over) setKnown((before) => ({ ...before, error: error.message }));
      }
      if (!over) timer = setTimeout(ask, EVERY);
    };
    setKnown({ answer: null, error: null });
    again.current = ask;
    ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [proxy, path]);
  return [known.answer, known.error, again];
}

const when = (at) => (at ? html`<time datetime=${at} title=${new Date(at).toLocaleString()}>${ago(new Date(at))}</time>` : "");

export function Desk() {
  const [name, ...rest] = (state.place || "").split("~");
  const desk = state.helpdesks.find((one) => one.name === name) || state.helpdesks[0];
  if (!desk) return html`<main class="empty desk-empty"><${Icon} name="box" /><h1>No helpdesk</h1><p>This workspace was started without one.</p></main>`;
  return html`<${Tickets} key=${desk.name} desk=${desk} reference=${rest.join("~")} />`;
}

function Tickets({ desk, reference }) {
  const [tickets, error] = useAsked(desk.proxy, "tickets");
  const [query, setQuery] = useState("");
  const shown = (tickets || []).filter((one) => `${one.reference} ${one.subject} ${one.contact?.name} ${one.status}`.toLowerCase().includes(query.toLowerCase()));
  const tabs = state.helpdesks.map((one) => html`<button type="button" role="tab" aria-selected=${String(one === desk)} onClick=${() => go({ tab: "desk", place: one.name })}>${one.name}</button>`);
  return html`<main class="desk" tabindex="-1"><nav class="desk-list" aria-label="Tickets">
      <div class="tabs" role="tablist" aria-label="Helpdesks">${tabs}</div>
      <input type="search" aria-label="Filter tickets" placeholder="Filter tickets" value=${query} onInput=${(event) => setQuery(event.target.value)} />
      ${error && html`<p class="notice-bar error" role="alert">${desk.name}: ${error}</p>`}
      <ul>${shown.map((one) => html`<li key=${one.reference}><button type="button" class=${cx("ticket", one.reference === reference && "here")} aria-current=${one.reference === reference ? "page" : undefined} onClick=${() => go({ tab: "desk", place: `${desk.name}~${one.reference}` })}>
        <span class="ticket-top"><code>${one.reference}</code>${when(one.updated_at)}</span><strong>${one.subject}</strong>
        <span class="ticket-foot"><span class=${cx("status", one.closed && "closed")}>${one.status}</span>${one.contact?.name}</span></button></li>`)}</ul>
      ${tickets && !shown.length && html`<p class="list-note">${query ? "No ticket matches" : "No tickets yet"}</p>`}
    </nav>
    ${reference ? html`<${Ticket} key=${reference} desk=${desk} reference=${reference} />` : html`<div class="empty"><${Icon} name="box" /><h1>${desk.name}</h1><p>Choose a ticket to see what was said, or make one from the conversation.</p></div>`}</main>`;
}

const shownAs = (value) =>
  Array.isArray(value) ? value.map(shownAs).filter(Boolean).join(", ") : value && typeof value === "object" ? value.name || Object.entries(value).map(([key, inner]) => `${key}: ${shownAs(inner)}`).join(", ") : String(value ?? "");
const NOT_FACTS = new Set(["id", "reference", "subject", "updates", "outbox", "log", "followups", "link", "closed", "message", "html_message", "status", "contact", "update_count", "attachments"]);
const isTime = (name, value) => /_at$/.test(name) && value;

function Ticket({ desk, reference }) {
  const [ticket, error, again] = useAsked(desk.proxy, `tickets/${encodeURIComponent(reference)}`);
  if (!ticket) return html`<div class="empty"><p role="status">${error || "Reading the ticket…"}</p></div>`;
  const facts = Object.entries(ticket).filter(([name, value]) => !NOT_FACTS.has(name) && shownAs(value));
  const first = ticket.message ? [{ id: "first", author_kind: "customer", author: ticket.contact?.name, message: ticket.message, posted_at: ticket.submitted_at, attachments: ticket.attachments }] : [];
  return html`<article class="ticket-page" aria-label=${`Ticket ${reference}`}>
    <header><code>${reference}</code><h1>${ticket.subject}</h1><span class=${cx("status", ticket.closed && "closed")}>${ticket.status}</span></header>
    <div class="ticket-body"><div class="ticket-talk">
        <ol aria-label="Updates">${[...first, ...ticket.updates].map((one) => html`<${Update} key=${one.id} update=${one} />`)}</ol>
        <${Answer} desk=${desk} reference=${reference} again=${again} /></div>
      <aside aria-label="Properties"><h2>Properties</h2><dl>
          ${ticket.contact && html`<div><dt>Contact</dt><dd>${ticket.contact.name}${ticket.contact.address && html`<small>${ticket.contact.address}</small>`}</dd></div>`}
          ${facts.map(([name, value]) => html`<div><dt>${name.replaceAll("_", " ")}</dt><dd>${isTime(name, value) ? when(value) : shownAs(value)}</dd></div>`)}</dl>
        ${ticket.followups?.length > 0 && html`<h2>Follow-ups</h2><ul class="plain">${ticket.followups.map((one) => html`<li>${when(one.run_at)} ${one.executed_at ? "done" : "planned"}</li>`)}</ul>`}
        ${ticket.outbox?.length > 0 && html`<h2>Sent mail</h2><ul class="plain">${ticket.outbox.map((one) => html`<li><details><summary>${one.subject || "(no subject)"}</summary><small>to ${shownAs(one.to)}</small><pre>${one.body}</pre></details></li>`)}</ul>`}
        ${ticket.log?.length > 0 && html`<h2>Log</h2><ul class="plain log">${ticket.log.map((one) => html`<li>${one.description} ${when(one.at)}</li>`)}</ul>`}
      </aside></div></article>`;
}

const KIND = { staff: "Staff", customer: "Customer", system: "System" };

const Update = ({ update }) => html`<li class=${cx("update", update.author_kind, update.private && "private")}>
  <p class="byline"><strong>${update.author || KIND[update.author_kind]}</strong><span class="badge">${KIND[update.author_kind]}</span>${update.private && html`<span class="badge outside"><${Icon} name="lock" />Private note</span>`}${update.draft && html`<span class="badge">Draft</span>`}${when(update.posted_at)}</p>
  <div class="words">${update.message}</div>
  ${update.attachments?.length > 0 && html`<div class="chips">${update.attachments.map((one) => html`<span class="chip"><${Icon} name="file" />${one.name || one.fileName || one.url || "attachment"}</span>`)}</div>`}</li>`;

function Answer({ desk, reference, again }) {
  const [author, setAuthor] = useState("customer");
  const [message, setMessage] = useState("");
  const [hidden, setHidden] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    if (!message.trim()) return;
    try {
      await get(desk.proxy, `tickets/${encodeURIComponent(reference)}/answer`, { author, message, private: author === "staff" && hidden });
      setMessage("");
      again.current();
    } catch (error) {
      toast(error.message);
    }
  };
  const one = (value, text) => html`<label><input type="radio" name="author" checked=${author === value} onChange=${() => setAuthor(value)} />${text}</label>`;
  return html`<form class="answer" onSubmit=${send} aria-label="Answer">
    <textarea rows="3" aria-label="Answer" placeholder=${author === "customer" ? "Write as the customer would by e-mail…" : "Write as staff…"} value=${message} onInput=${(event) => setMessage(event.target.value)}></textarea>
    <div class="answer-bar"><div role="radiogroup" aria-label="Answer as" class="as">${one("customer", "As the customer")}${one("staff", "As staff")}</div>
      ${author === "staff" && html`<label><input type="checkbox" checked=${hidden} onChange=${(event) => setHidden(event.target.checked)} />Private note</label>`}
      <span class="stretch"></span><button class="primary" disabled=${!message.trim()}>Send answer</button></div></form>`;
}
