"""The build: whole or not at all, done once, and clean after an accident."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnx
import pytest

from bot.errors import SetupError
from bot.understanding.encoder import graph, manifest
from bot.understanding.encoder.build import build, main
from bot.understanding.encoder.pruning import SPELLINGS_FILE
from bot.understanding.encoder.weights import wheel_file


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


WHOLE = ["encoder.onnx", "manifest.json", "vocabulary.npz"]


def test_the_real_build_is_small_and_described(folder: Path) -> None:
    assert names(folder) == WHOLE
    assert (folder / "encoder.onnx").stat().st_size < 36_000_000
    found = manifest.read(folder)
    assert found is not None
    assert found.fits(folder, checksums=True)
    assert names(folder.parent) == [".encoder.lock", "encoder"]


def test_the_real_model_is_one_onnxruntime_1_23_reads(folder: Path) -> None:
    model = onnx.load(str(folder / "encoder.onnx"))
    assert model.ir_version == 8
    assert {entry.domain: entry.version for entry in model.opset_import}[""] == 17
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("QAttention") == 6
    assert kinds.count("MatMulInteger") == 18
    assert "MatMul" not in kinds


def test_a_second_run_does_nothing(tmp_path: Path, quick_graph: list[str]) -> None:
    lines: list[str] = []
    first = build(tmp_path / "e", lines.append)
    assert [line[:3] for line in lines] == ["1/4", "2/4", "3/4", "4/4"]
    assert build(tmp_path / "e", lines.append) == first
    assert "已就绪" in lines[-1]
    assert len(quick_graph) == 1


def test_the_same_source_gives_the_same_identity_another_does_not(tmp_path: Path, quick_graph: list[str]) -> None:
    table = tmp_path / "table.yml"
    table.write_bytes(SPELLINGS_FILE.read_bytes())
    one, two = (build(tmp_path / name, print, spellings_file=table) for name in "ab")
    assert one.identity == two.identity
    table.write_text("颛: 砖\n", "utf-8")
    changed = build(tmp_path / "a", print, spellings_file=table)
    assert changed.identity != one.identity
    assert build(tmp_path / "a", print, True, spellings_file=table).identity != changed.identity
    assert len(quick_graph) == 4


@pytest.mark.parametrize("damage", ["missing", "cut", "changed", "no manifest", "bad manifest", "old recipe"])
def test_a_damaged_folder_is_built_anew(tmp_path: Path, quick_graph: list[str], damage: str) -> None:
    out = tmp_path / "e"
    good = build(out, print)
    model, described = out / "encoder.onnx", out / "manifest.json"
    if damage == "missing":
        model.unlink()
    elif damage == "cut":
        model.write_bytes(b"net")
    elif damage == "changed":
        model.write_bytes(b"NETWORK")
    elif damage == "no manifest":
        described.unlink()
    elif damage == "bad manifest":
        described.write_text("{")
    else:
        described.write_text(described.read_text().replace('"recipe": 1', '"recipe": 0'))
    assert build(out, print) == good
    assert good.fits(out, checksums=True)
    assert names(tmp_path) == [".e.lock", "e"]


def test_what_a_killed_build_left_is_cleared(tmp_path: Path, quick_graph: list[str]) -> None:
    rest = tmp_path / ".e.building-x1y2"
    rest.mkdir()
    (rest / "encoder.onnx").write_bytes(b"half")
    build(tmp_path / "e", print)
    assert names(tmp_path) == [".e.lock", "e"]
    assert names(tmp_path / "e") == WHOLE


def test_a_failing_build_leaves_the_old_one(
    tmp_path: Path, quick_graph: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = build(tmp_path / "e", print, reduced_range=False)

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(graph, "write_int8", fail)
    with pytest.raises(SetupError, match="No space left"):
        build(tmp_path / "e", print, reduced_range=True)
    assert manifest.read(tmp_path / "e") == good
    assert names(tmp_path) == [".e.lock", "e"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, quick_graph: list[str]) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(SetupError, match=r"thesis\.docx"):
        build(tmp_path, print)
    assert names(tmp_path) == ["thesis.docx"]


def test_two_builds_at_once_build_once(tmp_path: Path, quick_graph: list[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: build(tmp_path / "e", print), range(4)))
    assert len({one.identity for one in made}) == 1
    assert len(quick_graph) == 1


def test_a_broken_wheel_is_reported(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bin"
    with wheel_file().open("rb") as file:
        broken.write_bytes(file.read(5_000_000))
    with pytest.raises(SetupError, match="重新安装"):
        build(tmp_path / "e", print, weight_file=broken)
    assert not (tmp_path / "e").exists()


def test_command_line(tmp_path: Path, quick_graph: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "e"), "--portable"]) == 0
    assert quick_graph == ["7 bit"]
    assert "完成" in capsys.readouterr().out
    (tmp_path / "e" / "other").touch()
    assert main(["--out", str(tmp_path / "e")]) == 1
    assert "换一个空文件夹" in capsys.readouterr().err
