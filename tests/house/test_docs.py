"""The documents say what is there: links, commands, folders, settings, endpoints, and examples that work."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from fastapi.routing import APIRoute

from bot.answers.phrases import BOOK
from bot.messages import ACTS
from bot.settings import ROOT, Settings
from bot.understanding.corpus import read_examples
from bot.understanding.facts import catalogue
from bot.understanding.facts.finder import FactFinder
from bot.understanding.lexicon import read_lexicon
from bot.understanding.normalize import normalize
from scripts import settings_doc
from services.knowledge.check import check
from services.knowledge.files import load_item_file, load_items

GUIDES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAGES = [*GUIDES, *sorted((ROOT / "benchmarks").rglob("*.md"))]
OURS = {path.name for path in ROOT.iterdir() if path.name not in ("var", ".venv")}
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```yaml\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TODAY = date(2026, 11, 23)


def code(page: Path) -> list[str]:
    """Fenced blocks and inline code."""
    return _CODE.findall(page.read_text("utf-8"))


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def example(path: str) -> str:
    """The YAML that CONTRIBUTING.md shows for a file."""
    shown: dict[str, str] = dict(_BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    return shown[path]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        goal = (page.parent / name).resolve() if name else page
        assert goal.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", goal.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for piece in code(page) for target in re.findall(r"(?<!\w)make ([a-z][a-z-]*)", piece)}
    assert named <= targets


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_exists(page: Path) -> None:
    inline = [piece.strip("`") for piece in code(page) if not piece.startswith("```")]
    paths = [piece for piece in inline if re.fullmatch(r"[\w.-]+(/[\w.-]*)+", piece) and piece.split("/")[0] in OURS]
    assert not [path for path in paths if not (ROOT / path).exists() and "NNNN" not in path]


def test_both_readmes_have_the_same_parts() -> None:
    def shape(name: str) -> list[str]:
        text = _CODE.sub("", (ROOT / name).read_text("utf-8"))
        return re.findall(r"^(#+ |\| `[^`]*`|!\[|<!-- \w+ -->)", text, re.MULTILINE)

    assert shape("README.md") == shape("README.zh-CN.md")


def test_the_settings_page_is_what_the_settings_say() -> None:
    assert settings_doc.DOC.read_text("utf-8") == settings_doc.render(), "python -m scripts.settings_doc"


def test_the_glossary_has_every_act_and_no_other() -> None:
    section = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("## Acts")[2]
    assert sorted(re.findall(r"`(\w+)`", section)) == sorted(ACTS)


def test_every_endpoint_is_described_and_no_other(tmp_path: Path) -> None:
    from server import create_app  # imports the whole product: slow, and only this test needs it

    routes = create_app(Settings(_env_file=None, var_dir=tmp_path)).routes
    exist = {f"{method} {r.path}" for r in routes if isinstance(r, APIRoute) for method in r.methods - {"HEAD"}}
    text = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    described = set(re.findall(r"^## ((?:GET|POST) \S+)$", text, re.MULTILINE))
    assert {name for name in exist if name != "GET /" and "/static/" not in name} == described


def test_the_example_item_is_right(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policy", tmp_path / "policy")
    shutil.copytree(ROOT / "places", tmp_path / "places")
    with (tmp_path / "policy" / "venue.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + example("policy/venue.yml"))
    with (tmp_path / "places" / "hotlines.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + example("places/hotlines.yml"))
    report = check(tmp_path, TODAY)
    assert report.items == len(load_items(ROOT / "policy")) + 1, report.text()
    assert not report.errors, report.text()


def test_the_example_sentence_names_the_example_item(tmp_path: Path) -> None:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "new.yml").write_text(example("data/nlu/venue/shared_umbrella.yml"), "utf-8")
    (tmp_path / "item.yml").write_text(example("policy/venue.yml"), "utf-8")
    (sentence,) = read_examples(tmp_path / "nlu")
    assert sentence.item_id == load_item_file(tmp_path / "item.yml")[0].id


def test_the_example_fact_is_heard_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "catalogue.yml"
    added = example("bot/understanding/facts/catalogue.yml")
    file.write_text(catalogue.FILE.read_text("utf-8") + "\n" + added, "utf-8")
    finder = FactFinder()
    monkeypatch.setattr(finder, "_catalogue", catalogue.load(file))
    for said in yaml.safe_load(example("tests/understanding/facts/sentences.yml")):
        assert dict(finder.find(normalize(said["text"]), TODAY).facts) == said["facts"], said


def test_the_example_word_is_new_and_read(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "lexicon", tmp_path / "lexicon")
    region, entry = example("lexicon/dialect.yml").splitlines()
    file = tmp_path / "lexicon" / "dialect.yml"
    text = file.read_text("utf-8")
    assert f"\n{region}\n" in text
    file.write_text(text.replace(f"\n{region}\n", f"\n{region}\n{entry}\n", 1), "utf-8")
    word, meaning = entry.strip().split(": ")
    assert read_lexicon(tmp_path / "lexicon").plain(word) == meaning


def test_the_example_phrase_is_new() -> None:
    (key,) = yaml.safe_load(example("bot/answers/phrases.yml"))
    assert key not in yaml.safe_load(BOOK.read_text("utf-8"))
