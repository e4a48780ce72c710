"""A model belongs to its inputs: any change asks for a new one, nothing else does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue import training
from bot.dialogue.training import INPUTS, fingerprint, model_path, train
from bot.settings import ROOT, settings


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one file for each input."""
    for name in INPUTS:
        place = tmp_path / name
        path = place if place.suffix else place / "some" / "file.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n", "utf-8")
    return tmp_path


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A var folder of its own."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_counts(project: Path, name: str) -> None:
    before = fingerprint(project)
    path = project / name if (project / name).is_file() else project / name / "some" / "file.yml"
    path.write_text("a: 2\n", "utf-8")
    changed = fingerprint(project)
    assert changed != before
    path.write_text("a: 1\n", "utf-8")
    assert fingerprint(project) == before


def test_every_input_is_there() -> None:
    assert [name for name in INPUTS if not (ROOT / name).exists()] == []


def test_a_new_a_renamed_and_a_removed_file_count(project: Path) -> None:
    seen = [fingerprint(project)]
    path = project / "data" / "new.yml"
    path.write_text("b: 1\n", "utf-8")
    seen.append(fingerprint(project))
    path = path.rename(path.with_name("other.yml"))
    seen.append(fingerprint(project))
    assert len(set(seen)) == 3
    path.unlink()
    assert fingerprint(project) == seen[0]


def test_dates_places_and_other_files_do_not_count(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = fingerprint(project)
    os.utime(project / "config.yml", (0, 0))
    (project / "data" / "notes.md").write_text("x", "utf-8")
    (project / "README.md").write_text("x", "utf-8")
    cache = project / "bot" / "understanding" / "__pycache__"
    cache.mkdir(parents=True)
    (cache / "x.cpython-310.pyc").write_bytes(b"x")
    assert fingerprint(project) == before
    moved = project.rename(tmp_path_factory.mktemp("elsewhere") / "project")
    assert fingerprint(moved) == before


def test_a_model_that_is_there_is_not_trained_again(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = model_path()
    assert path.parent == var / "models"
    path.parent.mkdir()
    path.write_bytes(b"a model")
    assert train() == path
    assert path.read_bytes() == b"a model"
    assert capsys.readouterr().out == ""


def test_older_models_are_forgotten_but_the_one_in_use(tmp_path: Path) -> None:
    models = [tmp_path / f"{n}.tar.gz" for n in range(4)]
    for age, path in enumerate(reversed(models)):
        path.write_bytes(b"x")
        os.utime(path, (1_000 - age, 1_000 - age))
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    training._forget_older(models[-1])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.tar.gz", "3.tar.gz", "notes.txt"]
