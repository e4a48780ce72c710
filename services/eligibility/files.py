"""In: the folder schemes/ and the inventory. Out: a SchemeBook, or one DataError with everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import DataError, FieldError, NotFound
from bot.settings import ROOT
from services.eligibility.facts.files import load_facts, read_model
from services.eligibility.facts.models import Fact
from services.eligibility.lint import lint
from services.eligibility.models import SchemeFile
from services.eligibility.scheme import Scheme
from services.knowledge.files import load_items, raise_if
from services.knowledge.models import Item
from services.knowledge.reference_files import load_immunisation
from services.knowledge.reference_models import ImmunisationSchedule
from services.knowledge.yaml_text import label_of


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

    def in_force(self, day: date) -> list[Scheme]:
        """The schemes that exist on a day."""
        return [scheme for scheme in self.schemes.values() if scheme.since <= day]


def shipped_book() -> SchemeBook:
    """What this copy of the project ships: for checks, benchmarks and tests.

    Raises:
        DataError: one sentence for every error of every file.
    """
    policy = ROOT / "policy"
    return load_book(ROOT / "schemes", load_items(policy), load_immunisation(policy))


def load_book(folder: Path, items: Sequence[Item], schedule: ImmunisationSchedule) -> SchemeBook:
    """Everything under schemes/.

    Args:
        folder: schemes/.
        items: the inventory: sources are cited from it, and numbers held against it.
        schedule: of vaccinations, for outcomes of doses.

    Raises:
        DataError: one sentence for every error of every file.
    """
    wrong: list[FieldError] = []
    facts = load_facts(folder / "facts.yml")
    known_items = {item.id: item for item in items}
    schemes: dict[str, Scheme] = {}
    for path in sorted(folder.glob("*/scheme.yml")):
        try:
            file = read_model(path, SchemeFile, f"schemes/{path.parent.name}")
        except DataError as error:
            wrong.extend(error.fields or (FieldError(label_of(path), error.sentence),))
            continue
        found = lint(file, facts, known_items.get(file.item), path.parent.name)
        found += [FieldError("serves", f"也管：政策库里没有 {i}。") for i in file.serves if i not in known_items]
        wrong.extend(FieldError(one.field, f"schemes/{path.parent.name} · {one.message}") for one in found)
        if not found:
            schemes[file.id] = Scheme(file, facts, sources_of(known_items[file.item]), schedule)
    wrong += [
        FieldError("counted_by", f"schemes/{one.file.id} · 只算数的：没有 {one.file.counted_by} 这个方案。")
        for one in schemes.values()
        if one.file.counted_by and one.file.counted_by not in schemes
    ]
    raise_if(wrong)
    return SchemeBook(facts, schemes)


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
