"""In: machines with Pythons in odd places. Out: the first Python 3.10 that runs, or a clear end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.setup.conftest import Tree

FIND = "source scripts/setup/say.sh; source scripts/setup/python.sh; find_python310"
SHIM = "#!/bin/bash\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n"
OLD = "#!/bin/bash\nexit 1\n"


def put(path: Path, text: str) -> Path:
    """A program at this place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def working(tree: Tree) -> str:
    """A program that is Python 3.10."""
    return f'#!/bin/bash\nexec "{tree.environment["REAL_PYTHON"]}" "$@"\n'


def test_the_named_one_comes_first(tree: Tree) -> None:
    tree.program("python3.10", working(tree))
    assert tree.bash(FIND).stdout.strip() == tree.environment["PYTHON310"]


def test_a_named_one_that_does_not_run_is_told_and_passed_over(tree: Tree) -> None:
    expected = tree.program("python3.10", working(tree))
    found = tree.bash(FIND, PYTHON310="/no/such/python")
    assert found.stdout.strip() == str(expected)
    assert "PYTHON310=/no/such/python" in found.stderr


@pytest.mark.parametrize(
    ("place", "variable"),
    [
        ("home/.pyenv/versions/3.10.13/bin/python3.10", ""),
        ("elsewhere/versions/3.10.2/bin/python3.10", "PYENV_ROOT"),
        ("home/.local/share/uv/python/cpython-3.10.20-linux-x86_64-gnu/bin/python3.10", ""),
        ("home/miniforge3/envs/old/bin/python3.10", ""),
    ],
)
def test_behind_a_broken_shim(tree: Tree, place: str, variable: str) -> None:
    """Only candidates inside the tree count: the machine that runs the test has Pythons of its own."""
    tree.program("python3.10", SHIM)
    tree.program("python3", OLD)
    expected = put(tree.root / place, working(tree))
    only_ours = (
        f'{FIND.removesuffix("find_python310")} eval "really_$(declare -f runs_310)"; '
        'runs_310() { [[ $1 == "$TREE"/* ]] && really_runs_310 "$1"; }; find_python310'
    )
    environment = {variable: str(tree.root / "elsewhere")} if variable else {}
    assert tree.bash(only_ours, PYTHON310="", **environment).stdout.strip() == str(expected)


def test_the_newest_of_pyenv_is_taken(tree: Tree) -> None:
    for version in ("3.10.2", "3.10.13", "3.10.9"):
        put(tree.root / "home/.pyenv/versions" / version / "bin/python3.10", working(tree))
    listed = tree.bash(FIND.replace("find_python310", "python_candidates")).stdout.splitlines()
    ours = [line for line in listed if "/home/.pyenv/" in line]
    assert [Path(line).parts[-3] for line in ours] == ["3.10.13", "3.10.9", "3.10.2"]


def test_a_missing_home_is_no_obstacle(tree: Tree) -> None:
    environment = {key: value for key, value in tree.environment.items() if key != "HOME"}
    bare = Tree(tree.root, environment)
    assert bare.bash(f"set -euo pipefail; {FIND}").stdout.strip() == environment["PYTHON310"]


def test_without_any_the_end_names_the_way_on(tree: Tree) -> None:
    setup = tree.root / "scripts" / "setup" / "python.sh"
    setup.write_text(setup.read_text() + "\nruns_310() { false; }\ninstall_python310() { return 1; }\n")
    ended = tree.setup()
    assert ended.returncode == 1
    assert "PYTHON310=" in ended.stderr
    assert "No Python 3.10" in ended.stderr


@pytest.mark.parametrize("wrong", ["''", "/bin/true", "/bin/false", "/etc/hostname", "/no/such"])
def test_what_does_not_answer_as_python_310_is_none(tree: Tree, wrong: str) -> None:
    ask = "source scripts/setup/python.sh; runs_310"
    assert tree.bash(f"{ask} {wrong}").returncode != 0
    assert tree.bash(f'{ask} "$PYTHON310"').returncode == 0
