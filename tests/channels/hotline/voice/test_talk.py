"""The state machine by itself: answers made up, every order of events, nothing it can be thrown off by."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import fixed
from bot.answers.phrases import NEEDED, phrase
from bot.channels.hotline.voice import events as e
from bot.channels.hotline.voice.orders import Order, order_of
from bot.channels.hotline.voice.render import PORTION
from bot.channels.hotline.voice.talk import Talk
from bot.dialogue.engine import Turned
from bot.messages import Answer, Block, Understood


def turned(answer: Answer, act: str = "ask_materials", alert: str | None = None) -> Turned:
    return Turned(Understood("x", "x", act, 0.9, alert=alert), (answer,))  # type: ignore[arg-type]


LONG = turned(
    Answer((Block("lead", ("要准备30样",)), Block("ticks", tuple(f"第{n}样东西是什么什么证明" for n in range(30)))))
)
SHORT = turned(Answer((Block("lead", ("可以",)),), ("要带什么", "在哪办"), "x.y", 1))
ANSWERS = [
    LONG,
    SHORT,
    turned(fixed.clarify(["公租房", "保租房"])),
    turned(fixed.not_understood("12345"), "out_of_scope"),
    turned(fixed.danger("fire"), "inform", "fire"),
    turned(fixed.say("goodbye"), "goodbye"),
    turned(fixed.say("repeat_nothing"), "repeat"),
    turned(fixed.say("request_human", hotline="12345"), "request_human"),
    turned(Answer((Block("lead", ("",)),))),
]


def begun(staffed: bool = False) -> Talk:
    talk = Talk("12345", lambda: staffed)
    (said,) = talk.take(e.Begun())
    talk.take(e.PlayedToEnd(said.number))  # type: ignore[union-attr]
    return talk


def said(commands: Sequence[e.Command]) -> str:
    return "".join(command.text for command in commands if isinstance(command, e.Say))


def test_a_long_answer_comes_in_portions_of_whole_sentences() -> None:
    talk = begun()
    talk.take(e.Heard("要带什么"))
    told = [said(talk.take(e.Answered(LONG)))]
    while "继续" in told[-1]:
        told.append(said(talk.take(e.Key("1", 9))))
    assert all(len(one) <= PORTION + len("还要听下去吗？要听，按一，或者说继续。") for one in told)
    assert [one.count("证明") for one in told] == [6, 6, 6, 6, 6]
    assert "第二十九样" in told[-1]


def test_a_number_typed_counts_once_and_is_kept_nowhere() -> None:
    talk = begun()
    talk.take(e.Heard("要带什么"))
    asked = list(talk.take(e.Answered(SHORT)))
    for place, digit in enumerate("310112199001011234"):
        done = talk.take(e.Key(digit, 9 if place == 0 else 0.2))
        asked += done
        if any(isinstance(command, e.Ask) for command in done):
            talk.take(e.Answered(SHORT))
    assert not [command for command in asked if isinstance(command, e.Ask)]
    assert "1990" not in str(vars(talk))


def test_what_is_said_while_we_look_is_asked_next() -> None:
    talk = begun()
    assert e.Ask("我想问居住证") in talk.take(e.Heard("我想问居住证"))
    assert talk.take(e.Heard("嗯")) == ()
    assert talk.take(e.Heard("要带什么")) == ()
    assert talk.take(e.Heard("明天去办")) == ()
    assert e.Ask("要带什么，明天去办") in talk.take(e.Answered(SHORT))
    assert "可以" in said(talk.take(e.Answered(SHORT)))


def test_a_slow_dialogue_says_one_moment() -> None:
    talk = begun()
    talk.take(e.Heard("要带什么"))
    (moment,) = talk.take(e.Silence(3))
    assert "查一下" in said((moment,))
    assert talk.take(e.PlayedToEnd(moment.number)) == ()  # type: ignore[union-attr]
    assert "可以" in said(talk.take(e.Answered(SHORT)))


def test_a_danger_is_answered_before_the_dialogue_is() -> None:
    talk = begun()
    talk.take(e.Heard("要带什么"))
    stop, warning, asked = talk.take(e.Heard("我不想活了"))
    assert (stop, asked) == (e.StopSpeaking(), e.Ask("我不想活了"))
    assert said((warning,)).startswith("现在就打幺二三五六")
    assert talk.take(e.Answered(SHORT)) == ()
    assert talk.take(e.Answered(SHORT)) == ()


def test_a_transfer_under_way_is_kept_through_a_danger() -> None:
    talk = begun(staffed=True)
    talk.take(e.Key("0"))
    talk.take(e.Answered(ANSWERS[7]))
    warning = next(c for c in talk.take(e.Heard("着火了快救命")) if isinstance(c, e.Say))
    assert talk.take(e.PlayedToEnd(warning.number)) == (e.Transfer(),)


def test_an_end_of_an_older_sentence_means_nothing() -> None:
    talk = begun()
    talk.take(e.Heard("要带什么"))
    (say,) = talk.take(e.Answered(SHORT))
    assert talk.take(e.PlayedToEnd(say.number - 1)) == ()  # type: ignore[union-attr]
    assert talk.take(e.CannotSpeak(say.number - 1)) == ()  # type: ignore[union-attr]


def test_only_words_without_the_caller_in_them_may_be_kept() -> None:
    told = Turned(Understood("x", "x", "inform", 0.9, facts={"age": 36}), SHORT.answers)
    kept = []
    for one in (SHORT, told):
        talk = begun()
        talk.take(e.Heard("要带什么"))
        kept.append(talk.take(e.Answered(one))[0].keep)  # type: ignore[union-attr]
    assert kept == [True, False]


def test_nothing_ever_asks_for_a_number_of_a_person() -> None:
    words = [phrase(key, **dict.fromkeys(values, "x")) for key, values in NEEDED.items() if key.startswith("voice.")]
    assert words
    assert not [one for one in words if "证号" in one or "身份证" in one or "你的电话" in one]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("再说一遍", Order.REPEAT),
        ("没听清楚，请再说一遍好吗", Order.REPEAT),
        ("听不清", Order.REPEAT),
        ("你说什么", Order.REPEAT),
        ("你能不能说慢一点啊", Order.SLOWER),
        ("太快了", Order.SLOWER),
        ("讲得快一点", Order.FASTER),
        ("接着说", Order.GO_ON),
        ("要听", Order.GO_ON),
        ("不用了谢谢", Order.ENOUGH),
        ("好的好的", Order.FILLER),
        ("没有", None),
        ("要", Order.GO_ON),
        ("再说一遍居住证怎么办", None),
        ("我慢点再去行吗", None),
        ("", None),
        ("慢" * 5000, None),
    ],
)
def test_orders(text: str, order: Order | None) -> None:
    assert order_of(text) is order


WORDS = ["", "嗯", "继续", "再说一遍", "慢点", "快点", "不用了", "转人工", "第二个", "我不想活了", "要带什么", "再见"]
EVENTS = st.one_of(
    st.builds(e.Heard, st.one_of(st.sampled_from(WORDS), st.text(max_size=20))),
    st.builds(e.Key, st.sampled_from([*"0123456789*#ABCD", "", "12"]), st.sampled_from([0.0, 0.2, 9.0])),
    st.builds(e.Answered, st.sampled_from(ANSWERS)),
    st.builds(e.PlayedToEnd, st.integers(0, 40)),
    st.builds(e.CannotSpeak, st.integers(0, 40)),
    st.builds(e.Silence, st.floats(0, 100)),
    st.sampled_from([e.Begun(), e.SpeechBegan(), e.TimeIsUp()]),
    st.just("end of what is said"),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(EVENTS, max_size=40), st.booleans())
def test_whatever_happens_it_answers_and_ends(events: list[e.Event | str], staffed: bool) -> None:
    """It never raises, is silent once it has ended, always has something under way, and silence ends the call."""
    talk, number = begun(staffed), 1
    open_asks, state = 0, "listens"
    for event in [*events, *["end of what is said", e.Silence(8.0), "answer"] * 12]:
        if event == "answer" and open_asks:
            event = e.Answered(SHORT)
        if isinstance(event, e.Answered):
            open_asks = max(0, open_asks - 1)
        over = talk.ended
        done = talk.take(e.PlayedToEnd(number) if isinstance(event, str) else event)
        assert not (over and done)
        assert all(number_of.text for number_of in done if isinstance(number_of, e.Say))
        ends = [command for command in done if isinstance(command, e.HangUp | e.Transfer)]
        assert talk.ended is (over or bool(ends))
        assert not ends or done[-1:] == tuple(ends)
        for command in done:
            if isinstance(command, e.Say):
                number, state = command.number, "speaks"
            open_asks += isinstance(command, e.Ask)
        if isinstance(event, e.Heard) and event.text.strip() and not over:
            assert done or state == "speaks" or open_asks
    assert talk.ended


def test_nothing_is_done_once_the_caller_has_gone() -> None:
    talk = begun()
    talk.take(e.HungUp())
    assert talk.take(e.Heard("喂")) == talk.take(e.Answered(SHORT)) == talk.take(e.HungUp()) == ()
