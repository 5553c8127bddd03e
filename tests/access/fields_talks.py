"""What may stand on a page of online conversations that opens: no results too early, nobody's vote, nobody's name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.urls import reverse

from tests.access.expectations import LINES
from tests.access.world import Answer, touched
from tongxin.activities.conversations.models import Conversation, Statement, Voice
from tongxin.foundation.accounts import open_forms
from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.access.world import Browser

OFFICE = {"staff", "leader", "auditor"}
_OURS = ("conversations:", "talks:", "journeys:statements", "journeys:propose_statement")
# The device of somebody of the public, as its cookie has it.
_DEVICE = "0123456789abcdef" * 2
_EVERYTHING = ",".join(f"{number}:1" for number in range(1, 6))
_TOO_FEW = ",".join(f"{number}:1" for number in range(1, 5))
# What the page of a map has and the page before it has not.
_RESULTS = re.compile(r"人表态|群体A|<svg[^>]*class=\"[^\"]*map|赞成\d|\d+%|download")
# Written into the world for one look.
_AUTHOR = "种子作者名"
_BACKGROUND = "背景里的话还没有公开"
_WAITS = "校门口应当装测速探头。"
# Where a vote may be written: the voice, and that the map has to be counted again.
_OF_A_VOTE = {"conversations_voice", "conversations_opinionmap", "django_tasks_database_dbtaskresult"}


def _undone(browser: Browser) -> Any:
    """Work in the committee; nothing stays."""
    return tenancy.scope(browser.world.committee_ids)


def _url(browser: Browser, name: str, key: str = "open") -> str:
    ids = browser.world.a.ids
    if name.startswith("talks:"):
        return reverse(name, args=["620881", ids[f"talk.{key}.number"]])
    return reverse(name, args=[ids[f"talk.{key}"]])


def _doors(browser: Browser) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Both doors of the conversation that is open: who, the prefix of its pages, the cookie."""
    yield "anonymous", "talks", {"talk": _DEVICE}
    yield "proposer", "conversations", {}


def results_wait_for_the_own_answers(browser: Browser) -> list[str]:
    """Before all five are answered the map says nothing of results, at either door; then it does."""
    wrong = []
    for who, room, cookies in _doors(browser):
        with transaction.atomic():
            url, answers = _url(browser, f"{room}:map"), _url(browser, f"{room}:answers")
            before = [browser.ask(who, "GET", url, cookies=cookies)]
            browser.ask(who, "POST", answers, {"answers": _TOO_FEW}, cookies=cookies)
            before.append(browser.ask(who, "GET", url, cookies=cookies))
            browser.ask(who, "POST", answers, {"answers": _EVERYTHING}, cookies=cookies)
            after = browser.ask(who, "GET", url, cookies=cookies)
            transaction.set_rollback(True)
        wrong += [
            f"{room}:map tells {who} results too early"
            for answer in before
            if answer.status != 200 or "就能看结果" not in answer.text or _RESULTS.search(_main(answer))
        ]
        if "24人表态" not in after.text or not _RESULTS.search(_main(after)):
            wrong.append(f"{room}:map tells {who} nothing after all answers")
    return wrong


def voting_pages_tell_no_results(browser: Browser) -> list[str]:
    """Whoever votes sees statements, not how others stand."""
    wrong = []
    for who, room, cookies in _doors(browser):
        page = browser.ask(who, "GET", _url(browser, f"{room}:vote"), cookies=cookies)
        found = re.search(r"\d+人|\d+%|群体", _main(page))
        wrong += [f"{room}:vote tells {who} {found[0]}"] if found else []
    return wrong


def _main(answer: Answer) -> str:
    """The page without the frame around it."""
    return answer.text.partition("<main")[2].partition("</main>")[0]


def _pages(browser: Browser, people: Iterable[str]) -> Iterator[tuple[str, str, Answer]]:
    """Open every page of the rooms as these people; also the home page and the search."""
    urls: dict[str, dict[str, Any]] = {}
    for name, line in LINES.items():
        if name.startswith(_OURS) and "GET" in line.methods:
            for target in line.targets:
                urls[reverse(name, kwargs=target.args(browser.world.a))] = target.data(browser.world.a)
    urls |= {
        "/": {},
        "/search/?q=对话": {},
        "/search/?q=校门口": {},
        "/matters/": {},
        "/p/620881/": {},
        "/p/620881/talks/": {},
        _url(browser, "talks:vote", "closed"): {},
    }
    for who in people:
        for url, data in urls.items():
            with transaction.atomic():
                answer = browser.ask(who, "GET", url, data)
                transaction.set_rollback(True)
            if answer.status == 200:
                yield who, url, answer


_PUBLIC_AND_MEMBERS = ("anonymous", "proposer", "cosigner_1", "outsider", "clerk_a", "tenant_admin")


def what_waits_is_read_at_the_desk_alone(browser: Browser) -> list[str]:
    """A statement that nobody decided about, and the names of who put one, are nowhere but in the office."""
    with transaction.atomic():
        with _undone(browser):
            statement = Statement.objects.get(pk=browser.world.a.ids["statement.open"])
            statement.by_name = _AUTHOR
            statement.save()
        wrong = [
            f"{url} shows {who} {words}"
            for who, url, answer in _pages(browser, _PUBLIC_AND_MEMBERS)
            for words in (_WAITS, _AUTHOR)
            if words in answer.text
        ]
        desk = _url(browser, "conversations:desk")
        seen = [browser.ask(who, "GET", desk).text for who in sorted(OFFICE)]
        seen_published = browser.ask("staff", "GET", f"{desk}?tab=published").text
        transaction.set_rollback(True)
    # Else there was nothing to find.
    wrong += [] if all(_WAITS in page for page in seen) else ["the desk does not show what waits"]
    return wrong + ([] if _AUTHOR in seen_published else ["the desk names nobody"])


def drafts_say_nothing(browser: Browser) -> list[str]:
    """Title and background of what is drawn up or was stopped are the office's."""
    ids, hidden = browser.world.a.ids, ("draft", "listing", "cancelled")
    with transaction.atomic():
        with _undone(browser):
            rows = Conversation.objects.filter(pk__in=[ids[f"talk.{key}"] for key in hidden])
            assert rows.update(background=_BACKGROUND) == len(hidden)
        words = (_BACKGROUND, *(f"对话{key}" for key in hidden))
        wrong = [
            f"{url} shows {who} {word}"
            for who, url, answer in _pages(browser, _PUBLIC_AND_MEMBERS)
            for word in words
            if word in _main(answer)
        ]
        listed = browser.ask("staff", "GET", "/talks/").text
        transaction.set_rollback(True)
    return wrong + ([] if "对话draft" in listed else ["staff do not find the draft"])


def lists_hold_what_one_may_take_part_in(browser: Browser) -> list[str]:
    """A conversation on a list stands in no list of those who are not on it; among members', not in the public's."""
    may = {
        "对话list": OFFICE | {"cosigner_1"},
        "对话members": OFFICE | {"proposer", "cosigner_1", "outsider"},
    }
    return [
        f"{url}: {who} and {title}"
        for url in ("/talks/", "/talks/?tab=all", "/p/620881/talks/", "/p/620881/", "/search/?q=对话")
        for who in ("anonymous", "proposer", "cosigner_1", "outsider", "staff", "leader", "clerk_a")
        for title, people in may.items()
        if title in _main(browser.ask(who, "GET", url)) and who not in people
    ] + [
        f"{who} does not find {title}"
        for title, people in may.items()
        for who in sorted(people)
        if title not in browser.ask(who, "GET", "/talks/").text
    ]


def nobody_sees_a_voice(browser: Browser) -> list[str]:
    """No page of anybody holds the key of a voice, nor the name of a member who voted; also not in the office."""
    name = browser.world.a.house.members["outsider"].name
    with transaction.atomic():
        browser.ask("outsider", "POST", _url(browser, "conversations:answers"), {"answers": _EVERYTHING})
        with _undone(browser):
            voices = Voice.objects.values_list("pk", "key_index")
            keys = {str(key) for pair in voices for key in pair if key}
        wrong = []
        for who, url, answer in _pages(browser, ("staff", "leader", "auditor", "proposer", "anonymous")):
            text = _main(answer) if "<main" in answer.text else answer.text
            wrong += [f"{url} shows {who} a voice" for key in keys if key in text]
            # Where people are chosen their names stand.
            wrong += [f"{url} names to {who} one who voted"] if _names(text, name, url) else []
        transaction.set_rollback(True)
    return wrong + ([] if len(keys) > 40 else ["there is no voice"])


def _names(text: str, name: str, url: str) -> bool:
    return name in text and ("/talks/" in url) and not url.endswith("/people/")


def votes_leave_no_trace_of_who(browser: Browser) -> list[str]:
    """A vote and a statement of a member write nothing that holds the member, and to no table that tells an hour."""
    house, wrong = browser.world.a.house, []
    user, member = house.users["outsider"], house.members["outsider"]
    marks = "|".join((str(user.pk), str(member.pk), browser.world.sessions["outsider"], user.name))
    with transaction.atomic():
        known = touched()
        browser.ask("outsider", "POST", _url(browser, "conversations:answers"), {"answers": _TOO_FEW})
        written = {table for table, n in touched().items() if n != known.get(table)}
        wrong += [f"a vote writes to {table}" for table in sorted(written - _OF_A_VOTE)]
        wrong += [] if "conversations_voice" in written else ["there was no vote"]
        say(browser, "outsider", "conversations", "路口应当有人值守。")
        later = {table for table, n in touched().items() if n != known.get(table)}
        wrong += [
            f"a statement writes to {t}" for t in sorted(later - _OF_A_VOTE - {"conversations_statement"})
        ]
        with _undone(browser), connection.cursor() as cursor:
            for table in ("conversations_voice", "conversations_statement"):
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', [marks])  # noqa: S608
                wrong += [f"{table} names who voted"] if cursor.fetchone()[0] else []
            wrong += (
                [] if Statement.objects.filter(text="路口应当有人值守。").exists() else ["nothing was said"]
            )
        transaction.set_rollback(True)
    return wrong


def say(browser: Browser, who: str, room: str, text: str, **more: Any) -> Answer:
    """Put a statement as a person would, who needs a while to write it."""
    sent = {"text": text, "nonce": more.pop("nonce", ""), "stamp": open_forms.new_stamp(), "different": "1"}
    with clock.at(clock.now() + timedelta(seconds=open_forms.LEAST_SECONDS + 1)):
        return browser.ask(who, "POST", _url(browser, f"{room}:say"), sent, **more)


def desk_takes_only_its_own(browser: Browser) -> list[str]:
    """A statement of another conversation, ticked on this desk, stays as it is."""
    ids, desk = browser.world.a.ids, "conversations:{}"
    wrong = []
    with transaction.atomic():
        with _undone(browser):
            other = Statement.objects.get(pk=ids["statement.pending"])
            foreign = Conversation.objects.get(pk=ids["talk.members"])
            moved = Statement.objects.create(
                committee_id=other.committee_id,
                conversation=foreign,
                text="别处的看法",
                said_at=other.said_at,
            )
        for verb, sent in (
            ("publish", {"statements": [str(moved.pk)]}),
            ("publish", {"one": str(moved.pk)}),
            ("reject", {"quick": f"{moved.pk} unclear"}),
            ("merge", {"into": str(ids["statement.open"])}),
        ):
            url = _url(browser, "conversations:desk") + (f"{moved.pk}/" if verb == "merge" else "")
            browser.ask("staff", "POST", f"{url}{verb}/", sent)
            with _undone(browser):
                moved.refresh_from_db()
            wrong += [f"{desk.format(verb)} reaches another conversation"] if moved.state != "pending" else []
        transaction.set_rollback(True)
    return wrong


def own_statements_are_shown_to_their_author_alone(browser: Browser) -> list[str]:
    """What one device said and what became of it stands on no other device's page."""
    text = "只有提的人看得到这一句。"
    with transaction.atomic():
        say(browser, "anonymous", "talks", text, cookies={"talk": _DEVICE})
        url = _url(browser, "talks:vote")
        mine = browser.ask("anonymous", "GET", url, cookies={"talk": _DEVICE}).text
        others = browser.ask("anonymous", "GET", url, cookies={"talk": _DEVICE[::-1]}).text
        member = browser.ask("proposer", "GET", _url(browser, "conversations:vote")).text
        transaction.set_rollback(True)
    wrong = [] if text in mine else ["the author does not find the statement"]
    return wrong + [
        f"shown to {who}" for who, page in (("others", others), ("members", member)) if text in page
    ]


def what_arrives_twice_counts_once(browser: Browser) -> list[str]:
    """Answers and statements have no key of a form: a device and its counter, and a nonce, do that work."""
    wrong = []
    for who, room, cookies in _doors(browser):
        with transaction.atomic():
            with _undone(browser):
                before = (Voice.objects.count(), Statement.objects.count())
            batch = {"answers": _TOO_FEW, "device": "00ff00ff00ff00ff", "counter": "2"}
            older = {"answers": "1:-1", "device": "00ff00ff00ff00ff", "counter": "1"}
            for sent in (batch, batch, older):
                browser.ask(who, "POST", _url(browser, f"{room}:answers"), sent, cookies=cookies)
            nonce = "5f0c7a52-7f4e-4f0e-9d0a-0c1d2e3f4a5b"
            for _time in range(2):
                say(browser, who, room, "两次到达的是一条。", nonce=nonce, cookies=cookies)
            with _undone(browser):
                after = (Voice.objects.count(), Statement.objects.count())
                kept = Voice.objects.filter(heard={"00ff00ff00ff00ff": 2}).values_list("ballot", flat=True)
                ballots = list(kept)
            transaction.set_rollback(True)
        if (after[0] - before[0], after[1] - before[1], ballots) != (1, 1, ["++++"]):
            wrong.append(f"{room}: {before} became {after}, {ballots}")
    return wrong


LOOKS = [
    results_wait_for_the_own_answers,
    voting_pages_tell_no_results,
    what_waits_is_read_at_the_desk_alone,
    drafts_say_nothing,
    lists_hold_what_one_may_take_part_in,
    nobody_sees_a_voice,
    votes_leave_no_trace_of_who,
    desk_takes_only_its_own,
    own_statements_are_shown_to_their_author_alone,
    what_arrives_twice_counts_once,
]
