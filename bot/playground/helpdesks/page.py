"""A plain page of one ticket, where the link on a card leads."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

STYLE = (
    "body{font:1rem/1.5 system-ui;max-width:45rem;margin:2rem auto;padding:0 1rem}"
    "pre{font:inherit;white-space:pre-wrap}.private{background:#fff6d6;padding:.1rem 1rem}"
)


def ticket_page(title: str, facts: str, updates: Iterable[Mapping[str, Any]]) -> str:
    """HTML of a ticket and its ``updates`` (author, message, posted_at, private); everything is escaped."""
    said = "".join(
        f"<article{' class=private' if each['private'] else ''}>"
        f"<h2>{escape(str(each['author']))}{' (private)' if each['private'] else ''}</h2>"
        f"<p>{escape(each['posted_at'][:16])}</p><pre>{escape(each['message'])}</pre></article>"
        for each in updates
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(facts)}</p>{said}</html>"
    )
