"""The one query whose shape is decided at run time."""

from collections.abc import Collection
from typing import Any, get_args

from bot.ledger import entries
from bot.ledger.entries import State
from bot.ledger.statements import ACTIVE, COLUMNS, LIVE, Statement, statement

_EQUAL = ("kind", "person", "lane", "key")
_INDEXED = {ACTIVE: frozenset(entries.ACTIVE), LIVE: frozenset(get_args(State)) - frozenset(entries.GIVEN_UP)}
_COMPARED = {"since": "received_at >=", "until": "received_at <", "before_id": "id <", "after_id": "id >"}


def search(
    *, states: Collection[State] | None, limit: int, after_id: int | None, **wanted: Any
) -> tuple[Statement, dict[str, Any]]:
    """The statement and its parameters; what is ``None`` (or an empty text) is not asked for."""
    conditions = [f"{name} = :{name}" for name in _EQUAL if wanted[name]]
    params = {name: wanted[name] for name in _EQUAL if wanted[name]}
    if states is not None:
        stored = sorted({"waiting" if state == "running" else state for state in states})
        named = {f"state{number}": state for number, state in enumerate(stored)}
        conditions.append(f"state IN ({', '.join(f':{name}' for name in named)})" if named else "1 = 0")
        params |= named
        # Said once more in the words of the partial indexes, or the planner does not see that they hold all of it.
        conditions += [words for words, held in _INDEXED.items() if held.issuperset(stored)]
    for name, compared in _COMPARED.items():
        value = after_id if name == "after_id" else wanted[name]
        if value is not None:
            conditions.append(f"{compared} :{name}")
            params[name] = value
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "id" if after_id is not None else "id DESC"
    text = f"SELECT {COLUMNS} FROM entries{where} ORDER BY {order} LIMIT :limit"
    return statement(text), params | {"limit": limit}
