"""Passwords cost enough, and not more; many at once wait their turn."""

from __future__ import annotations

import threading
import time

import pytest

from tongxin.foundation.accounts import hashers
from tongxin.foundation.accounts.hashers import AT_ONCE, TooBusy, TunedArgon2Hasher, turn


def test_hash_takes_at_most_150_milliseconds() -> None:
    hasher = TunedArgon2Hasher()
    spent = []
    for _n in range(5):
        # The time this process worked, not what others on the machine did meanwhile.
        start = time.process_time()
        hasher.encode("蓝色的小船 42", "s" * 16)
        spent.append(time.process_time() - start)
    assert 0.02 <= min(spent) <= 0.15


def test_hash_is_argon2id_and_fits_only_its_password() -> None:
    hasher = TunedArgon2Hasher()
    encoded = hasher.encode("right", "s" * 16)
    assert encoded.startswith("argon2$argon2id$v=19$m=32768,t=2,p=1$")
    assert [hasher.verify(p, encoded) for p in ("right", "wrong")] == [True, False]


def test_hashes_of_eight_at_once_never_run_more_than_two(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with turn():
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.01)
            with lock:
                running -= 1

    threads = [threading.Thread(target=work) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == AT_ONCE


def test_hash_that_waits_too_long_says_so_and_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "_LONGEST_WAIT_SECONDS", 0.01)
    with turn(), turn(), pytest.raises(TooBusy, match="请过半分钟再试"):
        TunedArgon2Hasher().verify("x", "")
    with turn():
        pass
