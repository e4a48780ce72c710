"""In: bytes of a push. Out: its fields as text, or BadInput. Documents the other way round.

expat with every door shut: no document type, so no entities of anybody's making; bounded size, depth and count.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from bot.errors import BadInput

MOST_BYTES = 65_536
_DEEPEST = 5
_MOST_FIELDS = 200


def fields(body: bytes) -> dict[str, str]:
    """The fields of one flat document `<xml>…</xml>`; those of a nested element by a dotted path.

    A field that is there twice keeps its first value.

    Raises:
        BadInput: not UTF-8, not XML, another root, a document type, too large, too deep.

    >>> fields(b"<xml><A>1</A><B><C><![CDATA[x<y]]></C></B></xml>")
    {'A': '1', 'B.C': 'x<y'}
    """
    if not body.strip() or len(body) > MOST_BYTES:
        raise BadInput("内容是空的，或者太大。")
    reading = _Reading()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.ProcessingInstructionHandler = reading.doctype
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.Parse(body.decode("utf-8"), True)  # a mark of UTF-16 at its beginning would win over "utf-8" above
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise BadInput("读不懂，不是正确的 XML。") from error
    return reading.found


class _Reading:
    """What expat tells, put together."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._path: list[str] = []
        self._text: list[str] = []
        self._parents = 0
        self._count = 0

    def doctype(self, *_: object) -> None:
        raise BadInput("这样的 XML 不收。")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if (not self._path and name != "xml") or len(self._path) >= _DEEPEST or self._count > _MOST_FIELDS:
            raise BadInput("这样的 XML 不收。")
        self._path.append(name)
        self._text.clear()
        self._parents = len(self._path)

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        if len(self._path) == self._parents and len(self._path) > 1:  # a leaf
            self.found.setdefault(".".join(self._path[1:]), "".join(self._text).strip())
        self._path.pop()
        self._text.clear()


def document(values: Mapping[str, str | int]) -> str:
    """A flat document; text in CDATA, numbers bare.

    >>> document({"A": 1, "B": "x]]>y"})
    '<xml><A>1</A><B><![CDATA[x]]]]><![CDATA[>y]]></B></xml>'
    """
    return "<xml>" + "".join(f"<{name}>{_value(value)}</{name}>" for name, value in values.items()) + "</xml>"


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    # What XML cannot hold at all (control characters, half pairs) must not make the whole reply unreadable.
    held = "".join(sign for sign in value if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))
    return f"<![CDATA[{held.replace(']]>', ']]]]><![CDATA[>')}]]>"
