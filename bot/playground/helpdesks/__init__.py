"""Local stand-ins for the helpdesks that speak their wire formats over HTTP and keep what they are told."""
