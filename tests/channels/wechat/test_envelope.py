"""Signatures and encryption, held against an implementation of the tests' own."""

from __future__ import annotations

import base64
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.envelope import FRESH_S, Seal, Signed
from bot.channels.wechat.xml import fields
from bot.errors import Forbidden
from tests.channels.wechat.apart import decrypt, encrypt, sha1_of

NOW = 1_800_000_000
KEY, OLD_KEY = (base64.b64encode(bytes([n]) * 32).decode()[:43] for n in (7, 9))


def seal(**other: object) -> Seal:
    chosen = {"tokens": ["token", "old"], "keys": [KEY, OLD_KEY], "receiver": "wxapp", "seconds": lambda: NOW, **other}
    return Seal(**chosen)  # type: ignore[arg-type]


def signed(token: str = "token", at: int = NOW, encrypted: str = "") -> Signed:
    return Signed(str(at), "n1", sha1_of(token, str(at), "n1"), sha1_of(token, str(at), "n1", encrypted))


@pytest.mark.parametrize("token", ["token", "old"])
@pytest.mark.parametrize("late", [0, FRESH_S, -FRESH_S])
def test_a_right_signature_is_let_in(token: str, late: int) -> None:
    assert seal().check(signed(token, NOW + late)) == token


@pytest.mark.parametrize(
    "wrong",
    [
        signed("other"),
        signed(at=NOW + FRESH_S + 1),
        signed(at=NOW - FRESH_S - 1),
        Signed("", "", "", ""),
        Signed(str(NOW), "n2", signed().signature),
        Signed("١٧٩", "n1", sha1_of("token", "١٧٩", "n1")),
        Signed("9" * 400, "n", "x"),
        Signed(str(NOW), "\ud800", "é"),
    ],
)
def test_any_other_is_refused(wrong: Signed) -> None:
    with pytest.raises(Forbidden):
        seal().check(wrong)


def test_without_a_token_nobody_is_let_in() -> None:
    with pytest.raises(Forbidden):
        seal(tokens=["", ""]).check(signed(""))


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_both_keys_open_while_one_is_changed(key: str) -> None:
    encrypted = encrypt(key, "<xml><A>你好</A></xml>", "wxapp")
    text, opened = seal().open(signed(encrypted=encrypted), encrypted)
    assert text.decode() == "<xml><A>你好</A></xml>"
    reply = fields(opened.close("<xml>答</xml>").encode())
    assert decrypt(key, reply["Encrypt"]) == ("<xml>答</xml>", "wxapp")
    assert reply["MsgSignature"] == sha1_of("token", reply["TimeStamp"], reply["Nonce"], reply["Encrypt"])


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=300))
def test_whatever_is_encrypted_comes_back(text: str) -> None:
    encrypted = encrypt(KEY, text, "wxapp")
    assert seal().open(signed(encrypted=encrypted), encrypted)[0].decode() == text


@given(st.binary(max_size=200))
def test_rubbish_with_a_right_signature_is_refused(rubbish: bytes) -> None:
    encrypted = base64.b64encode(rubbish).decode()
    with pytest.raises(Forbidden):
        seal().open(signed(encrypted=encrypted), encrypted)


def test_a_push_for_another_account_is_refused() -> None:
    encrypted = encrypt(KEY, "<xml/>", "another")
    with pytest.raises(Forbidden):
        seal().open(signed(encrypted=encrypted), encrypted)
    assert seal(receiver="").open(signed(encrypted=encrypted), encrypted)[0] == b"<xml/>"


@pytest.mark.parametrize("key", ["short", "x" * 44, "!" * 43])
def test_a_wrong_key_is_told_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        seal(keys=[key])


def test_the_clock_is_the_machines() -> None:
    now = int(time.time())
    token = os.urandom(4).hex()
    assert Seal([token], [], "").check(signed(token, now)) == token
