"""Every page of the console with made-up paths, filters and forms: nothing is a server error, no script becomes one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from tests.staff.conftest import desk_on
from tests.staff.people import Person
from tests.staff.test_access import LEAVES, NEEDS

TEMPLATES = ROOT / "staff" / "templates"
NAMES = sorted(
    {name for file in TEMPLATES.glob("*.html") for name in re.findall(r' name="([a-z_]+)"', file.read_text("utf-8"))}
    | {"state", "page", "version", "yaml", "view", "item_id", "apply", "do", "numbers.0.value", "sources.0.url"}
)
"""Every field some form has."""
KNOWN = ("residence.permit.apply", "approver", "1", "2026-11-24", "published", "save", "submit", "on", "yaml")
TEXT = st.one_of(
    st.sampled_from((*KNOWN, "", "0", "-1", "9" * 30, "<script>alert(1)</script>", "' OR 1=1 --", "- id: [", "%00")),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), TEXT, max_size=12)
ENOUGH = settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
_SLOW = ("/drafts/{number:int}/effects",)
"""Tries hundreds of sentences; test_edit.py goes there."""


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody who may do everything, at a console that no other test uses: here passwords change by chance."""
    var = tmp_path_factory.mktemp("hostile")
    with desk_on(f"sqlite:///{var / 'staff.db'}", var) as made:
        yield made.person("admin")


def test_the_forms_were_found() -> None:
    assert {"q", "owner", "note", "contact", "remark"} <= set(NAMES)
    assert Path(TEMPLATES / "base.html").exists()


@pytest.mark.parametrize(("method", "path"), [k for k in NEEDS if k[1] not in LEAVES and k[1] not in _SLOW])
@given(data=st.data())
@ENOUGH
def test_nothing_typed_is_a_server_error(admin: Person, data: st.DataObject, method: str, path: str) -> None:
    to = path
    while "{" in to:
        number = ":int" in to[to.index("{") : to.index("}")]
        part = str(data.draw(st.integers(0, 10**12))) if number else data.draw(TEXT.filter(bool))
        to = to[: to.index("{")] + quote(part, safe="") + to[to.index("}") + 1 :]
    fields = data.draw(FIELDS)
    answer = admin.get(to, params=fields) if method == "GET" else admin.post(to, dict(fields))
    assert answer.status_code < 500, (to, fields, answer.text[-1500:])
    assert "<script>alert" not in answer.text
