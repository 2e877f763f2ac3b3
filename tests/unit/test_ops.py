"""The files under ``ops/`` name only what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from typer.main import get_command

import bot.telemetry  # noqa: F401 - it declares the metrics
from bot.__main__ import app

OPS = Path(__file__).resolve().parents[2] / "ops"
_OURS = re.compile(r"\b(ticketbot_\w+)(?:\{([^}]*)\})?")


def expressions() -> Iterator[str]:
    """Every query of the alerts and the dashboard."""
    for group in yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
            yield rule["expr"]
    for panel in json.loads((OPS / "grafana.json").read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def _series() -> dict[str, set[str]]:
    """What /metrics can have: every series with its labels, those of which there is nothing yet included."""
    families = {family.name for family in text_string_to_metric_families(generate_latest().decode())}
    series: dict[str, set[str]] = {}
    for collector in list(REGISTRY._collector_to_names):
        labels = set(getattr(collector, "_labelnames", ()))
        for name in REGISTRY._collector_to_names[collector]:
            if any(name.startswith(family) for family in families):
                series[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    return series


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_query_asks_for_what_there_is(expression: str) -> None:
    """Each series exists, with the labels that are asked for; brackets are balanced."""
    series = _series()
    for name, selector in _OURS.findall(expression):
        assert name in series
        labels = series[name]
        assert set(re.findall(r"(\w+)\s*[=!]~?", selector)) <= labels
        for group in re.findall(r"\bby \(([^)]*)\)", expression):
            assert set(re.split(r",\s*", group)) <= labels | {"instance"}
    assert _OURS.search(expression) or "up{" in expression
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)


def test_every_number_is_shown_somewhere() -> None:
    """A metric that nobody looks at is not worth its keeping."""
    asked = "\n".join(expressions())
    ours = {name for name in _series() if name.startswith("ticketbot_") and not name.endswith(("_created", "_sum"))}

    shown = {name for name in ours if re.search(rf"\b{name}\b", asked)}
    families = {re.sub(r"_(bucket|count)$", "", name) for name in shown}
    assert {name for name in ours if re.sub(r"_(bucket|count|total)$", "", name) not in
            {re.sub(r"_total$", "", family) for family in families}} == set()  # fmt: skip


@pytest.mark.parametrize("name", ["ticketbot.service", "Containerfile"])
def test_what_is_started_is_a_command(name: str) -> None:
    """With options that it has."""
    text = (OPS / name).read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith(("ExecStart=", "CMD ["))]
    words = re.findall(r'[^\s",\[\]]+', line)
    arguments = words[words.index(next(word for word in words if word.endswith("ticketbot"))) + 1 :]

    command = get_command(app).commands[arguments[0]]  # type: ignore[attr-defined]  # a group, as typer makes one

    command.make_parser(command.make_context("serve", [], resilient_parsing=True)).parse_args(list(arguments[1:]))
