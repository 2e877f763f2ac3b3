"""A chat-ops bot for helpdesk tickets; `docs/architecture.md` says how its parts fit together."""
