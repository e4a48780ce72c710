"""In: a short thing a caller said. Out: the order to the telephone that it is, or none: then the dialogue hears it."""

from __future__ import annotations

import re
from enum import Enum

from bot.understanding.normalize import normalize


class Order(Enum):
    """What a caller may want of the telephone, not of the dialogue."""

    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    GO_ON = "go_on"
    ENOUGH = "enough"
    FILLER = "filler"


_POLITE = r"(?:请|麻烦|你|能不能|可以|可不可以)*"
_TAIL = r"(?:吧|吗|嘛|啊|呀|哦|呢|了|好吗|可以吗|行吗|行不行|谢谢)*"
_ORDERS: tuple[tuple[Order, str], ...] = (
    (
        Order.REPEAT,
        r"(?:我?(?:没|没有|听不|没怎么)听?(?:清|见|到|懂)楚?)?(?:了|啊)?(?:请|麻烦|你|能不能|可以)*"
        r"(?:再|重新|重复)(?:说|讲|念|放|来|听)?(?:一遍|一次|一下|遍)|我?(?:没|没有|听不)听?(?:清|见)楚?|你说什么|说什么",
    ),
    (
        Order.SLOWER,
        rf"{_POLITE}(?:再)?(?:说|讲|念)?(?:得)?慢(?:一)?(?:点|些)(?:儿)?(?:说|讲|念)?|(?:你)?(?:说|讲)?(?:得)?太快",
    ),
    (
        Order.FASTER,
        rf"{_POLITE}(?:再)?(?:说|讲|念)?(?:得)?快(?:一)?(?:点|些)(?:儿)?(?:说|讲|念)?|(?:你)?(?:说|讲)?(?:得)?太慢",
    ),
    (Order.GO_ON, r"(?:你)?(?:继续|接着|往下|再)(?:往下)?(?:说|讲|念|听)?(?:下去)?|还?要听?|听|想听|说下去|下一段"),
    (Order.ENOUGH, r"不用(?:听|说|讲)?|不要(?:听|说|讲)?|不听|别说|够|可以|行|知道|停|算"),
    (Order.FILLER, r"(?:嗯|哦|噢|喔|啊|唉|哎|呃|额|那个|这个|好|好的|对|对的|是|是的|喂|你好)+"),
)
_PATTERNS = tuple((order, re.compile(f"(?:{words}){_TAIL}")) for order, words in _ORDERS)
_FILLER = _PATTERNS[-1][1]
_MARKS = re.compile(r"[\s，。！？、,.!?…~～]+")


_PLACE = re.compile(r"(?:按|选|第)([一二两三四五六七八九1-9])(?:个|项|条|号|种)?(?:吧|啊|那个|的)?")
_DIGITS = {**{str(n): n for n in range(1, 10)}, **dict(zip("一二三四五六七八九", range(1, 10), strict=True)), "两": 2}


def order_of(text: str) -> Order | None:
    """The order a whole utterance is.

    >>> order_of("没听清，再说一遍"), order_of("你说慢一点好吗"), order_of("那继续吧")
    (<Order.REPEAT: 'repeat'>, <Order.SLOWER: 'slower'>, <Order.GO_ON: 'go_on'>)
    >>> order_of("嗯嗯"), order_of("再说一遍居住证要带什么") is None
    (<Order.FILLER: 'filler'>, True)
    """
    bare = _MARKS.sub("", text)
    if bare and _FILLER.fullmatch(bare):
        return Order.FILLER
    bare = _MARKS.sub("", normalize(text)).removeprefix("那")
    return next((order for order, pattern in _PATTERNS if pattern.fullmatch(bare)), None)


def spoken_key(text: str) -> str | None:
    """The key somebody says instead of pressing it.

    >>> spoken_key("按二"), spoken_key("第3个吧"), spoken_key("两个孩子")
    ('2', '3', None)
    """
    found = _PLACE.fullmatch(_MARKS.sub("", normalize(text)))
    return str(_DIGITS[found[1]]) if found else None
