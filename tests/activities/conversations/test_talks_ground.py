"""The ground that tests of conversations stand on."""

from __future__ import annotations

import pytest

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.enums import ConversationState

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ConversationState.values)
def test_conversation_of_each_state_has_numbered_seeds_and_voices(state: str) -> None:
    house = make_house()
    conversation = talks.make_conversation(house, state=state)
    made = talks.voices(conversation, 3)
    with house.at_work():
        numbers = list(conversation.statements.order_by("number").values_list("number", flat=True))
    assert (talks.now(conversation).state, numbers) == (state, [1, 2, 3, 4, 5])
    assert [len(voice.ballot) for voice in made] == [5, 5, 5]
