"""The page of the playground, driven in a browser by role and label, with a small app of its own to talk to."""
