"""The audit log as a spreadsheet reads it."""

import csv
import io
from pathlib import Path

import pytest

from bot.app.audit import COLUMNS, WORDS, export
from bot.ledger import Ledger
from tests.ledger.conftest import new

# What somebody typed or is called, and the cell that it becomes.
CELLS = {
    "plain": ("the fuser is new", "the fuser is new"),
    "two lines": ("one\ntwo", "one\ntwo"),
    "an old line break": ("one\rtwo", "one\rtwo"),
    "both": ("one\r\ntwo", "one\r\ntwo"),
    "commas and quotes": ('a,"b"\n,c', 'a,"b"\n,c'),
    "a formula": ("=HYPERLINK(0)", "'=HYPERLINK(0)"),
    "a sum": ("+1", "'+1"),
    "a difference": ("-1", "'-1"),
    "a function": ("@SUM(1)", "'@SUM(1)"),
    "a formula on the next line": ("\n=cmd", "'\n=cmd"),
    "a formula after an old line break": ("\r\n=cmd", "'\r\n=cmd"),
    "a formula after a tab": ("\t=cmd", "'\t=cmd"),
    "a formula after spaces": ("   =cmd", "'   =cmd"),
    "a formula after a space that does not break": ("\u00a0@cmd", "'\u00a0@cmd"),
    "a formula after all of them": (" \n\t +cmd", "' \n\t +cmd"),
    "an equals sign further on": ("a\n=b", "a\n=b"),
}


@pytest.mark.parametrize("texts", [False, True])
async def test_every_action_is_one_row_and_no_cell_a_formula(tmp_path: Path, *, texts: bool) -> None:
    """Whatever is in what was typed, or in a name."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    said = [new(name, body={"typed": raw}, origin={"user_name": raw}) for name, (raw, _) in CELLS.items()]
    await ledger.record(said)
    lines: list[str] = []

    count = await export(ledger, since=None, until=None, format="csv", texts=texts, write=lines.append)
    await ledger.close()

    table = csv.DictReader(io.StringIO("".join(f"{line}\n" for line in lines), newline=""), strict=True)
    rows = list(table)
    expected = [cell for _, cell in CELLS.values()]
    assert table.fieldnames == [*COLUMNS, *(WORDS if texts else ())]
    assert count == len(rows) == len(CELLS)
    assert [row["person_name"] for row in rows] == expected
    assert [row.get("typed") for row in rows] == (expected if texts else [None] * len(CELLS))
