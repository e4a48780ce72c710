"""The model, the engine, a service or the disk fails: a clear sentence or a plainer answer, never silence."""

from __future__ import annotations

import os
import tarfile
import time
from pathlib import Path

import httpx
import pytest

from bot.dialogue.training import model_path
from tests.journeys.conftest import free_port, own_var, running
from tests.journeys.person import Person, alive, states, valkey_pid, wait_for

pytestmark = pytest.mark.engine

ITEM = "residence.permit.apply"
QUESTION = "办居住证要带什么"
DANGER = "宿舍着火了怎么办"


def test_a_broken_model_leaves_the_hotline_number(tmp_path: Path) -> None:
    _own_model(tmp_path).write_bytes(b"not an archive")
    with running(tmp_path) as server:
        wait_for(server.url, 60, engine="failed")
        answer = httpx.get(f"{server.url}/readyz", timeout=10)
        assert answer.status_code == 503
        assert answer.json()["parts"]["engine"] == "failed"
        said = Person(server.url).say(QUESTION)
        assert "12345" in said.text
        assert said.seconds < 4.5, "a platform waits five seconds for an answer"
        assert "make train" in server.log.read_text("utf-8")
        assert server.stop() == 0


def test_without_the_dialogue_part_of_the_model_retrieval_answers(tmp_path: Path) -> None:
    with tarfile.open(model_path()) as whole, tarfile.open(_own_model(tmp_path), "w:gz", compresslevel=1) as part:
        for member in whole:
            if "SentenceReader" in member.name and member.isfile():
                part.addfile(member, whole.extractfile(member))
    with running(tmp_path) as server:
        wait_for(server.url, 120, engine="failed", understanding="ok", knowledge="ok")
        person = Person(server.url)
        assert person.say(QUESTION).item == ITEM
        assert "119" in person.say(DANGER).text
        assert "12345" in person.say("那在哪办").text  # no memory without the engine: asked back, with a number
        assert server.stop() == 0


def test_a_missing_model_is_told_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with running(tmp_path) as server:
        wait_for(server.url, 60, engine="failed")
        assert "12345" in Person(server.url).say(QUESTION).text
        assert "make train" in server.log.read_text("utf-8")


def _own_model(var: Path) -> Path:
    """Where the server of this folder looks for its model."""
    (var / "models").mkdir()
    return var / "models" / model_path().name


def test_an_engine_too_slow_is_passed_by(tmp_path: Path) -> None:
    with running(tmp_path, CHAT_TIMEOUT_S="0.001") as server:
        server.wait("/readyz", 120)
        person = Person(server.url)
        for _ in range(3):
            said = person.say(QUESTION)
            assert said.item == ITEM
            assert said.seconds < 3
        assert "119" in person.say(DANGER).text
        metrics = httpx.get(f"{server.url}/metrics", timeout=10).text
        assert 'reason="engine_slow"' in metrics
        assert server.stop() == 0


def test_a_service_that_does_not_answer_leaves_the_hotline_number(tmp_path: Path) -> None:
    with running(tmp_path, SERVICE_API_URL=f"http://127.0.0.1:{free_port()}") as server:
        server.wait("/readyz", 120)
        person = Person(server.url)
        for text in (QUESTION, "最近的社区事务受理中心在哪，我在莘庄", QUESTION):
            said = person.say(text)
            assert "12345" in said.text
            assert said.seconds < 4.5
        assert "119" in person.say(DANGER).text
        assert "不客气" in person.say("谢谢").text
        assert server.stop() == 0


IN_OWN_MOUNTS = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")
"""Anybody may mount a small disk that only one process sees; root needs no other user name space for it."""
NO_ROOM = """
mount -t tmpfs -o size=64k tmpfs "$0" || exec echo "no small disk: allow user name spaces, or run as root"
ln -s "$1"/* "$0" && exec "$2" "$3"
"""


@pytest.mark.parametrize("room", ["20k", "40k", "64k"])
def test_a_full_disk_is_said_and_people_are_answered(tmp_path: Path, room: str) -> None:
    full, made = tmp_path / "full", tmp_path / "made"
    full.mkdir()
    own_var(made)
    before = (*IN_OWN_MOUNTS, "sh", "-c", NO_ROOM.replace("64k", room), str(full), str(made))
    with running(tmp_path / "log", before, VAR_DIR=str(full)) as server:
        server.wait("/healthz", 30)
        wait_for(server.url, 60, engine="ok", knowledge="ok")
        person = Person(server.url)
        assert person.say(QUESTION).item == ITEM
        assert person.say("那在哪办").item == ITEM
        log = server.log.read_text("utf-8")
        assert any(words in log for words in ("No space left", "disk is full", "打不开资料库文件"))
        assert server.stop() == 0


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("x", "utf-8")
    with running(tmp_path / "log", VAR_DIR=str(taken)) as server:
        assert server.process.wait(30) == 1
        log = server.log.read_text("utf-8")
        assert str(taken) in log
        assert "Traceback" not in log


def test_ctrl_c_while_it_still_loads(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait("/healthz", 60)
        assert states(server.url)["engine"] == "loading"
        pid, begun = valkey_pid(tmp_path), time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 10
        assert not alive(pid), "a Valkey process was left behind"
