"""The tables behind the local SocialBoards. Times are stored as UTC text that sorts, lists as JSON."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, custom_identifier TEXT, name TEXT, image TEXT, email TEXT COLLATE NOCASE, phone TEXT,
    status TEXT NOT NULL, role TEXT, groups TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS users_email ON users (email);
CREATE TABLE IF NOT EXISTS tickets (
    id INTEGER PRIMARY KEY, title TEXT, message TEXT, html_message TEXT, author_id TEXT NOT NULL, category_id INTEGER,
    assignee_id TEXT, created_at TEXT NOT NULL, active_at TEXT NOT NULL, sentiment TEXT, source TEXT NOT NULL,
    source_name TEXT, status TEXT NOT NULL, tags TEXT NOT NULL, cc TEXT NOT NULL, custom_fields TEXT NOT NULL,
    attachments TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS tickets_created ON tickets (created_at);
CREATE INDEX IF NOT EXISTS tickets_active ON tickets (active_at);
CREATE TABLE IF NOT EXISTS replies (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, parent_id INTEGER, level INTEGER NOT NULL,
    message TEXT NOT NULL, html_message TEXT, author_id TEXT NOT NULL, created_at TEXT NOT NULL,
    attachments TEXT NOT NULL, by_team INTEGER NOT NULL, draft INTEGER NOT NULL, to_emails TEXT NOT NULL,
    cc_emails TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS replies_ticket ON replies (ticket_id);
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, message TEXT NOT NULL, author_id TEXT NOT NULL,
    created_at TEXT NOT NULL, attachments TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_ticket ON notes (ticket_id);
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, action_type TEXT NOT NULL, text TEXT NOT NULL, user_id TEXT,
    items TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_ticket ON log (ticket_id);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, reply_id INTEGER NOT NULL, recipients TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS refresh_tokens (token TEXT PRIMARY KEY, valid INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS access_tokens (token TEXT PRIMARY KEY, expires_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, payload TEXT NOT NULL, made_at TEXT NOT NULL, status INTEGER,
    problem TEXT
);
"""
