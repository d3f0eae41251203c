"""Decision files that ask for more than any evaluation may: each must end in an error within 10 ms."""

from __future__ import annotations

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def _file(*parts: str) -> bytes:
    return f'<definitions xmlns="{SPACE}">{"".join(parts)}</definitions>'.encode()


def _text(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def _needs(*names: str) -> str:
    return "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>' for name in names
    )


def _knowledge(name: str, body: str, needs: str = "", parameters: int = 1) -> str:
    taken = "".join(f'<formalParameter name="{"p" if number == 0 else f"p{number}"}"/>' for number in range(parameters))
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic>{taken}{body}</encapsulatedLogic>{needs}</businessKnowledgeModel>"
    )


def _table(cell: str, result: str, policy: str, rules: int = 200, columns: int = 10) -> str:
    """Rules whose cells are alike but for their number, {n}."""
    asked = "<input><inputExpression><text>p</text></inputExpression></input>" * columns
    rows = "".join(
        f"<rule>{f'<inputEntry><text>{cell.format(n=number)}</text></inputEntry>' * columns}"
        f"<outputEntry><text>{result.format(n=number)}</text></outputEntry></rule>"
        for number in range(rules)
    )
    return f'<decisionTable hitPolicy="{policy}">{asked}<output name="r"/>{rows}</decisionTable>'


def _decision(text: str, needs: str) -> str:
    return f'<decision id="z" name="z"><variable name="z"/>{needs}{_text(text)}</decision>'


def _again(body: str) -> bytes:
    """A knowledge model that is called for each of 10,000 numbers."""
    return _file(_knowledge("b", body), _decision("for i in 1..10000 return b(i)", _needs("b")))


def _doubling() -> bytes:
    models = [_knowledge(f"b{n}", _text(f"b{n - 1}(p) + b{n - 1}(p)"), _needs(f"b{n - 1}")) for n in range(1, 35)]
    return _file(_knowledge("b0", _text("p")), *models, _decision("b34(1)", _needs("b34")))


def _wide() -> bytes:
    names = [f"k{number}" for number in range(60)]
    model = _knowledge("b", _text("p"), _needs(*names), 30)
    call = f"for i in 1..10000 return b({', '.join('i' * 30)})"
    return _file(*[_knowledge(name, _text("p")) for name in names], model, _decision(call, _needs("b")))


def _service() -> bytes:
    asked = '<informationRequirement><required{} href="#{}"/></informationRequirement>'.format
    return _file(
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#d"/>'
        '<encapsulatedDecision href="#e"/><inputData href="#p"/></decisionService>',
        '<inputData id="p" name="p"><variable name="p"/></inputData>',
        f'<decision id="e" name="e"><variable name="e"/>{asked("Input", "p")}{_text("p")}</decision>',
        f'<decision id="d" name="d"><variable name="d"/>{asked("Decision", "e")}{_text("e")}</decision>',
        _decision("for i in 1..10000 return s(i)", _needs("s")),
    )


def _entries(count: int) -> str:
    entry = f'<contextEntry><variable name="e{{}}"/>{_text("p")}</contextEntry>'.format
    return f"<context>{''.join(map(entry, range(count)))}</context>"


def _relation(size: int) -> str:
    columns = "".join(f'<column name="c{number}"/>' for number in range(size))
    row = f"<row>{_text('1') * size}</row>"
    return f"<relation>{columns}{row * size}</relation>"


def _any_of_lists() -> bytes:
    table = _table("-", "for x in 1..3000 return x", "ANY", 300, 1).replace("<text>p<", "<text>1<")
    return _file(f'<decision id="z" name="z"><variable name="z"/>{table}</decision>')


#: name -> file, of which the decision `z` is asked
BOMBS = {
    "doubling": _doubling(),
    "wide": _wide(),
    "service": _service(),
    "open cells": _again(_table("? * 2 &lt; 3000000", "{n}", "COLLECT")),
    "constant cells": _again(_table("&lt; 20000", "{n}", "COLLECT")),
    "first": _again(_table("{n}", "{n}", "FIRST")),
    "dashes": _again(_table("-", "{n}", "RULE ORDER")),
    "entries": _again(_entries(200)),
    "relation": _again(_relation(30)),
    "conditional": _again(
        f"<conditional><if>{_text('p = 1')}</if><then>{_text('1')}</then><else>{_text('2')}</else></conditional>"
    ),
    "boxed loop": _again(
        f'<for iteratorVariable="i"><in>{_text("for x in 1..10000 return x")}</in><return>{_text("i")}</return></for>'
    ),
    "any of lists": _any_of_lists(),
}
