"""In: the static files as text. Out: checks that an old phone can read them and that nothing comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import esprima
import pytest

from bot.channels.web.page import STATIC

SCRIPTS = sorted(STATIC.glob("*.js"))
ES5_NODES = frozenset(
    """
    Program BlockStatement ExpressionStatement VariableDeclaration VariableDeclarator FunctionDeclaration
    FunctionExpression ReturnStatement IfStatement ForStatement ForInStatement WhileStatement DoWhileStatement
    BreakStatement ContinueStatement SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause
    EmptyStatement Identifier Literal ThisExpression ArrayExpression ObjectExpression Property UnaryExpression
    UpdateExpression BinaryExpression AssignmentExpression LogicalExpression ConditionalExpression
    CallExpression NewExpression MemberExpression SequenceExpression
    """.split()  # noqa: SIM905 - a table of names reads better as words
)
NEWER = re.compile(
    r"\bfetch\b|\bPromise\b|\bSymbol\b|\bMap\(|\bSet\(|\.includes\(|\.startsWith\(|\.endsWith\(|\.padStart\(|"
    r"\.repeat\(|\.find\(|\.closest\(|\.remove\(\)|\.append\(|\.prepend\(|\.replaceWith\(|\.forEach\(.*querySelectorAll|"
    r"Object\.(?:assign|values|entries)|Array\.from|URLSearchParams|IntersectionObserver|\(\?<|\(\?s|/[a-z]*[suy][a-z]*\.test"
)
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser")
NEW_CSS = re.compile(
    r"\bgrid\b|\bgap\b|var\(--|:is\(|:where\(|:has\(|\bclamp\(|\bmin\(|\bmax\(|\binset\b|@import|@layer|\bdvh\b"
)


def nodes(tree: Any) -> Iterator[Any]:
    """Every node of a syntax tree."""
    if isinstance(tree, list):
        for one in tree:
            yield from nodes(one)
    elif isinstance(tree, esprima.nodes.Node):
        yield tree
        for name, value in vars(tree).items():
            if name != "regex":
                yield from nodes(value)


def newer_than_es5(source: str) -> list[str]:
    """What in a script an engine of 2011 would not read; a syntax error raises."""
    found = []
    for node in nodes(esprima.parseScript(source)):
        if node.type not in ES5_NODES:
            found.append(node.type)
        if node.type == "VariableDeclaration" and node.kind != "var":
            found.append(node.kind)
        if node.type == "Property" and (node.shorthand or node.computed or node.method):
            found.append("short property")
        if getattr(node, "generator", False) or getattr(node, "isAsync", False):
            found.append("generator or async")
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_es5(script: Any) -> None:
    source = script.read_text("utf-8")
    assert newer_than_es5(source) == []
    assert NEWER.findall(source) == []


@pytest.mark.parametrize(
    "source",
    ["let a = 1;", "var f = () => 1;", "var a = `x`;", "function f(a = 1) {}", "var a = {b};", "for (var a of b) {}",
     "class A {}", "async function f() {}", "var [a] = b;", "f(...a);"],
)  # fmt: skip
def test_the_check_itself_finds_newer_syntax(source: str) -> None:
    assert newer_than_es5(source) != []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_never_turn_text_into_markup(script: Any) -> None:
    assert MARKUP.findall(script.read_text("utf-8")) == []


def test_styles_are_old_enough() -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "chat.css").read_text("utf-8"), flags=re.S)
    assert NEW_CSS.findall(css) == []
    assert all(float(size) >= 17 for size in re.findall(r"font(?:-size)?:[^;]*?([\d.]+)px", css))


def test_nothing_comes_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"""(?:["'(]|url\()\s*(?:https?:)?//[\w.]""", text), path.name


def test_the_page_weighs_less_than_44_kb() -> None:
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < 44_000
