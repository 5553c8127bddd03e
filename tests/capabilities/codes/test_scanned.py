"""A token leads to its place, or to nothing, and nothing tells why."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests import factories, village
from tests.capabilities.codes.test_actions import new_event
from tongxin.capabilities.codes.actions import issue_code, revoke_code, suspend_code
from tongxin.capabilities.codes.addresses import code_url, short_address
from tongxin.capabilities.codes.models import ALPHABET, TOKEN_LENGTH, AccessCode, ScanCount, new_token
from tongxin.capabilities.codes.selectors import find_active
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import SettingsWrapper

    from tests.village import Village


def test_tokens_are_opaque() -> None:
    tokens = [new_token() for _n in range(10_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}
    assert set("".join(tokens)) == set(ALPHABET)
    assert set("il1o0") & set(ALPHABET) == set()
    # In no order: about half of the neighbours rise. Five standard deviations on either side.
    rising = sum(a < b for a, b in pairwise(tokens))
    assert abs(rising - 5000) < 5 * math.sqrt(10_000 / 12)
    # No sign at any place is more frequent than chance: 10,000 / 31 = 323.
    for column in zip(*tokens, strict=True):
        assert max(Counter(column).values()) < 430


def test_token_in_force_leads_to_its_place(place: Village, as_public: Any) -> None:
    with as_public():
        found = find_active(place.house.committee.pk, place.codes["room"].token)
    assert found is not None
    assert found.node is not None
    assert (found.pk, found.node.name) == (place.codes["room"].pk, "寺沟村协商议事室")


def test_token_of_no_code_in_force_is_nothing_after_one_query(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    house, other = factories.two_houses()
    here, there = village.make_village(house), village.make_village(other)
    staff = house.actor("staff")
    with house.at_work():
        suspend_code(actor=staff, code=here.codes["room"], reason="装修")
        revoke_code(actor=staff, code=here.codes["station"], reason="不用了")
    tokens = [
        here.codes["room"].token,
        here.codes["station"].token,
        there.codes["room"].token,
        "2345",
        "x" * 5000,
        "不是码",
        "a\x00b",
        "",
    ]
    # Committees in whose page somebody types the token of another are asked too.
    with house.at_work(other):
        for token in tokens:
            with django_assert_num_queries(1):
                assert find_active(house.committee.pk, token) is None
        assert find_active(other.committee.pk, there.codes["room"].token) is not None


def test_place_that_is_gone_is_not_found(place: Village, as_public: Any) -> None:
    with place.house.at_work():
        place.room.ended_on = clock.today()
        place.room.save(update_fields=["ended_on"])
        assert find_active(place.house.committee.pk, place.codes["room"].token) is None
    with as_public():
        assert find_active(place.house.committee.pk, place.codes["room"].token) is None


def test_event_is_found_by_the_public_only_when_it_is_announced(place: Village, as_public: Any) -> None:
    event = new_event(place)
    with place.house.at_work():
        code = issue_code(actor=place.house.actor("staff"), matter=event)
        assert find_active(place.house.committee.pk, code.token) == code
    with as_public():
        assert find_active(place.house.committee.pk, code.token) is None
    with place.house.at_work():
        event.visibility = Visibility.PUBLIC
        event.save(update_fields=["visibility"])
    with as_public():
        found = find_active(place.house.committee.pk, code.token)
        assert found is not None
        assert found.matter == event


def test_public_sees_codes_in_force_only_and_no_counts(place: Village, as_public: Any) -> None:
    staff = place.house.actor("staff")
    with place.house.at_work():
        revoke_code(actor=staff, code=place.codes["station"], reason="不用了")
        ScanCount.objects.create(
            committee=place.house.committee, code=place.codes["room"], on=clock.today(), count=3
        )
    with as_public():
        assert list(AccessCode.objects.values_list("pk", flat=True)) == [place.codes["room"].pk]
        assert ScanCount.objects.count() == 0


@pytest.mark.parametrize(
    ("set_to", "begins"),
    [
        ({"SITE_URL": "https://zx.example.cn"}, "https://zx.example.cn"),
        ({"CSRF_TRUSTED_ORIGINS": ["https://o.example.cn"]}, "https://o.example.cn"),
        ({"ALLOWED_HOSTS": ["localhost", ".example.cn", "h.example.cn"]}, "http://h.example.cn"),
        ({"ALLOWED_HOSTS": ["h.example.cn"], "TLS": True}, "https://h.example.cn"),
        ({}, "http://127.0.0.1:8000"),
        ({"SITE_URL": "https://a.cn", "CSRF_TRUSTED_ORIGINS": ["https://b.cn"]}, "https://a.cn"),
    ],
)
def test_address_of_a_code_follows_the_settings(
    place: Village,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
    set_to: dict[str, Any],
    begins: str,
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    settings.SITE_URL, settings.CSRF_TRUSTED_ORIGINS, settings.TLS = "", [], False
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    for name, value in set_to.items():
        setattr(settings, name, value)
    code = place.codes["room"]
    path = f"/p/620881/c/{code.token}"
    assert code_url(code) == f"{begins}{path}/"
    assert short_address(code) == begins.partition("://")[2] + path
