"""The Slack edge: listeners in, rendering and delivery out. It knows no vendor."""
