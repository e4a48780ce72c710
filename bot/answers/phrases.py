"""In: phrases.yml. Out: `phrase(key, **values)`, every fixed sentence the product says, checked when first loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bot.errors import DataError

BOOK = Path(__file__).with_name("phrases.yml")
"""The phrase book."""

_NEEDED = """
first_questions
greet thanks goodbye capabilities repeat_nothing restarted out_of_scope not_understood:hotline clarify none_of_them
request_human:hotline danger.suicide danger.self_harm_of_other danger.violence danger.serious_injury
danger.forced_labour danger.trafficking danger.fire service_down:hotline engine_loading:hotline too_long:limit
empty_message emoji_only noted_fact:facts noted_nothing automatic_reply_label
more.thing:count more.step:count more.line:count more_question
place_found:name,minutes place_found_far:name,km place_found_plain:name
place_other:name,minutes place_other_far:name,km place_other_plain:name place_hours:hours
place_phone:phone place_unverified place_none place_ask_where
overview.audience:audience overview.where:where overview.fee:fee overview.time_limit:time_limit overview.when:when
conditions.lead:audience conditions.title materials.lead:count materials.one:material procedure.lead:count
place.lead:where place.ask_first:phone time.both:when,time_limit time.when:when time.time_limit:time_limit
cost.lead:fee amount.lead amount.line:label,amount amount.remarked:label,amount,remark amount.since:since
amount.period:since,until
amount.ended:until amount.ask_new:phone contact.lead:phone contact.named:phone,name contact.also:phone
contact.also_named:phone,name contact.fallback contact.only_fallback basis.lead:title basis.lead_numbered:title,doc_no
basis.lead_reference:title basis.line:title basis.line_numbered:title,doc_no eligibility.lead eligibility.ask:phone
problem.lead:phone problem.lead_two:phone,other problem.title progress.lead:phone
nothing.materials:phone nothing.procedure:phone nothing.place:phone nothing.time:phone nothing.cost:phone
nothing.amount:phone nothing.basis:phone related.materials related.procedure related.place related.time related.cost
related.amount
ask_phone:phone rest_lead
source_line.plain:title source_line.since:title,since source_line.numbered:title,doc_no
source_line.numbered_since:title,doc_no,since source_line.reference:title
state_verified state_unverified:phone state_expired:phone source_ended:until,phone last_known_year:year low_confidence
ask.ask_overview ask.ask_conditions ask.ask_materials ask.ask_procedure ask.ask_place ask.ask_time ask.ask_cost
ask.ask_amount ask.ask_contact ask.ask_basis ask.check_eligibility ask.report_problem ask.check_progress
interview.first interview.noted:facts interview.again interview.example:example interview.given_up:phone
interview.wrong:reason interview.rough interview.why:why interview.where:where interview.back interview.stopped
interview.not_yet interview.not_before:text,date interview.not_before_but:text,date interview.rule_is:text
interview.suppose:facts interview.suppose_only interview.unknown interview.yes_no
interview.have_or_not interview.also_ask:name
verdict.eligible:name verdict.ineligible:name verdict.later:name,date verdict.open:name verdict.stale:name,phone
verdict.low_confidence:name,phone verdict.no_value:name,phone verdict.judged:name,phone verdict.missing_title
verdict.missing_until:text,date verdict.missing_do:text,remedy verdict.assuming:what verdict.met_title
verdict.open_title verdict.open_unsure:text verdict.open_judged:text,who verdict.bring_title verdict.also:names
outcome.so_far:total,parts outcome.so_far_short:total,gap,parts
outcome.so_far_open:total,parts,pending
outcome.total:total outcome.between:low,high outcome.short:total,gap outcome.enough:total
outcome.from_to:low,high outcome.line:text,amount outcome.breakdown_title outcome.certain_title outcome.way:text,adds
outcome.way_enough:text,adds outcome.ways_title outcome.deadline_left:text,date,days
outcome.deadline_today:text,date outcome.deadline_past:text,date,days outcome.deadlines_title
outcome.due_title outcome.next_title:months outcome.dose:vaccine,dose,disease
wechat.welcome wechat.by_number wechat.or_reply:choice wechat.more wechat.voice wechat.image wechat.video wechat.link
wechat.file wechat.unknown wechat.far_away wechat.last_message wechat.call_back:when wechat.call_back_unknown
forget.restart forget.done forget.failed
follow_up.ask:number follow_up.solved follow_up.unsolved follow_up.not_yet
handover.waiting handover.later:when handover.write_then handover.unknown handover.claimed handover.transferred
handover.closed handover.back handover.passed_on handover.staff_says:text
call.collective_wages call.minor call.contradiction:name,said,given call.demand:names,words call.demand_unnamed:words
call.demand_nothing call.open_item:name,act call.open_fact:question call.checklist:name
handover.call_now handover.call_later:when handover.call_unknown
voice.greeting voice.go_on voice.choice:choice,number voice.next:choices voice.ask_freely voice.not_heard
voice.offer_person voice.wrong_key voice.still_there voice.silent_bye:hotline voice.long_bye:hotline voice.slower
voice.faster voice.moment voice.no_voice:hotline
"""
NEEDED: Mapping[str, frozenset[str]] = {
    key: frozenset(filter(None, values.split(",")))
    for key, _, values in (word.partition(":") for word in _NEEDED.split())
}
"""Each key the code says, with the values it gives."""


def load_book(path: Path = BOOK) -> dict[str, str]:
    """Reads and checks the phrase book.

    Returns:
        Dotted key → sentence; `hotline.<number>` gives a number's everyday name.
    Raises:
        DataError: a key is missing, empty or not text, or its {names} are not the ones the code fills in.
    """
    found = dict(_flatten(yaml.safe_load(path.read_text(encoding="utf-8"))))
    for key, values in NEEDED.items():
        _check(path.name, key, values, found)
    return found


def _flatten(tree: Any, prefix: str = "") -> list[tuple[str, str]]:
    if not isinstance(tree, dict):
        return [(prefix, tree.strip() if isinstance(tree, str) else "")]
    return [pair for key, value in tree.items() for pair in _flatten(value, f"{prefix}.{key}".lstrip("."))]


def _check(file: str, key: str, values: frozenset[str], book: Mapping[str, str]) -> None:
    if not book.get(key):
        raise DataError(f"{file}：缺少“{key}”这句话，请补上。")
    try:
        named = {name for _, name, _, _ in Formatter().parse(book[key]) if name is not None}
    except ValueError as error:
        raise DataError(f"{file}：“{key}”里的花括号不成对。") from error
    if named != values:
        raise DataError(f"{file}：“{key}”里的花括号应当正好是 {sorted(values)}，现在是 {sorted(named)}。")


_book = load_book()


def phrase(key: str, **values: Any) -> str:
    """One sentence of the phrase book, filled in.

    Raises:
        DataError: no such key, or other values than the sentence needs.

    >>> phrase("noted_fact", facts="社保 8个月")
    '记下了：社保 8个月。'
    """
    if key not in NEEDED or NEEDED[key] != values.keys():
        raise DataError(f"话术“{key}”不存在，或给的值 {sorted(values)} 不对。")
    return _book[key].format(**values)


def hotline_name(number: str) -> str | None:
    """What people call a hotline; None for a number without an everyday name.

    >>> hotline_name("12333")
    '人社热线'
    """
    return _book.get(f"hotline.{number}")
