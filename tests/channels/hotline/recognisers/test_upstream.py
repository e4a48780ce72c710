"""FunASR and Vosk over real sockets: sentences in order, partials in their place, and what breaks is mended."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels.hotline.recognisers.base import Heard
from bot.channels.hotline.recognisers.funasr import FunAsr
from bot.channels.hotline.recognisers.upstream import UpstreamStream
from bot.channels.hotline.recognisers.vosk import Vosk
from tests.channels.hotline.recognisers.stand_ins import SENTENCES, FunAsrStandIn, VoskStandIn, marked, silence

StandIn = FunAsrStandIn | VoskStandIn
CALL = silence(1_000) + marked(1) + marked(2) + silence(2_000) + marked(3)
SAID = [SENTENCES[1], SENTENCES[2], SENTENCES[3]]


class Ear:
    """Notes what is heard."""

    def __init__(self) -> None:
        self.all: list[Heard] = []

    async def __call__(self, heard: Heard) -> None:
        self.all.append(heard)

    @property
    def finals(self) -> list[Heard]:
        return [heard for heard in self.all if heard.final]

    def words(self) -> list[str]:
        return [heard.text.rstrip("。") for heard in self.finals]


@pytest_asyncio.fixture(params=["funasr-cpp", "funasr-python", "vosk"])
async def stand_in(request: pytest.FixtureRequest) -> AsyncIterator[StandIn]:
    made = VoskStandIn() if request.param == "vosk" else FunAsrStandIn(request.param == "funasr-python")
    await made.start()
    yield made
    made.slow.set()
    await made.stop()


def dialect(of: StandIn) -> Callable[[], FunAsr | Vosk]:
    return Vosk if isinstance(of, VoskStandIn) else lambda: FunAsr(["居住证", "一个长得没有人会说完的词语"])


async def say(stream: UpstreamStream, pcm: bytes, piece: int = 640) -> None:
    """As Asterisk delivers, but fifty times as fast."""
    for number, at in enumerate(range(0, len(pcm), piece)):
        await stream.feed(pcm[at : at + piece])
        if number % 50 == 0:
            await asyncio.sleep(0.02)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


async def test_a_call_is_heard_sentence_by_sentence(stand_in: StandIn) -> None:
    ear = Ear()
    stream = UpstreamStream(stand_in.url, dialect(stand_in), ear)
    await say(stream, CALL)
    await stream.finish()
    assert ear.words() == SAID
    assert [heard.key for heard in ear.finals] == ["0", "1", "2"]
    times = [moment for heard in ear.finals for moment in (heard.begin_ms, heard.end_ms)]
    assert times == sorted(times)
    for heard, begins in zip(ear.finals, (1_000, 3_000, 7_000), strict=True):
        assert abs(heard.begin_ms - begins) <= 1_300
    assert stand_in.sound == len(CALL)


async def test_partials_grow_and_belong_to_the_final_that_replaces_them(stand_in: StandIn) -> None:
    ear = Ear()
    stream = UpstreamStream(stand_in.url, dialect(stand_in), ear)
    await until(lambda: bool(stand_in.hellos))
    for at in range(0, len(CALL), 6_400):
        await stream.feed(CALL[at : at + 6_400])
        await asyncio.sleep(0.01)
    await stream.finish()
    partials = [heard for heard in ear.all if not heard.final]
    assert partials
    for partial in partials:
        final = ear.finals[int(partial.key)]
        assert final.text.startswith(partial.text)


async def test_a_broken_connection_loses_no_sentence_and_says_none_twice(stand_in: StandIn) -> None:
    ear = Ear()
    stand_in.break_after = len(silence(1_000) + marked(1)) + len(marked(2)) // 2
    stream = UpstreamStream(stand_in.url, dialect(stand_in), ear)
    await say(stream, CALL)
    await until(lambda: len(stand_in.hellos) >= 2)
    await stream.finish()
    assert ear.words() == SAID
    times = [heard.begin_ms for heard in ear.finals]
    assert times == sorted(set(times))


async def test_a_recogniser_that_comes_up_later_hears_it_all(stand_in: StandIn) -> None:
    await stand_in.stop()
    ear = Ear()
    stream = UpstreamStream(stand_in.url, dialect(stand_in), ear)
    await say(stream, CALL)
    await asyncio.sleep(0.3)
    await stand_in.start()
    await until(lambda: len(ear.finals) >= 2)
    await stream.finish()
    assert ear.words() == SAID


async def test_what_exceeds_the_bound_is_the_oldest(stand_in: StandIn) -> None:
    await stand_in.stop()
    ear = Ear()
    stream = UpstreamStream(stand_in.url, dialect(stand_in), ear, kept_ms=len(marked(3)) // 32)
    await say(stream, CALL)
    await stand_in.start()
    await until(lambda: bool(stand_in.hellos))
    await stream.finish()
    assert ear.words() == [SENTENCES[3]]


async def test_a_recogniser_that_stands_still_holds_nobody_up(stand_in: StandIn) -> None:
    ear = Ear()
    stand_in.slow.clear()
    stream = UpstreamStream(stand_in.url, dialect(stand_in), ear)
    await asyncio.wait_for(say(stream, CALL * 3), 20)
    stand_in.slow.set()
    await stream.finish()
    assert ear.words() == SAID * 3


async def test_a_slow_screen_misses_partials_but_no_final(stand_in: StandIn) -> None:
    ear, gate = Ear(), asyncio.Event()

    async def slow(heard: Heard) -> None:
        await gate.wait()
        await ear(heard)

    stream = UpstreamStream(stand_in.url, dialect(stand_in), slow)
    await say(stream, CALL)
    await asyncio.sleep(0.3)
    gate.set()
    await stream.finish()
    assert ear.words() == SAID


async def test_a_sink_that_fails_once_gets_the_next(stand_in: StandIn) -> None:
    ear, failed = Ear(), []

    async def fails_once(heard: Heard) -> None:
        if heard.final and not failed:
            failed.append(heard)
            raise ConnectionError("Redis is gone")
        await ear(heard)

    stream = UpstreamStream(stand_in.url, dialect(stand_in), fails_once)
    await say(stream, CALL)
    await stream.finish()
    assert ear.words() == SAID[1:]


async def test_silence_is_nothing_and_a_stream_without_sound_ends(stand_in: StandIn) -> None:
    ear = Ear()
    for sound in (silence(5_000), b""):
        stream = UpstreamStream(stand_in.url, dialect(stand_in), ear)
        await say(stream, sound)
        await stream.finish()
    assert ear.all == []


async def test_funasr_is_told_before_it_gets_sound() -> None:
    stand_in = FunAsrStandIn(python=True)
    await stand_in.start()
    stream = UpstreamStream(stand_in.url, dialect(stand_in), Ear())
    await say(stream, CALL)
    await stream.finish()
    await stand_in.stop()
    assert stand_in.before_chunk_size == 0
    (hello,) = stand_in.hellos
    assert hello["hotwords"] == '{"居住证": 20}'
    assert (hello["mode"], hello["audio_fs"], hello["chunk_size"]) == ("2pass", 16_000, [5, 10, 5])


async def test_a_certificate_of_its_own_is_taken_only_when_told(tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*self_signed(tmp_path))
    stand_in = FunAsrStandIn(python=True)
    await stand_in.start(tls)
    url = stand_in.url.replace("ws:", "wss:")
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    for trust, words in ((None, []), (trusting, SAID)):
        ear = Ear()
        stream = UpstreamStream(url, dialect(stand_in), ear, trust)
        await say(stream, CALL)
        await stream.finish()
        assert ear.words() == words
    await stand_in.stop()


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return folder / "cert.pem", folder / "key.pem"
