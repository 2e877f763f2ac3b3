#!/bin/sh
# Clients that this project did not write, for the tests of the local workspace: Slack's own for Node, where Node is, and
# a third-party bot framework in an environment of its own, because it pins older versions of what the bot uses.
# What cannot be had is said in one line, and its tests are skipped.
venv=$1
[ -f "$venv/.peers" ] && exit 0
if command -v npm >/dev/null 2>&1; then
    mkdir -p "$venv/node" && echo '{"private": true}' >"$venv/node/package.json"
    npm install --silent --no-audit --no-fund --no-package-lock --prefix "$venv/node" @slack/bolt @slack/web-api \
        >/dev/null 2>&1 || echo "Slack's clients for Node cannot be installed here: their tests are skipped."
else
    echo "No Node here: the tests with Slack's clients for Node are skipped."
fi
("$venv/bin/python" -m venv "$venv/framework" &&
    "$venv/framework/bin/python" -m pip install --quiet --disable-pip-version-check slack-machine) >/dev/null 2>&1 || {
    rm -rf "$venv/framework"
    echo "slack-machine cannot be installed here: its test is skipped."
}
touch "$venv/.peers"
