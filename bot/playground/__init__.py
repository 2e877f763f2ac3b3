"""A strict local Slack and local helpdesks to try the bot in; written from the vendors' documents, not from the bot."""
