"""In: schemes/facts.yml. Out: the catalogue of facts, or one DataError with everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bot.errors import DataError, FieldError
from services.eligibility.facts.models import Fact, FactFile, FactRef, Part
from services.knowledge.complaints import complaints
from services.knowledge.files import raise_if
from services.knowledge.yaml_text import label_of, read_yaml

Model = TypeVar("Model", bound=Part)


def load_facts(path: Path) -> dict[str, Fact]:
    """The catalogue, by id, in the order of the file.

    Raises:
        DataError: with one sentence for every error.
    """
    file = read_model(path, FactFile, label_of(path))
    wrong = []
    facts: dict[str, Fact] = {}
    for fact in file.facts:
        if fact.id in facts:
            wrong.append(FieldError(fact.id, f"{path.name} · {fact.id}：写了两遍。"))
        facts[fact.id] = fact
    for fact in file.facts:
        named = [*fact.less_than, *(rule.fact for rule in fact.implies)]
        named += [fact.counted_from.date] if fact.counted_from else []
        named += [fact.usual.same_as] if isinstance(fact.usual, FactRef) else []
        wrong += [
            FieldError(fact.id, f"{path.name} · {fact.id}：提到的 {name} 不在这个文件里。")
            for name in named
            if name not in facts
        ]
    raise_if(wrong)
    return facts


def read_model(path: Path, model: type[Model], where: str) -> Model:
    """A YAML file as one checked record.

    Args:
        where: what to call the file in complaints.

    Raises:
        DataError: with one sentence for every wrong field.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise DataError(f"{where}：要写成“名称: 内容”的样子。")
    try:
        return model(**{str(key): value for key, value in data.items()})
    except ValidationError as error:
        wrong = complaints(error, model, data, where)
        raise DataError("\n".join(one.message for one in wrong), tuple(wrong)) from error
