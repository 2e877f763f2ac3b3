"""The statements of the hot path, written once for both databases.

A statement names its parameters ``:like_this``. Where PostgreSQL says it differently it has its own text; an empty text
means that there is nothing to do on that database.
"""

import re
from dataclasses import dataclass

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
    postgres: str
    """With psycopg's parameters."""
    returns: bool
    """Its rows are wanted: PostgreSQL's answer has to be waited for."""
    batched: bool = False
    """PostgreSQL's text does many at once: it takes ``rows``, and gives the row's ``place`` first."""
    distinct: tuple[str, ...] = ()
    """Two rows of a batch may not have the same in any of these: one would not see what the other did."""
    many: str = ""
    """SQLite's text that does many at once: it takes ``rows``, and gives what is first of ``distinct`` first."""
    columns: tuple[str, ...] = ()
    """Of those rows."""


def statement(
    sqlite: str, postgres: str | None = None, *, silent: bool = False, distinct: tuple[str, ...] = (), many: str = ""
) -> Statement:
    """A statement; ``silent`` if nobody cares for what it selects."""
    text = sqlite if postgres is None else postgres
    return Statement(
        sqlite=sqlite,
        postgres=re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", text.replace("%", "%%")),
        returns=not silent and (text.lstrip().startswith("SELECT") or "RETURNING" in text),
        batched=":rows" in text,
        distinct=distinct,
        many=many,
        columns=tuple(re.split(r",\s*", found[1])) if (found := re.search(r"WITH \w+ \(([^)]*)\)", many)) else (),
    )


LIVE = "state NOT IN ('rejected', 'failed', 'discarded')"
ACTIVE = "state IN ('waiting', 'unsure')"

_STILL_SAME = "same = {same} AND received_at > {since} AND state IN ('waiting', 'unsure', 'done')"
_INSERT = """
INSERT INTO entries (key, lane, kind, body, origin, person, same, state, attempts, position, received_at, due,
                     not_before, in_flight, progress, told, updated_at)"""

INSERT = statement(
    f"""{_INSERT}
SELECT :key, :lane, :kind, :body, :origin, :person, :same, 'waiting', 0,
       COALESCE(:position, max(:now, COALESCE((SELECT max(position) FROM entries WHERE lane = :lane AND {ACTIVE}), 0))),
       :received_at, :due, :not_before, 0, '{{}}', 0, :now
WHERE :same IS NULL OR NOT EXISTS (
    SELECT 1 FROM entries WHERE {_STILL_SAME.format(same=":same", since=":same_since")})
ON CONFLICT (key) WHERE {LIVE} DO NOTHING RETURNING id
""",
    f"""
WITH wanted AS (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS wanted (
        place int, key text, lane text, kind text, body text, origin text, person text, same text, same_since float8,
        position float8, received_at float8, due float8, not_before float8, now float8)
), made AS ({_INSERT}
    SELECT key, lane, kind, body, origin, person, same, 'waiting', 0,
           COALESCE(position, GREATEST(now, (SELECT max(e.position) FROM entries AS e
                                             WHERE e.lane = wanted.lane AND e.{ACTIVE}))),
           received_at, due, not_before, 0, '{{}}', 0, now
    FROM wanted
    WHERE same IS NULL OR NOT EXISTS (
        SELECT 1 FROM entries WHERE {_STILL_SAME.format(same="wanted.same", since="wanted.same_since")})
    ORDER BY place
    ON CONFLICT (key) WHERE {LIVE} DO NOTHING RETURNING id, key
)
SELECT place, id FROM made JOIN wanted USING (key)
""",
    distinct=("key", "same"),
    many=f"""
WITH wanted (key, lane, kind, body, origin, person, same, same_since, position, received_at, due, not_before, now)
AS (VALUES :rows) {_INSERT}
SELECT key, lane, kind, body, origin, person, same, 'waiting', 0,
       COALESCE(position, max(now, COALESCE((SELECT max(e.position) FROM entries AS e
                                             WHERE e.lane = wanted.lane AND e.{ACTIVE}), 0))),
       received_at, due, not_before, 0, '{{}}', 0, now
FROM wanted
WHERE same IS NULL OR NOT EXISTS (
    SELECT 1 FROM entries WHERE {_STILL_SAME.format(same="wanted.same", since="wanted.same_since")})
ON CONFLICT (key) WHERE {LIVE} DO NOTHING RETURNING key, id
""",
)
LOCK_SAME = statement(
    "",
    "SELECT pg_advisory_xact_lock(digest) FROM (SELECT DISTINCT digest FROM json_to_recordset(CAST(:rows AS json))"
    " AS wanted (digest bigint) ORDER BY digest) AS wanted",
    silent=True,
)
"""So that two processes do not both find that there is nothing the same; in order, so that they do not deadlock."""
_SHOWN = "CASE WHEN state = 'waiting' AND in_flight = 1 THEN 'running' ELSE state END"
BY_KEY = statement(f"SELECT id, {_SHOWN} FROM entries WHERE key = :key AND {LIVE}")
BY_SAME = statement(
    f"SELECT id, {_SHOWN} FROM entries"
    f" WHERE {_STILL_SAME.format(same=':same', since=':same_since')} ORDER BY id LIMIT 1"
)
NOTIFY = statement(
    "",
    f"SELECT pg_notify('{NOTIFY_CHANNEL}', lane) FROM (SELECT DISTINCT lane FROM"
    " json_to_recordset(CAST(:rows AS json)) AS told (lane text)) AS told",
    silent=True,
)

GET = statement(f"SELECT {COLUMNS} FROM entries WHERE id = :id")
LIVE_BY_KEY = statement(f"SELECT {COLUMNS} FROM entries WHERE key = :key AND {LIVE}")
IN_LANE = statement(f"SELECT {COLUMNS} FROM entries WHERE lane = :lane AND {ACTIVE} ORDER BY position, id LIMIT 500")

HEADS = statement(
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

LANES = statement(f"""
SELECT DISTINCT lane FROM entries
WHERE {ACTIVE} AND COALESCE(due, 0) <= :until AND COALESCE(not_before, 0) <= :until
""")

# What has begun goes first from then on: nothing that comes later, and belongs before it, overtakes it.
SAVE = statement(
    "UPDATE entries SET progress = :progress, in_flight = 1, position = 0, updated_at = :now"
    " WHERE id = :id AND state = 'waiting' RETURNING id",
    """
UPDATE entries SET progress = saved.progress, in_flight = 1, position = 0, updated_at = saved.now
FROM json_to_recordset(CAST(:rows AS json)) AS saved (place int, id bigint, progress text, now float8)
WHERE entries.id = saved.id AND state = 'waiting' RETURNING place, entries.id
""",
    distinct=("id",),
    many="""
WITH saved (id, progress, now) AS (VALUES :rows)
UPDATE entries SET progress = saved.progress, in_flight = 1, position = 0, updated_at = saved.now
FROM saved WHERE entries.id = saved.id AND state = 'waiting' RETURNING entries.id, entries.id
""",
)
SETTLE = statement(
    """
UPDATE entries SET state = :state, outcome = :outcome, progress = COALESCE(:progress, progress), note = NULL,
    attempts = attempts + 1, in_flight = 0, not_before = NULL, settled_at = :now, updated_at = :now
WHERE id = :id AND state = 'waiting' RETURNING lane
""",
    """
UPDATE entries SET state = ended.state, outcome = ended.outcome,
    progress = COALESCE(ended.progress, entries.progress), note = NULL, attempts = attempts + 1, in_flight = 0,
    not_before = NULL, settled_at = now, updated_at = now
FROM json_to_recordset(CAST(:rows AS json)) AS ended (
    place int, id bigint, state text, outcome text, progress text, now float8)
WHERE entries.id = ended.id AND entries.state = 'waiting' RETURNING place, lane
""",
    distinct=("id",),
    many="""
WITH ended (id, state, outcome, progress, now) AS (VALUES :rows)
UPDATE entries SET state = ended.state, outcome = ended.outcome,
    progress = COALESCE(ended.progress, entries.progress), note = NULL, attempts = attempts + 1, in_flight = 0,
    not_before = NULL, settled_at = now, updated_at = now
FROM ended WHERE entries.id = ended.id AND entries.state = 'waiting' RETURNING entries.id, lane
""",
)
LATER = statement("""
UPDATE entries SET not_before = :at, note = :note, progress = COALESCE(:progress, progress),
    attempts = attempts + :tried, in_flight = 0, updated_at = :now
WHERE id = :id AND state = 'waiting' RETURNING lane
""")
ASK = statement("""
UPDATE entries SET state = 'unsure', not_before = :until, outcome = :outcome, progress = COALESCE(:progress, progress),
    attempts = attempts + 1, in_flight = 0, updated_at = :now
WHERE id = :id AND state = 'waiting' RETURNING lane
""")
EXPIRE = statement("""
UPDATE entries SET state = 'unknown', outcome = COALESCE(:outcome, outcome), not_before = NULL, settled_at = :now,
    updated_at = :now
WHERE id = :id AND state = 'unsure' AND not_before <= :now RETURNING lane
""")
RELANE = statement(f"UPDATE entries SET lane = :target WHERE lane = :lane AND {ACTIVE}")

HOLD = statement(
    "INSERT INTO holds (remote, entry) VALUES (:remote, :id)"
    " ON CONFLICT (remote) DO UPDATE SET entry = holds.entry RETURNING entry"
)
HELD = statement(
    "SELECT remote FROM holds WHERE entry <> :id AND remote IN (SELECT value FROM json_each(:ids))",
    "SELECT remote FROM holds WHERE entry <> :id AND remote IN (SELECT json_array_elements_text(CAST(:ids AS json)))",
)

HOLDERS = statement(
    "SELECT remote, entry FROM holds WHERE remote IN (SELECT value FROM json_each(:ids))",
    "SELECT remote, entry FROM holds WHERE remote IN (SELECT json_array_elements_text(CAST(:ids AS json)))",
)

KEEP = statement(
    "INSERT INTO kept (namespace, key, value, expires_at) VALUES (:namespace, :key, :value, :expires_at)"
    " ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
)
KEPT = statement(
    "SELECT value FROM kept WHERE namespace = :namespace AND key = :key AND (expires_at IS NULL OR expires_at > :now)"
)
KEPT_ALL = statement(
    "SELECT key, value FROM kept WHERE namespace = :namespace AND (expires_at IS NULL OR expires_at > :now)"
    " ORDER BY key",
    "SELECT key, value FROM kept WHERE namespace = :namespace AND (expires_at IS NULL OR expires_at > :now)"
    ' ORDER BY key COLLATE "C"',
)
KEPT_UNDER = statement(
    "SELECT key, value FROM kept WHERE namespace = :namespace AND (expires_at IS NULL OR expires_at > :now)"
    " AND key >= :first AND key < :after ORDER BY key",
    "SELECT key, value FROM kept WHERE namespace = :namespace AND (expires_at IS NULL OR expires_at > :now)"
    ' AND key COLLATE "C" >= :first AND key COLLATE "C" < :after ORDER BY key COLLATE "C"',
)
"""A range, and no function of the key: an index answers it, however much is kept. Both compare code points."""


def after_prefix(prefix: str) -> str | None:
    """The first text after all those that begin with this; ``None`` where there is none, as after the empty one."""
    head = prefix.rstrip("\U0010ffff")
    if not head:
        return None
    last = ord(head[-1])
    return head[:-1] + ("\ue000" if last == 0xD7FF else chr(last + 1))  # what lies between is no character


FORGET = statement("DELETE FROM kept WHERE namespace = :namespace AND key = :key")
FORGET_EXPIRED = statement(
    "DELETE FROM kept WHERE namespace = :namespace AND key = :key AND expires_at IS NOT NULL AND expires_at <= :now"
)
KEEP_IF_ABSENT = statement(
    "INSERT INTO kept (namespace, key, value) VALUES (:namespace, :key, :value)"
    " ON CONFLICT (namespace, key) DO NOTHING RETURNING key"
)
KEEP_IF_EQUAL = statement(
    "UPDATE kept SET value = :value WHERE namespace = :namespace AND key = :key AND value = :expected RETURNING key"
)

RETRY_WAITING = statement(
    "UPDATE entries SET not_before = NULL, updated_at = :now"
    " WHERE id = :id AND state = 'waiting' AND (due IS NULL OR due <= :now) RETURNING lane"
)
REVIVE = statement(f"""
UPDATE entries SET state = 'waiting', outcome = NULL, note = NULL, not_before = NULL, settled_at = NULL,
    updated_at = :now
WHERE id = :id AND state IN ('failed', 'rejected', 'discarded') AND body NOT LIKE '{{"forgotten"%'
  AND NOT EXISTS (SELECT 1 FROM entries AS other WHERE other.key = entries.key AND other.{LIVE}) RETURNING lane
""")
DISCARD = statement("""
UPDATE entries SET state = 'discarded', note = :note, not_before = NULL, settled_at = :now, updated_at = :now
WHERE id = :id AND (state = 'unsure' OR (state = 'waiting' AND in_flight = 0)) RETURNING lane
""")
ANSWER_DONE = statement("""
UPDATE entries SET state = 'done', outcome = COALESCE(:outcome, outcome), note = :note, not_before = NULL,
    settled_at = :now, updated_at = :now
WHERE id = :id AND state = 'unsure' RETURNING lane
""")
ANSWER_AGAIN = statement(
    "UPDATE entries SET state = 'waiting', note = :note, not_before = NULL, updated_at = :now"
    " WHERE id = :id AND state = 'unsure' RETURNING lane"
)
TELL = statement(
    "UPDATE entries SET told = 1 WHERE told = 0 AND id IN (SELECT value FROM json_each(:ids)) RETURNING id",
    "UPDATE entries SET told = 1 WHERE told = 0"
    " AND id IN (SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS bigint)) RETURNING id",
)

ENDLESS = "watch"
"""The kind of what is never over: it waits by its nature."""
COUNTS = statement(f"SELECT state, kind, count(*) FROM entries WHERE kind <> '{ENDLESS}' GROUP BY state, kind")
_SINCE = "min(CASE WHEN due IS NULL OR due < received_at THEN received_at ELSE due END)"
_COULD_RUN = f"{ACTIVE} AND kind <> '{ENDLESS}' AND (due IS NULL OR due <= :now)"
BACKLOG = statement(f"SELECT kind, count(DISTINCT lane), {_SINCE} FROM entries WHERE {_COULD_RUN} GROUP BY kind")
QUEUE = statement(
    f"SELECT lane, kind, count(*), {_SINCE}, max(attempts) FROM entries WHERE {_COULD_RUN}"
    " GROUP BY lane, kind ORDER BY 4, lane LIMIT :limit"
)
OVERDUE = statement(
    f"SELECT {COLUMNS} FROM entries WHERE {ACTIVE} AND kind = 'action' AND told = 0"
    " AND received_at <= :before AND (due IS NULL OR due <= :before) ORDER BY id LIMIT 500"
)

SETTLED_BEFORE = statement("SELECT id FROM entries WHERE settled_at < :before LIMIT 20000")
MESSAGES_BEFORE = statement("SELECT id FROM entries WHERE settled_at < :before AND kind <> 'action' LIMIT 20000")
DELETE_SETTLED = statement(
    "DELETE FROM entries WHERE settled_at < :before AND id IN (SELECT value FROM json_each(:ids)) RETURNING id",
    "DELETE FROM entries WHERE settled_at < :before"
    " AND id IN (SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS bigint)) RETURNING id",
)
DELETE_HOLDS = statement(
    "DELETE FROM holds WHERE entry IN (SELECT value FROM json_each(:ids))",
    "DELETE FROM holds WHERE entry IN (SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS bigint))",
)
OVER_OF_PERSON = statement(
    f"SELECT {COLUMNS} FROM entries WHERE person = :person AND id <= :upto AND settled_at IS NOT NULL"
    " ORDER BY id LIMIT 200"
)
OPEN_OF_PERSON = statement("SELECT count(*) FROM entries WHERE person = :person AND id <= :upto AND settled_at IS NULL")
LATEST_OF_PERSON = statement("SELECT max(id) FROM entries WHERE person = :person")
REDACT = statement("""
UPDATE entries SET body = :body, origin = :origin, outcome = :outcome, person = NULL, same = NULL, progress = '{}',
    note = NULL, updated_at = :now
WHERE id = :id AND settled_at IS NOT NULL
""")
"""A body that begins with ``forgotten`` is never revived: nobody knows any more what it was to do."""
DELETE_EXPIRED = statement("DELETE FROM kept WHERE expires_at <= :now")
