"""The walls: no Python from diagrams, the pinned library, texts, saved bytes."""

import inspect
import re
from pathlib import Path

import orjson
import pytest
import zstandard

from engine import spiff
from engine.spiff import catching, formula, gateways, guard, node, parser, process, repeat, runtime, throwing, token

PYTHON = [
    "__import__('os').system('true')",
    "open('/etc/passwd').read()",
    "().__class__.__base__",
    "exec('x')",
    "lambda: 1",
]


@pytest.mark.parametrize("text", PYTHON)
def test_python_in_a_condition_is_refused_or_means_nothing(text, host):
    model = (Path(__file__).parent / "models" / "choose.bpmn").read_text()
    escaped = text.replace("<", "&lt;")
    parsed = spiff.parse({"x.bpmn": model.replace("kva &gt; 315", escaped).encode()})
    for definition in parsed.definitions:
        instance = spiff.Instance.start(definition, host("apply"), {"kva": 1})
        assert [token.task_spec.name for token in instance.task_tree.children] == ["small"]


def test_the_script_engine_of_the_library_refuses_everything(run):
    engine = run("loop").instance.script_engine
    assert isinstance(engine.environment, runtime.NoPython)
    for call in (engine.environment.evaluate, engine.environment.execute):
        with pytest.raises(PermissionError):
            call("1 + 1", {})
    with pytest.raises(PermissionError):
        engine.environment.call_service({})


def test_the_guard_knows_the_installed_library_and_notices_a_change():
    guard.check()
    with pytest.raises(guard.LibraryChanged, match=re.escape("SpiffWorkflow==3.2.0")):
        guard.check("other")
    with pytest.raises(guard.LibraryChanged):
        guard.check(guard.EXPECTED, guard.GUARDED[1:])


def test_every_overridden_method_of_the_library_is_guarded():
    guarded = {function.__qualname__ for function in guard.GUARDED}
    missing = set()
    for ours in (spiff.Instance, runtime.Scope, *_subclasses()):
        for name in vars(ours):
            owner = next((base for base in ours.__mro__[1:] if _of_library(base) and name in vars(base)), None)
            if owner is not None and inspect.isfunction(vars(owner)[name]):
                missing |= {f"{owner.__qualname__}.{name}"} - guarded
    assert missing == set()


def _subclasses():
    modules = (catching, gateways, node, parser, process, repeat, throwing, token)
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__ and _touches(value):
                yield value


def _touches(value):
    return any(_of_library(base) for base in value.__mro__)


def _of_library(value):
    return value.__module__.startswith("SpiffWorkflow")


@pytest.mark.parametrize(
    ("juel", "feel"),
    [
        ("${a > 3}", "a > 3"),
        ("#{a.b == 'x'}", 'a.b = "x"'),
        ("${a && !b || c ne null}", "a and not(b) or c != null"),
        ("${ (a + 1) * 2 >= b }", "( a + 1 ) * 2 >= b"),
        ("${not done}", "not(done)"),
        ("= a > 3", "a > 3"),
        ("a > 3", "a > 3"),
    ],
)
def test_plain_juel_becomes_feel(juel, feel):
    assert formula.expression(juel).source == feel


@pytest.mark.parametrize(
    "juel", ["${a.call()}", "x${a}", "${empty a}", "${!(a)}", "${a ? b : c}", "${a['b']}", "${a;b}"]
)
def test_other_juel_is_refused(juel):
    with pytest.raises(formula.NotConvertible):
        formula.mixed(juel)


def test_a_plain_text_means_itself():
    assert formula.mixed(" ACCEPT, HEAD ").value({}) == "ACCEPT, HEAD"


@pytest.mark.parametrize(
    "state",
    [b"", b"x", zstandard.compress(b"[]"), zstandard.compress(b"{"), zstandard.compress(orjson.dumps({"v": 99}))],
)
def test_bytes_that_are_no_state_are_refused(state, host):
    with pytest.raises(ValueError, match="saved state"):
        spiff.Instance.restore(state, host("apply"))


def test_the_saved_state_holds_no_definition(run):
    process = run("approve", clerk="zhang", urgent=False)
    saved = process.instance.save()
    assert len(saved) < 300
    plain = zstandard.decompress(saved)
    assert b"candidateGroups" not in plain
    assert b"ACCEPT" not in plain


def test_one_definition_serves_many_instances_without_being_changed(host):
    deployment = host("aside")
    definition = deployment.definitions["aside"]
    before = _shape(definition)
    for _ in range(20):
        instance = spiff.Instance.start(definition, deployment, {})
        instance.signal("stop")
        assert len(instance.subprocesses) == 1
    assert _shape(definition) == before


def _shape(definition):
    return {
        (scope, node.name, len(node.flows), len(node.incoming), len(node.boundaries), tuple(node._outputs))
        for scope, process in definition.scopes.items()
        for node in process.nodes
    }
