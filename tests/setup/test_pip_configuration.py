"""In: what pip was told in its files and variables. Out: the same for uv, without what does not exist."""

from __future__ import annotations

from tests.setup.conftest import Tree

START = "set -euo pipefail; source scripts/setup/python.sh; source scripts/setup/pip_configuration.sh; "
SHOW = START + "use_pip_configuration; use_pip_extras || true; env | grep -E '^(UV_|SSL_|ALL_PROXY)' | sort"


def listed(tree: Tree, text: str, **environment: str) -> dict[str, str]:
    """The variables for uv when `pip config list` prints this."""
    (tree.root / "listed").write_text(text)
    tree.program("pip-python", '#!/bin/bash\n[[ "$*" == "-m pip config list" ]] && cat "$TREE/listed"\n')
    shown = tree.bash(SHOW, PYTHON310=str(tree.root / "bin" / "pip-python"), **environment)
    return dict(line.split("=", 1) for line in shown.stdout.splitlines())


def test_files_are_translated(tree: Tree) -> None:
    found = listed(
        tree,
        "global.index-url='https://one.example/simple'\n"
        "global.extra-index-url='\\nhttps://two.example/simple\\nfile:///etc\\nfile:///gone'\n"
        "global.find-links='/etc /gone /usr'\nglobal.cert='/etc/hostname'\nglobal.proxy='http://proxy.example:3128'\n",
    )
    assert found["UV_DEFAULT_INDEX"] == "https://one.example/simple"
    assert found["UV_INDEX"] == "https://two.example/simple file:///etc"
    assert found["UV_FIND_LINKS"] == "/etc,/usr"
    assert found["SSL_CERT_FILE"] == "/etc/hostname"
    assert found["ALL_PROXY"] == "http://proxy.example:3128"


def test_variables_go_before_files_and_uv_settings_before_both(tree: Tree) -> None:
    text = "global.index-url='https://file.example/simple'\n"
    assert (
        listed(tree, text, PIP_INDEX_URL="https://env.example/simple")["UV_DEFAULT_INDEX"]
        == "https://env.example/simple"
    )
    own = listed(tree, text, UV_DEFAULT_INDEX="https://uv.example/simple")
    assert own["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


def test_nothing_told_means_nothing_set(tree: Tree) -> None:
    found = listed(tree, "")
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_INDEX_STRATEGY", "ALL_PROXY"} & set(found)
