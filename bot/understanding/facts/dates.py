"""In: a sentence and today's date. Out: its dates, as exact as they were said: YYYY-MM-DD, YYYY-MM or YYYY."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.understanding.facts.durations import LENGTH, find_durations
from bot.understanding.facts.numerals import parse
from bot.understanding.facts.spans import Span

_CN = "[零〇一二两三四五六七八九十廿卅]"
_DIGIT = "[零〇一二三四五六七八九]"
_SHORT_YEAR_BEFORE = r"(?=年(?:的?[0-9一二三四五六七八九十]{1,2}月|[底初]|出生|生|的(?:$|[,。!?人吗了呀啊不属])))"
_YEAR = (
    rf"(?P<year>(?:19|20)[0-9]{{2}}|{_DIGIT}{{4}}"
    rf"|(?:(?<![0-9])[0-9]{{2}}|(?<!{_DIGIT}){_DIGIT}{{2}}){_SHORT_YEAR_BEFORE}"
    r"|(?<![零〇一二三四五六七八九十百])(?:[零〇0][0-9一二三四五六七八九]|[5-9五六七八九][0-9零〇一二三四五六七八九])(?=年)(?<!五六)(?<!六七)(?<!七八)(?<!八九))年?"
)
_SPOKEN_YEAR = r"(?P<spoken>大前年|前年|去年|旧年|上年|今年|本年|明年子?|后年)"
_MONTH = rf"(?P<month>[0-9]{{1,2}}|{_CN}{{1,2}})月(?:份)?"
_DAY = (
    rf"(?P<day>(?:[0-9]{{1,2}}|{_CN}{{1,3}})(?=号|日)|(?:[12]?[0-9]|3[01]|[一二三]?十?[一二三四五六七八九十])"
    r"(?=到期|过期|出生|生的|来的|进|入职|受|被|那天|开始|离|摔|撞|辞|$|[,。的]))(?:号|日)?"
)
_CALENDAR = re.compile(
    rf"(?:{_YEAR}|{_SPOKEN_YEAR})(?:的?{_MONTH}(?:{_DAY})?)?(?P<part>年?[初底末]|年中|上半年|下半年)?"
)
_NUMERIC = re.compile(r"(?<![0-9.\-/])((?:19|20)[0-9]{2})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?(?![0-9])")
_MONTH_DAY = re.compile(rf"(?<![0-9个])(?<!农历){_MONTH}(?:{_DAY})?(?!内)")
_SPOKEN_MONTH = re.compile(rf"(?P<which>上上|上|这|本|下)个?月(?:的?{_DAY})?")
_SPOKEN_DAY = re.compile(r"大前天|前天|昨天|昨日|昨晚|今天|今日|明天|后天")
_WEEKDAY = re.compile(r"(?P<which>上上?个?|这个?|本)(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_AGO = re.compile(rf"(?P<length>{re.sub(r'[?]P<[a-z_]+>', '?:', LENGTH)})(?:之?前|以前)(?!交|缴|要|得|去)")
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "明天": 1, "后天": 2}
_YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "旧年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "明年": 1,
    "明年子": 1,
    "后年": 2,
}
_LUNAR = re.compile(r"农历|阴历|正月|腊月|冬月")


def find_dates(text: str, today: date) -> Iterator[Span]:
    """Dates in `text`; a month without a year is the nearest one not after `today`, lunar dates are left alone.

    >>> [d.text for d in find_dates("去年八月来的,上个月十号受伤,前天出院", date(2026, 11, 23))]
    ['2025-08', '2026-10-10', '2026-11-21']
    """
    if _LUNAR.search(text):
        return
    taken: set[int] = set()
    for pattern, reader in (
        (_NUMERIC, _numeric),
        (_CALENDAR, _calendar),
        (_SPOKEN_MONTH, _spoken_month),
        (_WEEKDAY, _weekday),
        (_SPOKEN_DAY, _spoken_day),
        (_MONTH_DAY, _month_day),
        (_AGO, _ago),
    ):
        for match in pattern.finditer(text):
            value = reader(match, today)
            if value and taken.isdisjoint(range(match.start(), match.end())):
                taken.update(range(match.start(), match.end()))
                yield Span("date", match.start(), match.end(), text=value)


def months_since(value: str, today: date) -> tuple[int, int] | None:
    """Whole months from a date to today, smallest and largest; None for a day to come.

    >>> months_since("2025-09", date(2026, 11, 23)), months_since("2024", date(2026, 11, 23))
    ((14, 14), (23, 34))
    """
    parts = [int(part) for part in value.split("-")]
    now = today.year * 12 + today.month - 1
    first, last = (parts[0] * 12 + (parts[1] if len(parts) > 1 else month) - 1 for month in (1, 12))
    if first > now:
        return None
    if len(parts) == 3 and parts[2] > today.day:
        first, last = first + 1, last + 1
    return max(0, now - last), max(0, now - first)


def _number(text: str | None) -> int | None:
    value = parse(text) if text else None
    return int(value[0]) if value else None


def _iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")


def _numeric(match: re.Match[str], today: date) -> str | None:
    return _iso(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)


def _calendar(match: re.Match[str], today: date) -> str | None:
    if match["spoken"]:
        year = today.year + _YEARS[match["spoken"]]
    else:
        said = match["year"]
        if "年" not in match[0] and not (len(said) == 4 and match["month"]):
            return None
        digits = (
            said
            if said.isascii()
            else "".join(str("零一二三四五六七八九".index(c if c != "〇" else "零")) for c in said)
        )
        year = int(digits)
        if len(digits) == 2:
            year += 2000 if year <= today.year % 100 else 1900
    if not 1920 <= year <= today.year + 20:
        return None
    return _iso(year, _number(match["month"]), _number(match["day"]))


def _month_day(match: re.Match[str], today: date) -> str | None:
    month, day = _number(match["month"]), _number(match["day"])
    if not month or month > 12 or (match["day"] and not day):
        return None
    past = (month, day or 1) <= (today.month, today.day)
    if not past and _RUNS_OUT.match(match.string, match.end()):
        return _iso(today.year, month, day)
    return _iso(today.year if past else today.year - 1, month, day)


_RUNS_OUT = re.compile("(?:就|要|就要|底)*(?:到期|满)(?!了)")
"""What runs out on a day of this year that has not come yet."""


def _spoken_month(match: re.Match[str], today: date) -> str | None:
    shift = {"上上": -2, "上": -1, "下": 1}.get(match["which"], 0)
    month = today.year * 12 + today.month - 1 + shift
    return _iso(month // 12, month % 12 + 1, _number(match["day"]))


def _spoken_day(match: re.Match[str], today: date) -> str | None:
    return (today + timedelta(days=_DAYS[match[0]])).isoformat()


def _weekday(match: re.Match[str], today: date) -> str | None:
    weekday = 6 if match["day"] in "日天" else "一二三四五六".index(match["day"])
    weeks = match["which"].count("上")
    return (today - timedelta(days=today.weekday(), weeks=weeks) + timedelta(days=weekday)).isoformat()


def _ago(match: re.Match[str], today: date) -> str | None:
    """Three months ago is a month, three days ago is a day, about three years ago is a year."""
    length = next(iter(find_durations(match["length"])), None)
    if length is None or length.low != length.high:
        return None
    if length.unit in ("day", "week"):
        return (today - timedelta(days=round(length.low * 30))).isoformat()
    if length.unit == "hour":
        return None
    month = today.year * 12 + today.month - 1 - int(length.low)
    return _iso(month // 12, month % 12 + 1) if length.unit == "month" or length.low % 12 else _iso(month // 12)
