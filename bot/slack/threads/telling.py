"""What happened to a ticket, as messages in its thread: under the author's name, in their words, nobody's markup.

Foreign text stands in ``rich_text`` elements, in which Slack interprets nothing; a link is made of an address that its
author wrote out, and of nothing else.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.errors import Unavailable
from bot.ledger import Claim, Entry, NewEntry, Perform, Settle, Settlement
from bot.mirror.mail import parts
from bot.mirror.policy import Policies
from bot.mirror.tellings import News, Surroundings, Telling
from bot.slack.blocks import Block, context
from bot.slack.messages import Message, say
from bot.slack.outbox import Delivery
from bot.slack.refusals import next_try
from bot.slack.text import clip, counted, inline, link, moment
from bot.slack.threads.uploading import upload

log = structlog.get_logger()

KIND = "telling"
"""A delivery that is looked at once more before it goes out: what is told may not be for everybody."""

MOST_TEXT = 2900
"""Characters of foreign text in one message."""
MOST_PARTS = 8
"""Messages that one reply is split into at most; the rest of it is on the ticket."""
_LONGEST_NAME = 60
_PATIENCE = timedelta(hours=24)
_AGAIN = timedelta(seconds=20)

_ADDRESS = re.compile(r"https?://[^\s<>\"'|\\^`{}]{1,1500}", re.IGNORECASE)
_SAID = {"customer": ("💬", "wrote to"), "staff": ("🌍", "answered"), "note": ("🔒", "left an internal note on")}


class Teller:
    """Makes entries of what is to be told."""

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def entries(self, telling: Telling) -> Sequence[NewEntry]:
        """Every message, in order, and the files after the message that they belong to."""
        made: list[NewEntry] = []
        for news in telling.news:
            for number, message in enumerate(self.messages(telling, news)):
                made.append(_entry(telling, news, message, number))
            if not telling.discreet:
                made += [upload(telling, news, file, lane=telling.thread.tellings_lane) for file in news.files]
        return made

    def messages(self, telling: Telling, news: News) -> list[dict[str, Any]]:
        """One thing as the arguments of one or more posts."""
        ref = link(telling.url, telling.ticket.ref)
        match news.kind:
            case "customer" | "staff" | "note" if telling.discreet:
                return [say(f"{_SAID[news.kind][0]} {ref}: {_discreetly(news)}.").arguments()]
            case "customer" | "staff" | "note":
                return self._said(news, ref)
            case "changes":
                text = f"✏️ {ref}: {inline(news.text, 1500)}."
            case "followup" if telling.discreet:  # what it does is in somebody's words, so there is no form of it
                return []
            case "followup":
                when = moment(news.at, self._zone) if news.at else "later"
                by = f" by {inline(news.author, 80)}" if news.author else ""
                text = f"⏰ {ref}: follow-up {when}{by}: {inline(news.text, 500)}."
            case "gone" | "flood" | "summary":
                text = f"{'💬' if news.kind == 'summary' else '⚠️'} {ref}: {inline(news.text, 500)}"
        return [say(text).arguments()]

    def _said(self, news: News, ref: str) -> list[dict[str, Any]]:
        sign, did = _SAID[news.kind]
        author = _name(news.author)
        pieces = parts(news.text, MOST_TEXT)
        shown = pieces[:MOST_PARTS]
        made = []
        for number, piece in enumerate(shown, 1):
            more = [f"{number} of {len(pieces)}"] if len(pieces) > 1 else []
            if number == len(shown):
                left = len(pieces) - len(shown)
                more += [f"{counted(left, 'more part is', 'more parts are')} on the ticket"] if left else []
                more += [f"{counted(news.folded, 'line')} of history or signature left out"] if news.folded else []
                more += [f"📎 {counted(len(news.files), 'file')}"] if news.files else []
            when = [moment(news.at, self._zone)] if news.at else []
            label = {"customer": "customer", "staff": "public reply", "note": "internal note"}[news.kind]
            small = " · ".join([f"{sign} {label} on {ref}", *when, *more])
            text = clip(f"{sign} {author} {did} {ref}: {inline(piece, 300)}", 3000)
            blocks = (*([body(piece)] if piece.strip() else []), context(small))
            arguments = Message(text=text, blocks=blocks).arguments()
            suffix = {"customer": " (customer)", "note": " (internal)"}.get(news.kind, "")
            arguments["username"] = f"{clip(_plain(news.author), _LONGEST_NAME)}{suffix}"
            made.append(arguments | ({"icon_url": news.picture} if _is_picture(news.picture) else {}))
        return made


class Tellings:
    """Performs tellings: looks whether it may still be said there, and has it delivered."""

    def __init__(self, deliver: Perform, surroundings: Surroundings, policies: Policies) -> None:
        self._deliver = deliver
        self._surroundings = surroundings
        self._policies = policies

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:
        """One try."""
        if not entry.origin.get("discreet"):
            channel = str(entry.origin["channel"])
            try:
                shared = await self._surroundings.shared(channel)
            except Unavailable:
                later = next_try(entry, "slack", patience=_PATIENCE, wait=_AGAIN, progress=dict(entry.progress))
                return later or Settle(state="failed", outcome={"state": "failed", "error": "slack"})
            internal = bool(entry.origin.get("internal")) and not self._policies.of(channel).internal
            if shared or internal:
                log.warning("telling.withheld", entry=entry.id, shared=shared)
                return Settle(state="failed", outcome={"state": "failed", "error": "not for this channel any more"})
        return await self._deliver(entry, claim)


def key_of(telling: Telling, news: News) -> str:
    """What is told has one key for each thread, whoever finds out about it and how often."""
    return f"tell:{telling.ticket.helpdesk}:{telling.ticket.ref}:{news.key}:{telling.thread.key}"


def body(text: str) -> Block:
    """Foreign text, letter by letter; what it quotes is set apart."""
    elements: list[Block] = []
    for quoted, lines in _runs(text.split("\n")):
        kind = "rich_text_quote" if quoted else "rich_text_section"
        elements.append({"type": kind, "elements": _pieces("\n".join(lines) + ("" if quoted else "\n"))})
    return {"type": "rich_text", "elements": elements}


def _runs(lines: Sequence[str]) -> list[tuple[bool, list[str]]]:
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        quoted = line.startswith(">")
        shown = re.sub(r"^(?:>\s?)+", "", line) if quoted else line
        if runs and runs[-1][0] == quoted:
            runs[-1][1].append(shown)
        else:
            runs.append((quoted, [shown]))
    return runs


def _pieces(text: str) -> list[Block]:
    """Text and the addresses in it."""
    made: list[Block] = []
    at = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?)]*_~")
        if found.start() > at:
            made.append({"type": "text", "text": text[at : found.start()]})
        made.append({"type": "link", "url": address, "text": address})
        at = found.start() + len(address)
    if text[at:]:
        made.append({"type": "text", "text": text[at:]})
    return made or [{"type": "text", "text": " "}]


def _entry(telling: Telling, news: News, message: dict[str, Any], number: int) -> NewEntry:
    delivery = Delivery(
        way="channel", channel=telling.thread.channel, user="", message=message, thread=telling.thread.ts
    )
    return NewEntry(
        key=f"{key_of(telling, news)}:{number}",
        lane=telling.thread.tellings_lane,
        kind=KIND,
        body=delivery.model_dump(mode="json"),
        origin={
            "channel": telling.thread.channel,
            "thread": telling.thread.ts,
            "internal": news.kind == "note",
            "discreet": telling.discreet,
        },
        not_before=telling.not_before,
    )


def _discreetly(news: News) -> str:
    """That somebody wrote, and not what: customers have no name here."""
    if news.author:
        return f"{inline(news.author, 80)} answered"
    return {"staff": "an answer went to the customer", "note": "an internal note"}.get(
        news.kind, "the customer replied on the ticket"
    )


def _name(author: str | None) -> str:
    return inline(author or "Somebody", 80)


def _plain(author: str | None) -> str:
    """A name as Slack shows it above a message: on one line, and nothing that could be taken for more."""
    return " ".join(re.sub(r"[<>&@#|:]", " ", author or "").split()) or "Somebody"


def _is_picture(address: str | None) -> bool:
    return bool(address and len(address) <= 1000 and re.fullmatch(r"https://[^\s<>|\"]+", address))
