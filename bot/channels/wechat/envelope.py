"""In: a signed, perhaps encrypted push of WeChat or WeCom. Out: its plain XML, or a refusal; replies sealed again.

The formats are those of the platforms' documentation ("消息加解密说明"): signature over the sorted values, AES-256-CBC
with the key's first half as IV, padding to 32 bytes, receiver's id at the end. The cipher itself is `cryptography`'s.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat.xml import document
from bot.errors import Forbidden

FRESH_S = 300
"""A signature is good for this long before and after its time stamp, seconds: the clocks of two houses differ."""
_BLOCK = 32
_MOST_FIELD = 256
"""Longest time stamp, nonce or signature that is looked at, characters."""
_NO = "签名不对。"


def signature(*values: str) -> str:
    """SHA-1 of the sorted values, hexadecimal.

    >>> signature("b", "a") == signature("a", "b")
    True
    """
    return hashlib.sha1("".join(sorted(values)).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Signed:
    """What the address of a push says about itself."""

    timestamp: str
    """Seconds since 1970."""
    nonce: str
    """A random word."""
    signature: str = ""
    """Over token, time stamp and nonce."""
    msg_signature: str = ""
    """Over these and the encrypted text."""


class Seal:
    """Checks, opens and closes the pushes of one account.

    Args:
        tokens: tokens in force, newest first; while one is being changed both are.
        keys: EncodingAESKeys in force, likewise; replies are sealed with the one their push came with.
        receiver: app id or corporation id that must stand in an encrypted push; empty: not looked at.
        seconds: the clock; for tests.
    Raises:
        ValueError: a key is not 43 characters of Base64.
    """

    def __init__(
        self, tokens: Sequence[str], keys: Sequence[str], receiver: str, seconds: Callable[[], float] = time.time
    ) -> None:
        self._tokens = [token for token in tokens if token]
        self._keys = [_key(key) for key in keys if key]
        self._receiver = receiver
        self._seconds = seconds

    def check(self, signed: Signed, encrypted: str = "") -> str:
        """The token a signature was made with.

        Raises:
            Forbidden: no token of ours made it, or it is too old or from the future.
        """
        given = signed.msg_signature if encrypted else signed.signature
        if max(map(len, (signed.timestamp, signed.nonce, given))) > _MOST_FIELD or not self._fresh(signed.timestamp):
            raise Forbidden(_NO)
        parts = (signed.timestamp, signed.nonce, *([encrypted] if encrypted else []))
        for token in self._tokens:
            if hmac.compare_digest(signature(token, *parts).encode(), given.encode("utf-8", "replace")):
                return token
        raise Forbidden(_NO)

    def open(self, signed: Signed, encrypted: str) -> tuple[bytes, Open]:
        """The plain text of an encrypted push, and what seals the reply to it.

        Raises:
            Forbidden: the signature is wrong, no key of ours opens it, or it is meant for another account.
        """
        token = self.check(signed, encrypted)
        for key in self._keys:
            plain = _decrypted(key, encrypted)
            if plain is None:
                continue
            text, receiver = plain
            if not self._receiver or hmac.compare_digest(receiver, self._receiver.encode()):
                return text, Open(token, key, receiver, str(int(self._seconds())))
        raise Forbidden(_NO)

    def _fresh(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
            return False
        return abs(self._seconds() - int(timestamp)) <= FRESH_S


@dataclass(frozen=True)
class Open:
    """Seals the reply to one push with the token and key the push came with."""

    token: str
    key: bytes
    receiver: bytes
    timestamp: str

    def close(self, plain: str) -> str:
        """The reply as an encrypted XML document."""
        nonce = binascii.hexlify(os.urandom(8)).decode()
        encrypted = _encrypted(self.key, plain.encode(), self.receiver)
        sealed = signature(self.token, self.timestamp, nonce, encrypted)
        fields = {"Encrypt": encrypted, "MsgSignature": sealed, "TimeStamp": self.timestamp, "Nonce": nonce}
        return document(fields)


def _key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded + "=", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("EncodingAESKey 应当是 43 个字母和数字。") from error
    if len(encoded) != 43 or len(key) != 32:
        raise ValueError("EncodingAESKey 应当是 43 个字母和数字。")
    return key


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _encrypted(key: bytes, text: bytes, receiver: bytes) -> str:
    body = os.urandom(16) + len(text).to_bytes(4, "big") + text + receiver
    pad = _BLOCK - len(body) % _BLOCK
    work = _cipher(key).encryptor()
    return base64.b64encode(work.update(body + bytes([pad]) * pad) + work.finalize()).decode()


def _decrypted(key: bytes, encrypted: str) -> tuple[bytes, bytes] | None:
    """Text and receiver; None when this key does not open it. The signature was right already: no oracle here."""
    try:
        body = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not body or len(body) % 16:
        return None
    work = _cipher(key).decryptor()
    plain = work.update(body) + work.finalize()
    pad = plain[-1]
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        return None
    plain = plain[:-pad]
    length = int.from_bytes(plain[16:20], "big")
    if len(plain) < 20 or length > len(plain) - 20:
        return None
    return plain[20 : 20 + length], plain[20 + length :]
