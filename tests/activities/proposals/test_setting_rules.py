"""The page of a committee's rules: every rule in a section, within what an office can mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.forms.setting import SECTIONS, RulesForm
from tongxin.activities.proposals.models import ProposalRules
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

URL = "proposals:settings"


@pytest.fixture
def house() -> House:
    return factories.make_house()


def filled(**changed: Any) -> dict[str, Any]:
    """What the form sends of the installed rules, with some changed; an unticked box sends nothing."""
    rules = ProposalRules()
    values = {name: getattr(rules, name) for name in RulesForm.base_fields} | changed
    return {name: value for name, value in values.items() if value is not False and value is not None}


def test_every_rule_stands_in_one_section() -> None:
    assert sorted(name for _heading, names in SECTIONS for name in names) == sorted(RulesForm.base_fields)


def test_every_rule_but_the_shares_says_what_it_means() -> None:
    assert [name for name, field in RulesForm.base_fields.items() if not field.help_text] == []


@pytest.mark.django_db
def test_new_rules_are_saved(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    changed = {
        "review_stages": 3,
        "needs_stamp": False,
        "merged_counting": "apart",
        "key_share_percent": "4.5",
    }
    answer = client.post(reverse(URL), {"once": str(new_key()), **filled(**changed)})
    assert answer.status_code == 302
    with house.at_work():
        rules = ProposalRules.objects.get(committee=house.committee)
    assert (rules.review_stages, rules.needs_stamp, rules.merged_counting) == (3, False, "apart")
    assert str(rules.key_share_percent) == "4.5"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "at", "sentence"),
    [
        ("review_stages", 4, "review_stages", "4"),
        ("decline_days", 0, "decline_days", "请填1到250之间的数。"),
        ("reply_months_most", 40, "reply_months_most", "请填1到36之间的数。"),
        ("outstanding_share_percent", 101, "outstanding_share_percent", "请填0到100之间的数。"),
        ("text_min_characters", 2600, "text_max_characters", "最少字数不能比最多字数多。"),
        ("reply_months", 7, "reply_months_most", "最长答复期限不能比答复期限短。"),
    ],
)
def test_what_no_office_can_mean_is_said_at_its_field(  # noqa: PLR0917 (rows of a table)
    client: Client, house: House, name: str, value: object, at: str, sentence: str
) -> None:
    client.force_login(house.users["tenant_admin"])
    answer = client.post(reverse(URL), {"once": str(new_key()), **filled(**{name: value})})
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors[at]
    assert sentence in error
