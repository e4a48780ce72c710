"""WeChat's signature and encryption, written apart from the product: block by block, from the documentation's text."""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def sha1_of(*values: str) -> str:
    digest = hashlib.sha1()
    for value in sorted(values):
        digest.update(value.encode())
    return digest.hexdigest()


def encrypt(encoding_key: str, xml: str, receiver: str) -> str:
    key = base64.b64decode(encoding_key + "=")
    raw = xml.encode()
    plain = os.urandom(16) + struct.pack(">I", len(raw)) + raw + receiver.encode()
    missing = 32 - len(plain) % 32
    plain += bytes((missing,)) * missing
    block = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    before, done = key[:16], b""
    for start in range(0, len(plain), 16):
        mixed = bytes(a ^ b for a, b in zip(plain[start : start + 16], before, strict=True))
        before = block.update(mixed)
        done += before
    return base64.b64encode(done).decode()


def decrypt(encoding_key: str, text: str) -> tuple[str, str]:
    key = base64.b64decode(encoding_key + "=")
    sealed = base64.b64decode(text)
    block = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    before, plain = key[:16], b""
    for start in range(0, len(sealed), 16):
        piece = sealed[start : start + 16]
        plain += bytes(a ^ b for a, b in zip(block.update(piece), before, strict=True))
        before = piece
    plain = plain[: -plain[-1]]
    (length,) = struct.unpack(">I", plain[16:20])
    return plain[20 : 20 + length].decode(), plain[20 + length :].decode()
