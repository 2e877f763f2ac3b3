"""The statements of the hot path, written once for both databases.

A statement names its parameters ``:like_this``. Where PostgreSQL says it differently it has its own text; an empty text
means that there is nothing to do on that database.
"""

import re
from dataclasses import dataclass, field

NOTIFY_CHANNEL = "ticketbot_ledger"

COLUMNS = (
    "id, key, lane, kind, body, origin, person, state, attempts, received_at, due, not_before, position, "
    "progress, outcome, note, told, updated_at, settled_at, in_flight"
)
_COLUMNS_OF_E = ", ".join(f"e.{name}" for name in COLUMNS.split(", "))


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, in both databases' words."""

    sqlite: str
    postgres: str | None = None
    returns: bool = field(default=False)
    """Its rows are wanted: PostgreSQL's answer has to be waited for."""

    def __post_init__(self) -> None:
        text = self.sqlite if self.postgres is None else self.postgres
        object.__setattr__(self, "postgres", re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", text.replace("%", "%%")))
        object.__setattr__(self, "returns", text.lstrip().startswith("SELECT") or "RETURNING" in text)

    @classmethod
    def ready(cls, text: str) -> "Statement":
        """One that is written for the database at hand, with its driver's parameters."""
        statement = cls(text)
        object.__setattr__(statement, "postgres", text)
        return statement


def _silent(statement: Statement) -> Statement:
    object.__setattr__(statement, "returns", False)
    return statement


LIVE = "state NOT IN ('rejected', 'failed', 'discarded')"
ACTIVE = "state IN ('waiting', 'unsure')"

INSERT = Statement(f"""
INSERT INTO entries (key, lane, kind, body, origin, person, same, state, attempts, position, received_at, due,
                     not_before, in_flight, progress, told, updated_at)
SELECT CAST(:key AS text), CAST(:lane AS text), CAST(:kind AS text), CAST(:body AS text), CAST(:origin AS text),
       CAST(:person AS text), CAST(:same AS text), 'waiting', 0,
       COALESCE(CAST(:position AS double precision),
                (SELECT max(p) FROM (SELECT CAST(:now AS double precision) AS p
                                     UNION ALL
                                     SELECT max(position) FROM entries WHERE lane = :lane AND {ACTIVE}) AS places)),
       CAST(:received_at AS double precision), CAST(:due AS double precision), CAST(:not_before AS double precision),
       0, '{{}}', 0, CAST(:now AS double precision)
WHERE CAST(:same AS text) IS NULL OR NOT EXISTS (
    SELECT 1 FROM entries WHERE same = :same AND received_at > :same_since AND state IN ('waiting', 'unsure', 'done'))
ON CONFLICT (key) WHERE {LIVE} DO NOTHING RETURNING id
""")
LOCK_SAME = _silent(Statement("", "SELECT pg_advisory_xact_lock(:digest)"))
BY_KEY = Statement(f"SELECT id, state FROM entries WHERE key = :key AND {LIVE}")
BY_SAME = Statement(
    "SELECT id, state FROM entries WHERE same = :same AND received_at > :same_since"
    " AND state IN ('waiting', 'unsure', 'done') ORDER BY id LIMIT 1"
)
NOTIFY = _silent(Statement("", f"SELECT pg_notify('{NOTIFY_CHANNEL}', :lane)"))

GET = Statement(f"SELECT {COLUMNS} FROM entries WHERE id = :id")

HEADS = Statement(
    f"""
SELECT lanes.value,
       (SELECT min(due) FROM entries WHERE lane = lanes.value AND {ACTIVE} AND due > :now), {_COLUMNS_OF_E}
FROM json_each(:lanes) AS lanes LEFT JOIN entries AS e ON e.id = (
    SELECT id FROM entries
    WHERE lane = lanes.value AND {ACTIVE} AND (due IS NULL OR due <= :now) ORDER BY position, id LIMIT 1)
""",
    f"""
SELECT lanes.value,
       (SELECT min(due) FROM entries WHERE lane = lanes.value AND {ACTIVE} AND due > :now), {_COLUMNS_OF_E}
FROM json_array_elements_text(CAST(:lanes AS json)) AS lanes (value) LEFT JOIN LATERAL (
    SELECT * FROM entries
    WHERE lane = lanes.value AND {ACTIVE} AND (due IS NULL OR due <= :now) ORDER BY position, id LIMIT 1) AS e ON true
""",
)
"""The first entry of each lane, and when the next scheduled one of that lane comes in."""

LANES = Statement(f"""
SELECT DISTINCT lane FROM entries
WHERE {ACTIVE} AND COALESCE(due, 0) <= :until AND COALESCE(not_before, 0) <= :until
""")

SAVE = Statement(
    "UPDATE entries SET progress = :progress, in_flight = 1, updated_at = :now"
    " WHERE id = :id AND state = 'waiting' RETURNING id"
)
SETTLE = Statement("""
UPDATE entries SET state = :state, outcome = :outcome, progress = COALESCE(:progress, progress), note = NULL,
    attempts = attempts + 1, in_flight = 0, not_before = NULL, settled_at = :now, updated_at = :now
WHERE id = :id AND state = 'waiting' RETURNING lane
""")
LATER = Statement("""
UPDATE entries SET not_before = :at, note = :note, progress = COALESCE(:progress, progress),
    attempts = attempts + 1, in_flight = 0, updated_at = :now
WHERE id = :id AND state = 'waiting' RETURNING lane
""")
ASK = Statement("""
UPDATE entries SET state = 'unsure', not_before = :until, outcome = :outcome, progress = COALESCE(:progress, progress),
    attempts = attempts + 1, in_flight = 0, updated_at = :now
WHERE id = :id AND state = 'waiting' RETURNING lane
""")
EXPIRE = Statement("""
UPDATE entries SET state = 'unknown', outcome = COALESCE(:outcome, outcome), not_before = NULL, settled_at = :now,
    updated_at = :now
WHERE id = :id AND state = 'unsure' AND not_before <= :now RETURNING lane
""")
RELANE = Statement(f"UPDATE entries SET lane = :target WHERE lane = :lane AND {ACTIVE}")

HOLD = Statement(
    "INSERT INTO holds (remote, entry) VALUES (:remote, :id)"
    " ON CONFLICT (remote) DO UPDATE SET entry = holds.entry RETURNING entry"
)
HELD = Statement(
    "SELECT remote FROM holds WHERE entry <> :id AND remote IN (SELECT value FROM json_each(:ids))",
    "SELECT remote FROM holds WHERE entry <> :id AND remote IN (SELECT json_array_elements_text(CAST(:ids AS json)))",
)

KEEP = Statement(
    "INSERT INTO kept (namespace, key, value, expires_at) VALUES (:namespace, :key, :value, :expires_at)"
    " ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
)
KEPT = Statement(
    "SELECT value FROM kept WHERE namespace = :namespace AND key = :key AND (expires_at IS NULL OR expires_at > :now)"
)
KEPT_ALL = Statement(
    "SELECT key, value FROM kept WHERE namespace = :namespace AND (expires_at IS NULL OR expires_at > :now)"
    " AND substr(key, 1, :length) = :prefix ORDER BY key"
)
FORGET = Statement("DELETE FROM kept WHERE namespace = :namespace AND key = :key")
FORGET_EXPIRED = Statement(
    "DELETE FROM kept WHERE namespace = :namespace AND key = :key AND expires_at IS NOT NULL AND expires_at <= :now"
)
KEEP_IF_ABSENT = Statement(
    "INSERT INTO kept (namespace, key, value) VALUES (:namespace, :key, :value)"
    " ON CONFLICT (namespace, key) DO NOTHING RETURNING key"
)
KEEP_IF_EQUAL = Statement(
    "UPDATE kept SET value = :value WHERE namespace = :namespace AND key = :key AND value = :expected RETURNING key"
)

RETRY_WAITING = Statement(
    "UPDATE entries SET not_before = NULL, updated_at = :now"
    " WHERE id = :id AND state = 'waiting' AND (due IS NULL OR due <= :now) RETURNING lane"
)
REVIVE = Statement(f"""
UPDATE entries SET state = 'waiting', outcome = NULL, note = NULL, not_before = NULL, settled_at = NULL,
    updated_at = :now
WHERE id = :id AND state IN ('failed', 'rejected', 'discarded')
  AND NOT EXISTS (SELECT 1 FROM entries AS other WHERE other.key = entries.key AND other.{LIVE}) RETURNING lane
""")
DISCARD = Statement("""
UPDATE entries SET state = 'discarded', note = :note, not_before = NULL, settled_at = :now, updated_at = :now
WHERE id = :id AND (state = 'unsure' OR (state = 'waiting' AND in_flight = 0)) RETURNING lane
""")
ANSWER_DONE = Statement("""
UPDATE entries SET state = 'done', outcome = COALESCE(:outcome, outcome), note = :note, not_before = NULL,
    settled_at = :now, updated_at = :now
WHERE id = :id AND state = 'unsure' RETURNING lane
""")
ANSWER_AGAIN = Statement(
    "UPDATE entries SET state = 'waiting', note = :note, not_before = NULL, updated_at = :now"
    " WHERE id = :id AND state = 'unsure' RETURNING lane"
)
TELL = Statement("UPDATE entries SET told = 1 WHERE id = :id AND told = 0 RETURNING id")

COUNTS = Statement("SELECT state, kind, count(*) FROM entries GROUP BY state, kind")
BACKLOG = Statement(
    "SELECT count(DISTINCT lane),"
    " min(CASE WHEN due IS NULL OR due < received_at THEN received_at ELSE due END) FROM entries"
    f" WHERE {ACTIVE} AND (due IS NULL OR due <= :now)"
)
OVERDUE = Statement(
    f"SELECT {COLUMNS} FROM entries WHERE {ACTIVE} AND kind = 'action' AND told = 0"
    " AND received_at <= :before AND (due IS NULL OR due <= :before) ORDER BY id LIMIT 500"
)

SETTLED_BEFORE = Statement("SELECT id FROM entries WHERE settled_at < :before LIMIT 500")
OF_PERSON = Statement(
    "SELECT id FROM entries WHERE person = :person"
    " AND (settled_at IS NOT NULL OR state = 'unsure' OR in_flight = 0) LIMIT 500"
)
DELETE_HOLDS = Statement(
    "DELETE FROM holds WHERE entry IN (SELECT value FROM json_each(:ids))",
    "DELETE FROM holds WHERE entry IN (SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS bigint))",
)
DELETE_ENTRIES = Statement(
    "DELETE FROM entries WHERE id IN (SELECT value FROM json_each(:ids))",
    "DELETE FROM entries WHERE id IN (SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS bigint))",
)
DELETE_EXPIRED = Statement("DELETE FROM kept WHERE expires_at <= :now")
