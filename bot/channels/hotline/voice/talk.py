"""In: what happens in a call. Out: what to do about it. A state machine without sound, clock, network or dialogue.

           ┌────────── Heard, Key ──────────────┐
Begun → speaking ─── PlayedToEnd ───→ listening ── Silence, twice → good-bye
           ↑   └─ SpeechBegan: silent at once ──→ │
           └──── Answered ── thinking ←── Heard, Key
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from bot.answers import fixed as answers
from bot.answers.phrases import phrase
from bot.answers.spoken import to_spoken
from bot.channels.hotline.voice import events as e
from bot.channels.hotline.voice.orders import Order, order_of, spoken_key
from bot.channels.hotline.voice.render import Told, fixed, is_lost, read_choices, tell
from bot.dialogue.engine import Turned
from bot.messages import Alert
from bot.understanding.danger import spoken_alert
from bot.understanding.normalize import normalize

HUMAN = "转人工"
"""What key 0 says to the dialogue."""
ANSWER_S, CUT_S, MOMENT_S = 8.0, 2.5, 3.0
"""Silence before we ask again; before an interrupted sentence is taken up again; before "one moment"."""
RATES = (1.0, 0.8, 0.65)
_RUN_S = 1.5
"""Keys in quicker succession are one number being typed: only its first key counts."""
_FALSE_STARTS = 2
"""A line that is only noisy stops us so often; then only words and keys do."""
_UNHEARD, _PENDING, _LONGEST = 3, 3, 500
Phase = Enum("Phase", "SPEAKING LISTENING THINKING ENDED")
After = Enum("After", "LISTEN HANG_UP TRANSFER")
Commands = tuple[e.Command, ...]


class Talk:
    """One call.

    Args:
        hotline: the number named when we can do no more.
        staffed: whether a person would take the call now.
    """

    def __init__(self, hotline: str, staffed: Callable[[], bool]) -> None:
        self._hotline, self._staffed = hotline, staffed
        self._phase, self._after = Phase.LISTENING, After.LISTEN
        self._number, self._rate = 0, 0
        self._said, self._said_keep = fixed(phrase("voice.greeting")), True
        self._told, self._place = Told(()), 0
        self._firm = self._cut = self._asked = self._voiceless = False
        self._open_asks = self._false_starts = self._misses = self._silences = 0
        self._pending: list[str] = []
        self._read: set[tuple[str, ...]] = set()
        self._states_told: set[str] = set()

    @property
    def ended(self) -> bool:
        """True: whatever happens now, nothing is done any more."""
        return self._phase is Phase.ENDED

    def take(self, event: e.Event) -> Commands:
        """What to do about an event, in this order. Never raises."""
        if self.ended:
            return ()
        match event:
            case e.Begun():
                return self._again()
            case e.SpeechBegan():
                return self._speech_began()
            case e.Heard(text):
                return self._heard(text.strip()[:_LONGEST])
            case e.Key(key, after_s):
                return self._key(key) if after_s >= _RUN_S and key in tuple("0123456789*#") else ()
            case e.Answered(turned):
                return self._answered(turned)
            case e.PlayedToEnd(number):
                return self._played(number)
            case e.CannotSpeak(number):
                return self._cannot_speak(number)
            case e.Silence():
                return self._silence()
            case e.TimeIsUp():
                return (*self._stop(), self._bye("voice.long_bye"))
            case e.HungUp():
                self._phase = Phase.ENDED
        return ()

    # what is heard

    def _speech_began(self) -> Commands:
        if self._phase is not Phase.SPEAKING or self._firm or self._false_starts >= _FALSE_STARTS:
            return ()
        self._false_starts += 1
        return (*self._stop(), e.Wait(CUT_S))

    def _heard(self, text: str) -> Commands:
        if not text:
            return self._unheard()
        self._silences = 0
        if (alert := spoken_alert(normalize(text))) and not self._voiceless:
            return self._warn(alert, text)
        if self._firm or self._phase is Phase.THINKING:
            return self._later(text)
        stop = self._stop()
        self._false_starts = 0
        return (*stop, *self._meant(text))

    def _meant(self, text: str) -> Commands:
        """What words do that may interrupt us: an order to the telephone, a key said, or something for the dialogue."""
        order, cut = order_of(text), self._cut
        if (key := spoken_key(text)) and (self._goes_on() or self._told.choices):
            return self._pressed(key)
        if order is Order.REPEAT:
            return self._again()
        if order in (Order.SLOWER, Order.FASTER):
            return self._again(self._paced(order))
        if order in (Order.GO_ON, Order.FILLER) and self._goes_on() and not cut:
            return self._go_on()
        answering = self._told.asks and not self._goes_on()
        if order in (Order.GO_ON, Order.FILLER) and cut and not answering:
            return self._again()
        if order is Order.ENOUGH and (cut or self._goes_on()) and not answering:
            self._told = Told(())
            return (self._say(fixed(phrase("voice.ask_freely"))),)
        return self._ask(text)

    def _later(self, text: str) -> Commands:
        """Heard while an answer is being looked for, or while something is said that must be heard: its turn comes."""
        order = order_of(text)
        if order in (Order.SLOWER, Order.FASTER):
            self._paced(order)
        elif order is None and len(self._pending) < _PENDING:
            self._pending.append(text)
        return ()

    def _unheard(self) -> Commands:
        if self._phase is not Phase.LISTENING:
            return ()
        self._misses += 0 if self._cut else 1
        if self._cut or self._misses > _UNHEARD:
            return self._silence()
        return (self._say(fixed(phrase("voice.not_heard")) + self._offer()),)

    def _key(self, key: str) -> Commands:
        self._silences = 0
        if self._firm or self._phase is Phase.THINKING:
            return self._later(HUMAN) if key == "0" else ()
        return (*self._stop(), *self._pressed(key))

    def _pressed(self, key: str) -> Commands:
        if key == "0":
            return self._ask(HUMAN)
        if key == "*":
            return self._again()
        if key in ("1", "#") and self._goes_on():
            return self._go_on()
        if not self._goes_on() and key.isdigit() and int(key) <= len(self._told.choices):
            return self._ask(self._told.choices[int(key) - 1])
        prompt = fixed(phrase("voice.go_on")) if self._goes_on() else read_choices(self._told)
        return (self._say(fixed(phrase("voice.wrong_key")) + prompt),)

    def _silence(self) -> Commands:
        if self._phase is Phase.THINKING:
            return (self._sound(fixed(phrase("voice.moment"))),)
        if self._phase is not Phase.LISTENING:
            return ()
        if self._after is After.HANG_UP:
            return self._end(e.HangUp())
        if self._cut:
            return self._again()
        self._silences += 1
        if self._silences > 1:
            return (self._bye("voice.silent_bye"),)
        return self._again(fixed(phrase("voice.still_there")))

    # what the dialogue says

    def _ask(self, text: str) -> Commands:
        self._phase, self._after, self._cut, self._asked = Phase.THINKING, After.LISTEN, False, True
        self._open_asks += 1
        return e.Ask(text), e.Wait(MOMENT_S)

    def _answered(self, turned: Turned) -> Commands:
        self._open_asks = max(0, self._open_asks - 1)
        if self._phase is not Phase.THINKING or self._open_asks:
            return ()
        act, alert = turned.heard.act, turned.heard.alert
        if alert:
            return self._warn(alert, "")
        if self._pending:
            return self._ask_pending()
        if act == "repeat":
            return self._again()
        self._told, self._place = tell(turned, self._states_told), 0
        self._states_told |= {answer.item_id for answer in turned.answers if answer.item_id}
        if act == "request_human" and self._staffed():
            return (self._say(fixed(phrase("handover.call_now")), After.TRANSFER, firm=True),)
        if act == "goodbye":
            # An open question of an interview is not asked again of somebody who leaves.
            return (self._say(fixed(*turned.answers[0].blocks[0].lines), After.HANG_UP),)
        self._misses = self._misses + 1 if is_lost(turned.answers) else 0
        return self._portion(self._offer())

    def _ask_pending(self) -> Commands:
        said, self._pending = self._pending, []
        return self._ask(HUMAN if HUMAN in said else "，".join(said))

    def _warn(self, alert: Alert, text: str) -> Commands:
        """The emergency number, before anything else and to its last word; the dialogue hears of it meanwhile."""
        noted: Commands = (e.Ask(text),) if text else ()
        self._open_asks += len(noted)
        self._asked = True
        words = to_spoken(answers.danger(alert), full=True)
        if self._firm and self._said == words:
            return noted  # it is being told: crying on must not make it begin anew
        after = After.TRANSFER if self._after is After.TRANSFER else After.LISTEN
        stop = self._stop()
        self._told, self._pending, self._said, self._said_keep = Told(()), [], words, True
        return *stop, self._say(words, after, firm=True), *noted

    # what we say

    def _goes_on(self) -> bool:
        """Whether there is more to tell than has been told."""
        return self._place + 1 < len(self._told.portions) or self._told.more

    def _go_on(self) -> Commands:
        if self._place + 1 >= len(self._told.portions):
            return self._ask(phrase("more_question"))
        self._place += 1
        return self._portion()

    def _portion(self, offer: str = "") -> Commands:
        told = self._told
        self._said, self._said_keep = told.portions[self._place] + self._prompt() + offer, told.keep
        return self._again()

    def _prompt(self) -> str:
        if self._goes_on():
            return fixed(phrase("voice.go_on"))
        choices = self._told.choices
        if self._told.asks and choices in self._read and set(choices) <= _usual_answers():
            return ""  # whoever is asked ten questions need not hear ten times that 1 is yes
        self._read.add(choices)
        return read_choices(self._told)

    def _offer(self) -> str:
        return fixed(phrase("voice.offer_person")) if self._misses >= 2 else ""

    def _again(self, before: str = "") -> Commands:
        return (self._say(before + self._said, keep=self._said_keep),)

    def _say(self, text: str, after: After = After.LISTEN, *, firm: bool = False, keep: bool = True) -> e.Say:
        self._phase, self._after, self._firm, self._cut = Phase.SPEAKING, after, firm, False
        return self._sound(text, keep)

    def _sound(self, text: str, keep: bool = True) -> e.Say:
        self._number += 1
        return e.Say(text, RATES[self._rate], self._number, keep)

    def _paced(self, order: Order) -> str:
        step = 1 if order is Order.SLOWER else -1
        self._rate = min(max(self._rate + step, 0), len(RATES) - 1)
        return fixed(phrase("voice.slower" if step > 0 else "voice.faster"))

    def _stop(self) -> Commands:
        if self._phase is Phase.LISTENING:
            return ()
        self._cut = self._phase is Phase.SPEAKING
        self._phase, self._firm = Phase.LISTENING, False
        return (e.StopSpeaking(),)

    def _bye(self, key: str) -> e.Say:
        return self._say(fixed(phrase(key, hotline=self._hotline)), After.HANG_UP)

    # how it ends

    def _played(self, number: int) -> Commands:
        if self._phase is not Phase.SPEAKING or number != self._number:
            return ()
        if self._after is not After.LISTEN:
            return self._end(e.HangUp() if self._after is After.HANG_UP else e.Transfer())
        self._firm, self._phase = False, Phase.LISTENING
        return self._ask_pending() if self._pending else (e.Wait(ANSWER_S),)

    def _cannot_speak(self, number: int) -> Commands:
        """Once the sentence kept for this is tried; what was asked goes to staff; then there is nothing left to do."""
        if self._phase is not Phase.SPEAKING or number != self._number:
            return ()
        after = After.TRANSFER if self._staffed() else After.HANG_UP
        if self._voiceless or self._after is After.TRANSFER:
            return self._end(e.Transfer() if after is After.TRANSFER else e.HangUp())
        self._voiceless = True
        sorry = self._say(fixed(phrase("voice.no_voice", hotline=self._hotline)), after, firm=True)
        return (e.Ask(HUMAN), sorry) if self._asked else (sorry,)

    def _end(self, how: e.Command) -> Commands:
        self._phase = Phase.ENDED
        return (how,)


def _usual_answers() -> set[str]:
    keys = ("yes_no", "have_or_not", "unknown")
    return {line for key in keys for line in phrase(f"interview.{key}").splitlines()}
