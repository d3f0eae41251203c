"""Damaged files: whatever is broken, it is told as a problem or the process still runs; nothing else ever happens."""

import contextlib
import random
from pathlib import Path

import pytest
from lxml import etree

from engine import spiff
from engine.errors import EngineError

FILES = sorted((Path(__file__).parent / "models").glob("*.bpmn"))
TEXTS = ["", "x", "=", "= 1", "${a}", "${", "true", "0", "-1", '"', "P1D", "R/PT0S", "null", "start", "join", "= count"]


def damage(data, dice):
    """Return a file with a few parts removed, exchanged or doubled."""
    root = etree.fromstring(data)
    for _ in range(dice.randint(1, 4)):
        nodes = list(root.iter(etree.Element))
        node, other = dice.choice(nodes), dice.choice(nodes)
        dice.choice([_remove, _strip, _set, _tell, _rename, _double])(node, other, dice)
    return etree.tostring(root)


def _remove(node, other, dice):
    if node.getparent() is not None:
        node.getparent().remove(node)


def _strip(node, other, dice):
    for name in dice.sample(list(node.attrib), min(1, len(node.attrib))):
        del node.attrib[name]


def _set(node, other, dice):
    for name in dice.sample(list(node.attrib), min(1, len(node.attrib))):
        node.set(name, dice.choice(TEXTS))


def _tell(node, other, dice):
    node.text = dice.choice(TEXTS)


def _rename(node, other, dice):
    node.tag = other.tag


def _double(node, other, dice):
    if not any(ancestor is node for ancestor in other.iterancestors()) and other is not node:
        other.append(etree.fromstring(etree.tostring(node)))


@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_are_refused_or_run(seed, host):
    dice = random.Random(seed)
    deployment = host("called", "endless_call")
    started = 0
    for _ in range(40):
        parsed = spiff.parse({"damaged.bpmn": damage(dice.choice(FILES).read_bytes(), dice)})
        for definition in parsed.definitions:
            deployment.definitions[definition.id] = definition
            with contextlib.suppress(EngineError):
                instance = spiff.Instance.start(definition, deployment, {"kva": 1, "log": []})
                spiff.Instance.restore(instance.save(), deployment)
                started += 1
    assert started > 0


def test_a_function_is_no_value_of_a_variable(host):
    text = (Path(__file__).parent / "models" / "branches.bpmn").read_text()
    for script in ("count", "[1, count]", "{a: function(x) x}"):
        data = text.replace('append(log, "left")', script).encode()
        (definition,) = spiff.parse({"x.bpmn": data}).definitions
        with pytest.raises(spiff.ExpressionFailed, match="script"):
            spiff.Instance.start(definition, host("apply"), {"log": []})
