"""In: the folder schemes/ and the inventory. Out: a SchemeBook, or one DataError with everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.errors import DataError, FieldError, NotFound
from services.eligibility.fact_models import Fact, FactFile, Part
from services.eligibility.lint import lint
from services.eligibility.models import SchemeFile
from services.eligibility.scheme import Scheme
from services.knowledge.complaints import complaints
from services.knowledge.files import load_items, raise_if
from services.knowledge.models import Item
from services.knowledge.reference_files import load_immunisation
from services.knowledge.yaml_text import label_of, read_yaml

Model = TypeVar("Model", bound=Part)


@dataclass(frozen=True)
class SchemeBook:
    """Every scheme and every fact."""

    facts: Mapping[str, Fact]
    """By id, in the order of the file."""
    schemes: Mapping[str, Scheme]
    """By id, in the order of their names."""

    def scheme(self, scheme_id: str) -> Scheme:
        """One scheme.

        Raises:
            NotFound: there is none of that id.
        """
        found = self.schemes.get(scheme_id)
        if found is None:
            raise NotFound(f"没有“{scheme_id[:80]}”这个方案。")
        return found


def load_book(folder: Path, policy: Path) -> SchemeBook:
    """Everything under schemes/, with the sources and tables of the inventory's files.

    Raises:
        DataError: one sentence for every error of every file.
    """
    wrong: list[FieldError] = []
    facts = load_facts(folder / "facts.yml")
    known_items = {item.id: item for item in load_items(policy)}
    schedule = load_immunisation(policy)
    schemes: dict[str, Scheme] = {}
    for path in sorted(folder.glob("*/scheme.yml")):
        try:
            file = _read(path, SchemeFile)
        except DataError as error:
            wrong.extend(error.fields or (FieldError(label_of(path), error.sentence),))
            continue
        found = lint(file, facts, known_items.get(file.item), path.parent.name)
        wrong.extend(FieldError(one.field, f"schemes/{path.parent.name} · {one.message}") for one in found)
        if not found:
            schemes[file.id] = Scheme(file, facts, sources_of(known_items[file.item]), schedule)
    raise_if(wrong)
    return SchemeBook(facts, schemes)


def load_facts(path: Path) -> dict[str, Fact]:
    """The catalogue.

    Raises:
        DataError: with one sentence for every error.
    """
    file = _read(path, FactFile)
    wrong = []
    facts: dict[str, Fact] = {}
    for fact in file.facts:
        if fact.id in facts:
            wrong.append(FieldError(fact.id, f"{path.name} · {fact.id}：写了两遍。"))
        facts[fact.id] = fact
    for fact in file.facts:
        named = [*fact.less_than, *(rule.fact for rule in fact.implies)]
        named += [fact.counted_from.date] if fact.counted_from else []
        wrong += [
            FieldError(fact.id, f"{path.name} · {fact.id}：提到的 {name} 不在这个文件里。")
            for name in named
            if name not in facts
        ]
    raise_if(wrong)
    return facts


def sources_of(item: Item) -> dict[str, dict[str, Any]]:
    """An item's sources by reference, as the contract's citations."""
    return {source.ref: _citation(source) for source in item.sources}


def _citation(source: Any) -> dict[str, Any]:
    return {
        "title": source.title,
        "doc_no": source.doc_no,
        "issuer": source.issuer,
        "effective_from": source.effective_from,
        "url": source.url,
    }


def _read(path: Path, model: type[Model]) -> Model:
    data = read_yaml(path)
    where = f"schemes/{path.parent.name}" if path.name == "scheme.yml" else label_of(path)
    if not isinstance(data, dict):
        raise DataError(f"{where}：要写成“名称: 内容”的样子。")
    try:
        return model(**{str(key): value for key, value in data.items()})
    except ValidationError as error:
        wrong = complaints(error, model, data, where)
        raise DataError("\n".join(one.message for one in wrong), tuple(wrong)) from error


def in_force(book: SchemeBook, day: date) -> list[Scheme]:
    """The schemes that exist on a day."""
    return [scheme for scheme in book.schemes.values() if scheme.since <= day]
