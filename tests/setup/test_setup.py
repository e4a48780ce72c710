"""In: installations in every state. Out: set-up does what is missing, once, and says what it cannot do."""

from __future__ import annotations

import subprocess

import pytest

from tests.setup.conftest import Tree


def test_the_second_time_there_is_nothing_to_do(tree: Tree) -> None:
    assert tree.setup().returncode == 0
    assert tree.calls() == ["venv --quiet", "pip sync"]
    second = tree.setup()
    assert (second.returncode, second.stdout) == (0, "")
    assert len(tree.calls()) == 2


def test_killed_in_the_middle_it_starts_anew(tree: Tree) -> None:
    assert tree.setup(DURING_SYNC="kill -9 $PPID").returncode != 0
    (tree.root / ".venv" / "half-written").touch()
    assert tree.setup().returncode == 0
    assert not (tree.root / ".venv" / "half-written").exists()
    assert tree.calls() == ["venv --quiet", "pip sync"] * 2


def test_without_a_network_it_says_what_to_do_and_goes_on_later(tree: Tree) -> None:
    failed = tree.setup(DURING_SYNC="echo 'error: no route' >&2; exit 2")
    assert failed.returncode == 1
    assert "依赖没有装好" in failed.stderr
    assert "run again" in failed.stderr
    assert tree.setup().returncode == 0


@pytest.mark.parametrize("broken", ["rm .venv/bin/python", "ln -sf /bin/false .venv/bin/python", "rm -r .venv/bin"])
def test_a_broken_environment_is_made_anew(tree: Tree, broken: str) -> None:
    tree.setup()
    tree.bash(broken)
    assert tree.setup().returncode == 0
    assert tree.calls() == ["venv --quiet", "pip sync"] * 2


def test_a_new_lock_is_installed_into_the_same_environment(tree: Tree) -> None:
    tree.setup()
    (tree.root / "requirements" / "run.lock").write_text("a==2\n")
    assert tree.setup().returncode == 0
    assert tree.calls() == ["venv --quiet", "pip sync", "pip sync"]


def test_an_environment_for_tests_is_good_for_running(tree: Tree) -> None:
    tree.setup("test")
    tree.setup("run")
    assert tree.calls() == ["venv --quiet", "pip sync"]


def test_an_environment_that_hears_is_good_for_running_but_not_for_tests(tree: Tree) -> None:
    (tree.root / "requirements" / "speech.lock").write_text("a==1\nc==1\n")
    tree.setup("speech")
    tree.setup("run")
    tree.setup("speech")
    assert tree.calls() == ["venv --quiet", "pip sync"]
    tree.setup("test")
    assert tree.calls() == ["venv --quiet", "pip sync", "pip sync"]
    tree.setup("speech")
    assert tree.calls() == ["venv --quiet", "pip sync", "pip sync"]


def test_two_at_once_install_once(tree: Tree) -> None:
    both = [
        subprocess.Popen(
            ["scripts/setup.sh", "run"],
            cwd=tree.root,
            env=tree.environment | {"DURING_SYNC": "sleep 0.5"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [each.communicate(timeout=30)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert tree.calls() == ["venv --quiet", "pip sync"]
    assert any("另一个 make 正在安装" in text for text in said)


def test_a_full_disk_is_told_before_anything_is_written(tree: Tree) -> None:
    tree.program("df", "#!/bin/bash\necho Filesystem; echo '/dev/x 1 1 2000000 1% /'\n")
    refused = tree.setup()
    assert refused.returncode == 1
    assert "磁盘只剩 1 GB" in refused.stderr
    assert tree.calls() == []


def test_an_unknown_level_is_refused(tree: Tree) -> None:
    assert "没有 requirements/fast.lock" in tree.setup("fast").stderr


def test_pip_extras_are_tried_only_after_a_failure(tree: Tree) -> None:
    extra = tree.root / "extra"
    extra.mkdir()
    answer = tree.setup(
        DURING_SYNC='echo "index=${UV_INDEX:-}" >> "$TREE/seen"; [ -n "${UV_INDEX:-}" ]',
        PIP_EXTRA_INDEX_URL=f"file:///no/such/folder file://{str(extra).replace(' ', '%20')} http://mirror.example/simple",
    )
    assert answer.returncode == 0
    assert (tree.root / "seen").read_text().splitlines() == ["index=", "index=http://mirror.example/simple"]
