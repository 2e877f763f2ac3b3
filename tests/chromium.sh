#!/bin/sh
# Makes sure that there is a Chromium for the browser tests, where it may; otherwise says in one line what is skipped.
for name in "$TICKETBOT_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests …"
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) \
        >/dev/null 2>&1 && exit 0
fi
echo "No Chromium here, and it may not be installed: the browser tests are skipped (TICKETBOT_CHROMIUM names one)."
exit 0
