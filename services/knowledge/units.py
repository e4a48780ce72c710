"""In: nothing. Out: the closed list of units that a number in the inventory may carry.

A unit is written in Chinese in the files, as it is read out after the value: 24 + 个月, 2740 + 元/月.
What stood in brackets behind a unit in older material is the number's note, never part of the unit.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum


class Unit(str, Enum):
    """Every unit in use. A new one is added here, nowhere else."""

    # money
    YUAN = "元"
    YUAN_PER_MONTH = "元/月"
    YUAN_PER_YEAR = "元/年"
    YUAN_PER_TIME = "元/次"
    YUAN_PER_HOUR = "元/小时"
    YUAN_PER_SCHOOL_YEAR = "元/学年"
    YUAN_PER_PERSON = "元/人"
    YUAN_PER_PERSON_YEAR = "元/人·年"
    YUAN_PER_PERSON_MONTH = "元/人·月"
    YUAN_PER_PUPIL_YEAR = "元/生·年"
    YUAN_PER_COURSE = "元/期"
    YUAN_PER_BED_MONTH = "元/床·月"
    YUAN_PER_HOUSEHOLD_MONTH = "元/户·月"
    YUAN_PER_CASE = "元/件"
    YUAN_PER_CHILD = "元/孩"
    YUAN_PER_CHILD_YEAR = "元/孩·年"
    YUAN_PER_CHILD_MONTH = "元/孩·月"
    MONTHS_OF_WAGE = "个月工资"
    MONTHS_OF_WAGE_PER_YEAR = "个月工资/年"
    # shares
    PERCENT = "%"
    PERCENT_PER_YEAR = "%/年"
    PERCENT_PER_DAY = "%/日"
    PERCENTAGE_POINTS = "个百分点"
    TIMES_AS_MUCH = "倍"
    # lengths of time
    YEARS = "年"
    MONTHS = "个月"
    WEEKS = "周"
    DAYS = "天"
    WORKING_DAYS = "个工作日"
    HOURS = "小时"
    MINUTES = "分钟"
    LESSON_HOURS = "学时"
    MONTHS_PER_YEAR = "个月/年"
    DAYS_PER_YEAR = "天/年"
    DAYS_PER_MONTH = "天/月"
    DAYS_PER_WEEK = "天/周"
    DAYS_PER_PERSON_YEAR = "天/人·年"
    HOURS_PER_DAY = "小时/天"
    WEEK_OF_PREGNANCY = "孕周"
    # points in time
    DATE = "日期"
    """The value is a date in text: "2026-06-01", "2023-06"."""
    CALENDAR_MONTH = "月份"
    """A month of the year, 1–12; a length in months is 个月."""
    DAY_OF_MONTH = "日"
    """A day of the month, 1–31; a length in days is 天."""
    # ages
    FULL_YEARS_OF_AGE = "周岁"
    YEARS_OF_AGE = "岁"
    # points of the residence point system
    POINTS = "分"
    POINTS_PER_YEAR = "分/年"
    POINTS_PER_YEAR_OF_AGE = "分/岁"
    POINTS_PER_TIME = "分/次"
    POINTS_PER_RECORD = "分/条"
    # counts
    TIMES = "次"
    TIMES_PER_YEAR = "次/年"
    DOSES = "剂"
    PEOPLE = "人"
    PEOPLE_PER_ROOM = "人/间"
    PIECES = "个"
    ORGANISATIONS = "家"
    KINDS = "种"
    CLASSES = "类"
    ENTRIES = "项"
    LEVELS = "级"
    SESSIONS = "节"
    PHONE = "号"
    """The value is a short telephone number."""
    # measures
    SQUARE_METRES = "平方米"
    SQUARE_METRES_PER_PERSON = "平方米/人"
    KILOGRAMS = "公斤"
    DEGREES_CELSIUS = "℃"


def nearest_units(text: str) -> tuple[str, ...]:
    """Units that look like what somebody wrote, best first, at most three.

    >>> nearest_units("工作日")[0]
    '个工作日'
    """
    return tuple(get_close_matches(text, [unit.value for unit in Unit], n=3, cutoff=0.4))
