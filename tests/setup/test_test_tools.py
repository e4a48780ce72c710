"""In: machines with and without the programs the tests drive. Out: installed when root may, else told in one line."""

from __future__ import annotations

import shutil

import pytest

from tests.setup.conftest import Tree

APT = '#!/bin/bash\necho "$*" >> "$TREE/apt.calls"\n[ "${APT_FAILS:-}" = "" ]\n'


@pytest.fixture
def bare(tree: Tree) -> Tree:
    """A tree whose PATH has nothing but the shell's own tools."""
    for name in ("bash", "dirname", "mkdir"):
        (tree.root / "bin" / name).symlink_to(str(shutil.which(name)))
    return Tree(tree.root, tree.environment | {"PATH": str(tree.root / "bin")})


def identity(tree: Tree, number: int) -> None:
    tree.program("id", f"#!/bin/bash\necho {number}\n")


def test_others_than_root_are_told_what_to_install(bare: Tree) -> None:
    identity(bare, 1000)
    told = bare.bash("scripts/test_tools.sh")
    assert told.returncode == 1
    assert "请安装：chromium" in told.stderr


def test_root_gets_them_installed_after_one_update(bare: Tree) -> None:
    identity(bare, 0)
    bare.program("apt-get", APT)
    assert bare.bash("scripts/test_tools.sh").returncode == 0
    update, install = (bare.root / "apt.calls").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install")
    assert "chromium" in install


def test_a_failed_install_names_its_log(bare: Tree) -> None:
    identity(bare, 0)
    bare.program("apt-get", APT)
    failed = bare.bash("scripts/test_tools.sh", APT_FAILS="1")
    assert failed.returncode == 1
    assert "var/apt.log" in failed.stderr


def test_what_is_there_is_not_installed_again(bare: Tree) -> None:
    identity(bare, 0)
    bare.program("apt-get", APT)
    for name in ("google-chrome", "initdb"):
        bare.program(name, "#!/bin/bash\n")
    assert bare.bash("scripts/test_tools.sh").returncode == 0
    calls = bare.root / "apt.calls"
    installed = calls.read_text() if calls.exists() else ""
    assert "chromium" not in installed
    assert "postgresql" not in installed
