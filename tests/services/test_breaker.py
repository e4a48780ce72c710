"""The breaker's three states, by a clock of the test."""

from __future__ import annotations

import pytest

from services.breaker import Breaker


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_breaker(clock: Clock) -> Breaker:
    breaker = Breaker(failures=5, rest_s=10, clock=clock)
    for _ in range(5):
        assert breaker.may_try()
        breaker.failed()
    return breaker


def test_it_opens_after_five_failures_in_a_row(open_breaker: Breaker) -> None:
    assert not open_breaker.may_try()


def test_a_success_starts_the_count_anew() -> None:
    breaker = Breaker(failures=2)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.may_try()


def test_after_the_rest_one_caller_tries(open_breaker: Breaker, clock: Clock) -> None:
    clock.now = 9.9
    assert not open_breaker.may_try()
    clock.now = 10.1
    assert [open_breaker.may_try() for _ in range(3)] == [True, False, False]


def test_a_good_trial_closes_it(open_breaker: Breaker, clock: Clock) -> None:
    clock.now = 11
    assert open_breaker.may_try()
    open_breaker.succeeded()
    assert all(open_breaker.may_try() for _ in range(3))


def test_a_bad_trial_opens_it_for_another_rest(open_breaker: Breaker, clock: Clock) -> None:
    clock.now = 11
    assert open_breaker.may_try()
    open_breaker.failed()
    clock.now = 20
    assert not open_breaker.may_try()
    clock.now = 21.1
    assert open_breaker.may_try()


def test_a_trial_that_was_cancelled_does_not_block_for_ever(open_breaker: Breaker, clock: Clock) -> None:
    clock.now = 11
    assert open_breaker.may_try()
    clock.now = 22
    assert open_breaker.may_try()
