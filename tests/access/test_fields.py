"""Who may open a page does not therefore see all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.access import fields, fields_numbers, fields_talks, fields_village

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Browser


@pytest.mark.parametrize(
    "look",
    [
        fields.lists_show_only_what_may_be_seen,
        fields.unknown_names_are_ignored,
        fields.pages_show_no_unsent_words,
        fields.readers_of_unsent_words_do_see_them,
        fields.phones_are_masked,
        fields.public_site_names_no_staff,
        fields.accounts_that_ended_are_out,
        *fields_village.LOOKS,
        *fields_numbers.LOOKS,
        *fields_talks.LOOKS,
    ],
    ids=lambda look: look.__name__,
)
def test_pages_keep_to_themselves(
    browser: Browser, look: Callable[[Browser], list[str]], record_property: Any
) -> None:
    wrong = look(browser)
    record_property("probes", browser.asked)
    assert wrong == []
