"""Help, generated from the verbs and keys themselves."""

from bot.actions.commands import KEYS, VERBS, Key, Reads, Verb, VerbName
from bot.slack.blocks import Block, context, section
from bot.slack.messages import Message
from bot.slack.text import escape

_ALSO = {
    Reads.PERSON: "me, @name, an e-mail address, a name, none",
    Reads.LIST: "a list, separated by commas; none clears it",
    Reads.EMAILS: "addresses, separated by commas",
    Reads.CUSTOM: 'custom.NAME, or custom."NAME WITH SPACES"',
}


def help_message(topic: VerbName | None, command: str) -> Message:
    """All verbs, or one in detail; every example can be copied."""
    return _one(VERBS[topic], command) if topic else _all(command)


def _all(command: str) -> Message:
    lines = [f"`{command} {escape(verb.usage)}`  {escape(verb.summary)}" for verb in VERBS.values()]
    lines.append(f"`{command} mine`  Your own tickets.")
    text = "\n".join(lines)
    tip = f"`{command} help create` shows one verb with all its keys. A bare reference shows the ticket."
    return Message(text=f"What {command} can do:\n{text}", blocks=(section(text), context(tip)))


def _one(verb: Verb, command: str) -> Message:
    head = f"*{verb.name}*: {escape(verb.summary)}\n`{command} {escape(verb.usage)}`"
    example = f"For example:\n`{command} {escape(verb.example)}`"
    blocks: list[Block] = [section(head), section(example)]
    if keys := [_line(field, key) for field, key in verb.keys.items()]:
        blocks.append(section("\n".join(keys)))
    if verb.also:
        blocks.append(context(f"Also: {', '.join(f'`{word}`' for word in verb.also)}"))
    return Message(text=f"{head}\n{example}", blocks=tuple(blocks))


def _line(field: str, key: Key) -> str:
    name = "custom.NAME" if KEYS[field].reads is Reads.CUSTOM else key.name
    also = f" (also {', '.join(key.also)})" if key.also else ""
    what = f"  {_ALSO[key.reads]}" if key.reads in _ALSO else ""
    return f"• `{name}:{escape(key.hint)}`{also}{escape(what)}"
