"""The tables behind the local Sirportly. Times are stored as UTC text that sorts."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS contacts (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, name TEXT NOT NULL, company TEXT, pin TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS contact_methods (
    id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL, method_type TEXT NOT NULL, data TEXT NOT NULL COLLATE NOCASE,
    UNIQUE (method_type, data)
);
CREATE INDEX IF NOT EXISTS contact_methods_contact ON contact_methods (contact_id);
CREATE TABLE IF NOT EXISTS tickets (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, message_id TEXT NOT NULL,
    auth_code TEXT NOT NULL, submitted_at TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    reply_due_at TEXT, resolution_due_at TEXT, additional_recipients TEXT, last_update_posted_at TEXT,
    first_response_time REAL, first_resolution_time REAL, resolution_time REAL, last_respondant TEXT,
    update_count INTEGER NOT NULL DEFAULT 0, status_id INTEGER NOT NULL, priority_id INTEGER NOT NULL,
    department_id INTEGER NOT NULL, team_id INTEGER, user_id INTEGER, sla_id INTEGER, contact_id INTEGER NOT NULL,
    contact_method_id INTEGER NOT NULL, custom_fields TEXT NOT NULL DEFAULT '{}', source_type TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS tickets_updated ON tickets (updated_at);
CREATE INDEX IF NOT EXISTS tickets_contact ON tickets (contact_id);
CREATE TABLE IF NOT EXISTS ticket_tags (
    ticket_id INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (ticket_id, tag)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ticket_tags_tag ON ticket_tags (tag);
CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL, html_body TEXT,
    html_safe INTEGER NOT NULL DEFAULT 0, private INTEGER, pinned INTEGER NOT NULL DEFAULT 0, posted_at TEXT NOT NULL,
    user_id INTEGER, contact_id INTEGER, from_name TEXT, from_address TEXT, minutes_since_reply_due REAL,
    minutes_since_resolution_due REAL, minutes_since_submission REAL, minutes_since_last_reply REAL,
    authenticated INTEGER, message_id TEXT NOT NULL, source TEXT, sent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS updates_ticket ON updates (ticket_id);
CREATE TABLE IF NOT EXISTS attachments (
    id INTEGER PRIMARY KEY, update_id INTEGER, name TEXT NOT NULL, content_type TEXT NOT NULL, content BLOB NOT NULL,
    temporary_token TEXT, expires_at TEXT
);
CREATE INDEX IF NOT EXISTS attachments_update ON attachments (update_id);
CREATE TABLE IF NOT EXISTS followups (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, run_at TEXT NOT NULL, actor_id INTEGER NOT NULL,
    status_id INTEGER, priority_id INTEGER, priority_step INTEGER, team_id INTEGER, team_step INTEGER,
    user_id INTEGER, macro_id INTEGER, reply TEXT, private_note TEXT, executed_at TEXT
);
CREATE INDEX IF NOT EXISTS followups_due ON followups (run_at) WHERE executed_at IS NULL;
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, update_id INTEGER, sender TEXT NOT NULL,
    recipients TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, kind TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS log_events (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, description TEXT NOT NULL, user_id INTEGER,
    timestamp TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_events_ticket ON log_events (ticket_id);
CREATE TABLE IF NOT EXISTS named (
    kind TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE, colour TEXT, status_type INTEGER,
    position INTEGER, parent_id INTEGER, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forwards (ticket_id INTEGER PRIMARY KEY, original TEXT NOT NULL);
"""
