"""docs/grafana.json: a dashboard that Grafana can import, with expressions that Prometheus' own grammar accepts.

Grafana itself is in no registry of npm's or Python's; the grammar is, and NODE_RED=1 asks for it (CONTRIBUTING.md).
"""

import itertools
import json
import re
import subprocess

import pytest
from madeleine.bridge.metrics import text_of

from tests import ROOT
from tests.bridge.conftest import HEALTH, npm_packages
from tests.micropython.npm import node

DASHBOARD = json.loads((ROOT / "docs/grafana.json").read_text(encoding="utf-8"))
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
COLUMNS = 24  # of Grafana's grid
GRAMMAR = "@prometheus-io/lezer-promql@0.315.0"
PARSE = """
const {parser} = require('@prometheus-io/lezer-promql');
for (const text of JSON.parse(process.argv[1])) {
    let errors = 0;
    parser.parse(text).iterate({enter: (node) => { errors += node.type.isError; }});
    console.log(errors);
}
"""


def test_its_metrics_are_those_of_the_bridge() -> None:
    ours = {line.split("{")[0].split(" ")[0] for line in text_of(HEALTH).splitlines() if not line.startswith("#")}
    named = set(re.findall(r"madeleine_\w+", " ".join(EXPRESSIONS)))
    assert named and named <= ours
    labels = {label for panel in DASHBOARD["panels"] for label in re.findall(r"{{(\w+)}}", json.dumps(panel))}
    assert labels == {"camera"} and 'camera="' in text_of(HEALTH)


def test_grafana_can_import_it() -> None:
    """Keys of its dashboard JSON: an id a panel, its place on the grid, a source that is a variable of the page."""
    assert isinstance(DASHBOARD["schemaVersion"], int) and DASHBOARD["title"] and "id" not in DASHBOARD
    variables = {f"${{{one['name']}}}" for one in DASHBOARD["templating"]["list"] if one["type"] == "datasource"}
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["datasource"]["uid"] in variables and {target["refId"] for target in panel["targets"]} == {"A"}
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= COLUMNS
    for one, other in itertools.combinations([panel["gridPos"] for panel in panels], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]


def test_prometheus_can_read_its_expressions() -> None:
    folder = npm_packages("lezer-promql", GRAMMAR, "@lezer/lr", "@lezer/highlight", "@lezer/common")
    words = [*node(), "-e", PARSE, json.dumps([*EXPRESSIONS, "rate(x[5m"])]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    errors = [int(line) for line in done.stdout.split()]
    assert errors[:-1] == [0] * len(EXPRESSIONS) and errors[-1] > 0


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_counters_are_asked_for_their_rate(expression: str) -> None:
    assert ("_total" in expression) == bool(re.match(r"(rate|increase)\(\w+_total\[\w+\]\)", expression))
