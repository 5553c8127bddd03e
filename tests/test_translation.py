"""The interface speaks English throughout, and the record stays Chinese whoever acts."""

from __future__ import annotations

import ast
import gettext
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import CharField, JSONField, TextField
from django.utils import translation
from django.utils.translation.template import templatize

from tests import factories
from tests.browser.pages import main_pages
from tongxin.activities.proposals.models import Proposal
from tongxin.capabilities.deadlines.calendars import shipped_calendar
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale" / "en" / "LC_MESSAGES"
CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)\{\w+(?::[^}]*)?\}|<[^>]+>")
GETTEXT = {"_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"}
NGETTEXT = {"ngettext", "ngettext_lazy"}
PGETTEXT = {"pgettext", "pgettext_lazy"}

# Chinese that stays in the English texts: examples of what is written in Chinese, the issuer that
# authenticator apps show, and what rosters contain.
KEPT_IN_ENGLISH = re.compile(
    r"(?:e\.g\.|such as) [\w〔〕]+"
    # What people type into tables, with its meaning in brackets, and how it is separated.
    "|[\u4e00-\u9fff]+ \\([A-Za-z -]+\\)|'(?:十三|第十三届|并案|王芳（0012）)'"
    "|'东华镇委员工作站/寺沟村协商议事会'|'岷县岷阳镇'|\\{地名\\}|，村党支部书记| 李主任|, 寺沟村村民委员会"
    "|'姓名（工作单位）'|'饮水管网修通（县水务局，2021年9月30日）'"
    "|e\\.g\\.\n(?:李有田 饮水户代表\n东华供水站|张桂兰 寺沟村三社|陈工 县水务局高级工程师|祁站长 委员工作站)"
    "|, 交通运输局张局长, 提案委员会李主任"
    # Signs and words of reports, which are Chinese, and how numbers are hedged in them.
    "|〔T26-0001〕|，周敏|(?:余|多)(?= or 多|, enter| before)|\\(万\\)|\\(一, 二, 三\\)|'无党派'"
    "|余, 多, 左右, 以上, 超, 逾, 约, 近|2021年; 政协华亭市委员会; 全市| 多, enter"
    "|同心|2021年3月(?:5日)?|二, 第二届|、|，employer|张三|经济界|提案委员会、经济委员会|某某公司总经理"
)
# On pages also the roster's column headers, the word searched for, and a subject that is cut short.
KEPT_ON_PAGES = re.compile(
    KEPT_IN_ENGLISH.pattern
    # How a number may be printed in a Chinese text, and the words that stand for spans in addresses.
    + r"|(?:余|多|左右|以上|超|逾|约|近)(?=\.\d)|(?<=\d)[余多]|[约近超逾](?=\d)"
    + "|(?<=item)(?:左右|以上)|(?<=%)(?:左右|以上)"
    + "|(?m:^[ \t]*(?:本届|五年|去年|今年)[ \t]*$)"
    + "|(?i:in any order): [^.]+|流水号, [^.]+|（0012）|撤案 \\(1\\)|没有的词|关于[^ ]+…|关于[^ ]+的提案"
)

# What a field gives as an example; names of the records may stand in it.
EXAMPLES = re.compile(r"e\.g\.[ \n][^.\n]*(?:\n[\u4e00-\u9fff][^\n]*)?")

# Modules whose sentences are stored: plain Chinese there is the record's.
RECORD = (
    "tongxin/activities/proposals/actions/",
    "tongxin/activities/proposals/news.py",
    "tongxin/activities/proposals/reminding.py",
    "tongxin/activities/proposals/runners.py",
    "tongxin/activities/grassroots/actions/",
    "tongxin/activities/topics/actions/",
    "tongxin/activities/topics/news.py",
    "tongxin/activities/topics/nightly.py",
    "tongxin/activities/conversations/actions/",
    "tongxin/activities/conversations/nightly.py",
    "tongxin/activities/grassroots/problem_nights.py",
    "tongxin/activities/grassroots/problem_receivers.py",
    "tongxin/followers/journeys/actions/",
    "tongxin/capabilities/codes/actions.py",
    "tongxin/capabilities/jobs/runners.py",
    "tongxin/readers/rollup/actions/",
)
# Python with Chinese that no translation is asked for, and why.
NOT_TRANSLATED = {
    "tongxin/consensus/": "speaks both languages itself, without Django",
    "tongxin/activities/conversations/open_data.py": "open data go out in Chinese",
    "tongxin/activities/conversations/reasons.py": "what a decision says is recorded",
    "tongxin/followers/journeys/evidence.py": "what goes into proposals and topics is recorded",
    "config/cli.py": "speaks both languages itself, before Django is there",
    "config/settings.py": "languages by their own names",
    "tongxin/demo/": "people, places and texts of the demo",
    "tongxin/scenario/": "people and texts of made records, and the words in which a file states numbers",
    "tongxin/readers/workreports/marks.py": "signs and words of a Chinese text",
    "tongxin/readers/workreports/typed.py": "signs and words of a Chinese text",
    "tongxin/readers/workreports/checking.py": "signs and words of a Chinese text",
    "tongxin/readers/workreports/sentences.py": "signs and words of a Chinese text",
    "tongxin/readers/workreports/drafting.py": "reports are written in Chinese",
    "tongxin/readers/workreports/numbers.py": "reports are written in Chinese",
    "tongxin/readers/workreports/templates.py": "reports are written in Chinese",
    "tongxin/readers/workreports/papers/": "reports go out in Chinese",
    "tongxin/foundation/core/wording.py": "how numbers are hedged in Chinese texts",
    "tongxin/foundation/organization/sector_words.py": "names of sectors, which are records",
    "tongxin/activities/proposals/setup.py": "rows that every committee begins with are records",
    "tongxin/activities/grassroots/setup.py": "rows that every committee begins with are records",
    "tongxin/activities/topics/setup.py": "rows that every committee begins with are records",
    "tongxin/activities/grassroots/documents/": "sheets go out in Chinese",
    "tongxin/activities/grassroots/papers/": "lists and registers go out in Chinese",
    "tongxin/activities/grassroots/exchange/": "what people write into tables, and records made of it",
    "tongxin/activities/topics/exchange.py": "what people write into tables, and records made of it",
    "tongxin/activities/proposals/documents/": "letters and sheets go out in Chinese",
    "tongxin/activities/proposals/exchange/": "what people write into tables, and records made of it",
    "tongxin/activities/proposals/handover/": "what people write into lists, and what became of them",
    "tongxin/activities/proposals/differences.py": "where Chinese sentences end",
    "tongxin/activities/proposals/forms/desk.py": "what people type",
    "tongxin/foundation/audit/export.py": "what a spreadsheet would take for a formula",
    "tongxin/foundation/core/official/": "documents in the layout of a Chinese standard",
    "tongxin/foundation/core/sheets.py": "what people write into tables",
    "tongxin/foundation/core/templatetags/ui.py": "where a Chinese line may break, and Chinese dates",
    "tongxin/foundation/organization/roster.py": "what people write into rosters",
    "tongxin/foundation/organization/setup.py": "names of committees are records",
}
# Single strings of other modules.
KEPT_STRINGS = {
    ("tongxin/activities/proposals/selectors/lists.py", "提案"): "cut off a label, in either language",
    ("tongxin/activities/proposals/quality.py", "*"): "words and signs of a Chinese text",
    ("tongxin/activities/proposals/selectors/documents.py", "*"): "names of files that go out in Chinese",
    ("tongxin/activities/proposals/selectors/similar.py", "*"): "signs of a Chinese text",
    ("tongxin/activities/proposals/views/exchange.py", "*"): "titles of jobs, names of files",
    ("tongxin/activities/proposals/views/meetings.py", "*"): "titles of jobs, names of files",
    ("tongxin/activities/grassroots/allocation.py", "*"): "amounts in capitals, for Chinese papers",
    (
        "tongxin/activities/grassroots/forms/appraisal.py",
        "年委员工作站考核办法",
    ): "how a scheme is usually called",
    (
        "tongxin/activities/grassroots/forms/nodes.py",
        "*",
    ): "how nodes are usually called, with the place's name",
    ("tongxin/activities/grassroots/forms/people.py", "[，,\\t]"): "what people put between name and more",
    ("tongxin/activities/grassroots/forms/session.py", "*"): "what people put between names",
    ("tongxin/activities/grassroots/forms/session_people.py", "*"): "what people put between names",
    ("tongxin/activities/grassroots/problem_files.py", "*"): "a sentence of a notice",
    ("tongxin/activities/grassroots/selectors/people.py", "*"): "columns and names of a Chinese workbook",
    ("tongxin/activities/grassroots/selectors/places.py", "*"): "how names of places end",
    (
        "tongxin/activities/grassroots/selectors/session_people.py",
        "*",
    ): "an invitation that goes out in Chinese",
    ("tongxin/activities/grassroots/views/appraisal.py", "分配表"): "names of files",
    ("tongxin/activities/grassroots/views/importing_nodes.py", "*"): "rows of the template, names of files",
    ("tongxin/activities/grassroots/views/nodes.py", "*"): "how nodes are usually called, names of files",
    ("tongxin/activities/grassroots/views/problems.py", "问题台账"): "name of a file",
    ("tongxin/activities/grassroots/views/reports.py", "年述职报告"): "name of a file",
    ("tongxin/activities/grassroots/views/sessions_ledger.py", "*"): "titles of jobs, names of files",
    ("tongxin/foundation/accounts/flood.py", "、"): "what the words of numbers are divided by",
    ("tongxin/foundation/accounts/flood.py", "。. "): "what people type after a number",
    ("tongxin/activities/topics/forms/deciding.py", "。"): "the end of a recorded sentence",
    ("tongxin/activities/topics/runners.py", "*"): "what a job says is recorded",
    ("tongxin/activities/topics/views/exchange.py", "*"): "titles of jobs, names of files",
    ("tongxin/activities/topics/views/lists.py", "议题"): "name of a file",
    ("tongxin/capabilities/codes/posters.py", "*"): "posters hang in Chinese villages",
    ("tongxin/capabilities/codes/runners.py", "*"): "what a job says is recorded, names of files",
    ("tongxin/capabilities/codes/views.py", "*"): "titles of jobs",
    ("tongxin/followers/journeys/selectors/public_rows.py", "*"): "how names of offices end",
    ("tongxin/activities/conversations/forms/keeping.py", "*"): "what people put between names",
    ("tongxin/followers/journeys/views/conversing.py", "*"): "how a sentence ends that becomes a title",
    ("tongxin/followers/journeys/telling/problem.py", "*"): "where recorded sentences end",
    ("tongxin/followers/journeys/telling/topic.py", "。"): "where recorded sentences end",
    ("tongxin/capabilities/deadlines/workdays.py", "（"): "a document is cited as it is",
    ("tongxin/capabilities/deadlines/workdays.py", "）"): "a document is cited as it is",
    ("tongxin/capabilities/deadlines/actions.py", "*"): "sentences of the timeline",
    ("tongxin/capabilities/files/actions.py", "删除了文件「"): "a sentence of the timeline",
    ("tongxin/capabilities/files/actions.py", "」"): "a sentence of the timeline",
    ("tongxin/capabilities/files/content.py", "附件"): "name of a file that came without one",
    ("tongxin/foundation/accounts/factors.py", "*"): "the issuer's name in authenticator apps",
    ("tongxin/foundation/organization/forms.py", "，"): "between the parts of a line that people write",
    ("tongxin/foundation/organization/models.py", "零一二三四五六七八九"): "numerals",
    ("tongxin/foundation/organization/models.py", "十"): "numerals",
    (
        "tongxin/foundation/organization/roster_actions.py",
        "委员名册：",
    ): "names the ground of a stored change",
    ("tongxin/foundation/organization/views/roster.py", "*"): "rows of the roster's template",
    ("tongxin/activities/proposals/figures/counts.py", "无党派"): "what names of bodies contain",
    ("tongxin/foundation/core/periods.py", "今年"): "what people type for a span",
    ("tongxin/foundation/core/periods.py", "去年"): "what people type for a span",
    ("tongxin/foundation/core/periods.py", "五年"): "what people type for a span",
    ("tongxin/foundation/core/periods.py", "近五年"): "what people type for a span",
    ("tongxin/foundation/organization/forms_staff.py", "[,，\\t]"): "what people put between post and name",
    ("tongxin/readers/rollup/tables.py", "*"): "columns and names of a Chinese workbook",
    ("tongxin/readers/statistics/asking.py", "本届"): "what people type for a span",
    ("tongxin/readers/statistics/codes.py", "*"): "signs that people type for others",
    ("tongxin/readers/statistics/dashboards/spans.py", "五年"): "what stands for a span in an address",
    ("tongxin/readers/statistics/models.py", "*"): "where a number is from, in the text of a report",
    ("tongxin/readers/statistics/opening/spans.py", "五年"): "what stands for a span in an address",
    ("tongxin/readers/statistics/tables/asking.py", "*"): "what stands for a span in an address",
    ("tongxin/readers/workreports/actions/settling.py", "*"): "signs of a Chinese text",
    ("tongxin/readers/workreports/actions/writing.py", "*"): "signs of a Chinese text",
    ("tongxin/readers/workreports/forms.py", "工作报告"): "how a report is usually called",
    ("tongxin/readers/workreports/views/writing.py", "*"): "signs of a Chinese text",
}


def read_catalog() -> dict[tuple[str | None, str], tuple[str | None, tuple[str, ...]]]:
    """Return plural and texts of each entry of django.po, by context and msgid."""
    entries: dict[tuple[str | None, str], tuple[str | None, tuple[str, ...]]] = {}
    for block in (LOCALE / "django.po").read_text(encoding="utf-8").split("\n\n"):
        found: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if named := re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line):
                key = named[1]
                found[key] = ast.literal_eval(named[2])
            elif line.startswith('"'):
                found[key] += ast.literal_eval(line)
        if found:
            texts = tuple(text for name, text in found.items() if name.startswith("msgstr"))
            entries[found.get("msgctxt"), found["msgid"]] = (found.get("msgid_plural"), texts)
    return entries


CATALOG = {key: entry for key, entry in read_catalog().items() if key[1]}


def sources(pattern: str) -> Iterator[tuple[str, str]]:
    for room in ("config", "tongxin"):
        for path in sorted((ROOT / room).rglob(pattern)):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def wrapped(node: ast.Call) -> list[tuple[str | None, str]]:
    """Return what a call asks the catalogue for: one entry, or none."""
    texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
    name = called(node)
    if name in GETTEXT | NGETTEXT and texts and isinstance(texts[0], str):
        return [(None, texts[0])]
    if name in PGETTEXT and isinstance(texts[0], str) and isinstance(texts[1], str):
        return [(texts[0], texts[1])]
    return []


def asked_for() -> set[tuple[str | None, str]]:
    """Return every text that code and templates want translated."""
    wanted: set[tuple[str | None, str]] = set()
    for _path, source in sources("*.py"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                wanted.update(wrapped(node))
    for _path, source in sources("*.html"):
        call = r"\b(p?gettext|ngettext|_)\(\s*u?((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|,\s*u?)+)"
        for found in re.finditer(call, templatize(source)):
            texts = [
                ast.literal_eval(t) for t in re.findall(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", found[2])
            ]
            wanted.add((texts[0], texts[1]) if found[1] == "pgettext" else (None, texts[0]))
    return wanted


def test_catalog_holds_exactly_what_is_asked_for() -> None:
    wanted = asked_for()
    assert (sorted(map(str, wanted - CATALOG.keys())), sorted(map(str, CATALOG.keys() - wanted))) == ([], [])


def test_catalog_every_text_is_translated_and_settled() -> None:
    assert [key for key, (_plural, texts) in CATALOG.items() if not all(texts)] == []
    assert re.findall(r"^(?:#~|#.*fuzzy).*", (LOCALE / "django.po").read_text(), re.MULTILINE) == []


def test_catalog_placeholders_and_markup_are_those_of_the_source() -> None:
    assert [
        (msgid, text)
        for (_context, msgid), (_plural, texts) in CATALOG.items()
        for text in texts
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(msgid))
    ] == []


def test_catalog_english_uses_straight_quotes() -> None:
    """Fonts that come first for Chinese set curly ones as wide as a character; " would end an attribute."""
    texts = [re.sub("<[^>]+>", "", text) for _plural, texts in CATALOG.values() for text in texts]
    assert [text for text in texts if re.search('[‘’“”"]', text)] == []


def test_catalog_english_has_no_chinese() -> None:
    assert [
        text
        for _plural, texts in CATALOG.values()
        for text in texts
        if CHINESE.search(KEPT_IN_ENGLISH.sub("", text))
    ] == []


def test_compiled_catalog_is_that_of_the_source() -> None:
    expected: dict[object, str] = {}
    for (context, msgid), (plural, texts) in CATALOG.items():
        key = f"{context}\x04{msgid}" if context else msgid
        if plural is None:
            expected[key] = texts[0]
        else:
            expected.update({(key, n): text for n, text in enumerate(texts)})
    with (LOCALE / "django.mo").open("rb") as file:
        compiled: dict[object, str] = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    compiled.pop("")
    assert compiled == expected, "run `make messages`"


def test_templates_wrap_every_chinese_word() -> None:
    bare = []
    for path, source in sources("*.html"):
        text = re.sub(r"{% comment.*?endcomment %}|{#.*?#}", "", source, flags=re.DOTALL)
        text = re.sub(r"{% blocktrans(late)?\b.*?endblocktrans(late)? %}", "", text, flags=re.DOTALL)
        text = re.sub(r"""{% trans(late)? .*?%}|_\("[^"]*"\)|_\('[^']*'\)""", "", text)
        # The switch to Chinese, and what people type into Chinese texts.
        text = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>[^<]*</\1>', "", text)
        bare += [f"{path}: {line.strip()[:80]}" for line in text.splitlines() if CHINESE.search(line)]
    assert bare == []


def test_python_wraps_every_chinese_word_that_is_shown() -> None:
    bare = []
    for path, source in sources("*.py"):
        if any(path.startswith(kept) for kept in NOT_TRANSLATED):
            continue
        bare += [f"{path}:{line} {text}" for line, text in unwrapped(path, ast.parse(source))]
    assert bare == []


def unwrapped(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield Chinese strings that no gettext call holds; in record modules only those of refusals."""
    held: set[int] = set()
    shown: set[int] = set()
    for node in ast.walk(tree):
        inside = {id(n) for n in ast.walk(node)} if isinstance(node, ast.Call | ast.keyword) else set()
        if isinstance(node, ast.Call) and called(node) in GETTEXT | NGETTEXT | PGETTEXT:
            held |= inside
        elif getattr(node, "arg", "") == "because" or (
            isinstance(node, ast.Call) and called(node) in {"Refused", "PermissionDenied"}
        ):
            shown |= inside
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            held.add(id(node.value))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in held:
            continue
        kept = (path, node.value) in KEPT_STRINGS or (path, "*") in KEPT_STRINGS
        if CHINESE.search(node.value) and (id(node) in shown or not (path.startswith(RECORD) or kept)):
            yield node.lineno, node.value


def test_record_modules_translate_only_what_is_shown() -> None:
    """A sentence that is stored must not pass through gettext: it would be in the actor's language."""
    wrong = []
    for path, source in sources("*.py"):
        if not path.startswith(RECORD):
            continue
        tree = ast.parse(source)
        fine: set[int] = set()
        for node in ast.walk(tree):
            if (
                (isinstance(node, ast.keyword) and node.arg in {"because", "used"})
                or (isinstance(node, ast.Call) and called(node) in {"Refused", "recorded"})
                # What an exception of the room says.
                or isinstance(node, ast.ClassDef)
                # Functions that answer with a reason, and constants that refusals use.
                or (isinstance(node, ast.FunctionDef) and re.match(r"_?(missing_|obstacle_)", node.name))
                or (
                    isinstance(node, ast.Assign)
                    and isinstance(node.targets[0], ast.Name)
                    and node in tree.body
                )
            ):
                fine |= {id(n) for n in ast.walk(node)}
        wrong += [
            f"{path}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and called(node) in GETTEXT | NGETTEXT | PGETTEXT
            and id(node) not in fine
        ]
    assert wrong == []


@pytest.mark.django_db
def test_record_written_by_people_who_read_english_is_chinese() -> None:
    house = factories.make_house()
    with translation.override("en"):
        proposal = factories.rated(house, cosigners=["cosigner_1"], co="b", result="dissatisfied")
    with house.at_work():
        entries = list(TimelineEntry.objects.filter(matter_id=proposal.pk).values_list("verb", "who", "text"))
        notices = list(Notice.objects.filter(matter_id=proposal.pk).values_list("text", flat=True))
        events = set(Deadline.objects.filter(matter_id=proposal.pk).values_list("reason", flat=True))
    assert len(entries) == len([text for _verb, _who, text in entries if CHINESE.search(text)]) > 10
    assert [
        words for words in [*(t for _v, _w, t in entries), *notices] if re.search("[A-Za-z]{3}", words)
    ] == []
    assert "评价县教育局的答复：办理工作满意，办理结果不满意" in [
        re.sub("评价.*的答复", "评价县教育局的答复", text) for _verb, _who, text in entries
    ]
    assert len(notices) > 10
    assert events == {
        "收到联名邀请", "收到提案", "立案", "交办", "送签", "收到会签稿", "收到答复", "委员表示不满意",
    }  # fmt: skip


def test_recorded_label_is_chinese_while_english_is_active() -> None:
    from tongxin.activities.proposals.enums import HandlingRole  # noqa: PLC0415 (one label)

    with translation.override("en"):
        assert (str(HandlingRole.LEAD.label), recorded(HandlingRole.LEAD.label)) == ("Lead", "主办")


def texts_in(stored: Any) -> Iterator[str]:
    """Yield the texts of a stored structure: an import's faults are kept as its reader was told."""
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, dict | list):
        for part in stored.values() if isinstance(stored, dict) else stored:
            yield from texts_in(part)


def stored_texts() -> list[str]:
    """Return every text of the database and of the shipped calendar, longest first."""
    found: set[str] = set()
    with transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            for field in model._meta.local_concrete_fields:
                if isinstance(field, CharField | TextField):
                    cursor.execute(f'SELECT DISTINCT "{field.column}" FROM "{table}"')  # noqa: S608
                    for (text,) in cursor.fetchall():
                        found.update((text or "").splitlines())
                elif isinstance(field, JSONField):
                    found.update(texts_in(list(model._base_manager.values_list(field.name, flat=True))))
    for year in shipped_calendar().years.values():
        found.update([year.basis, *year.holidays.values()])
    return sorted((t.strip() for t in found if CHINESE.search(t)), key=len, reverse=True)


def shown_texts(page: str) -> str:
    """Return what a page says, to eyes or ears: text, and attributes that are read out."""
    page = re.sub(r"<(script|template|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>[^<]*</\1>', " ", page)
    page = re.sub(r'<section[^>]*lang="zh-Hans".*?</section>', " ", page, flags=re.DOTALL)
    read = re.findall(r'\b(?:placeholder|title|alt|aria-label|data-[\w-]+|value)="([^"]*)"', page)
    words = re.sub(r"<wbr>|</?(?:b|mark)>", "", page)
    return html.unescape("\n".join([re.sub(r"<[^>]+>", "\n", words), *read]))


@pytest.mark.django_db
def test_pages_in_english_have_no_chinese_but_the_record(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    house = factories.make_house()
    pages = main_pages(house)
    with house.at_work():
        records = stored_texts()
        names = [f"{p.proposer_name}" for p in Proposal.objects.all()]
    records = sorted({*records, *names}, key=len, reverse=True)
    client.cookies["django_language"] = "en"
    left: list[str] = []
    for who, addresses in pages.items():
        client.logout()
        client.cookies["django_language"] = "en"
        if who:
            client.force_login(house.users[who])
        for address in addresses:
            response = client.get(address, follow=True)
            assert response.status_code == 200, (who, address)
            text = EXAMPLES.sub("", shown_texts(response.content.decode()))
            for record in records:
                text = text.replace(record, " ")
            lines = [line.strip() for line in KEPT_ON_PAGES.sub("", text).splitlines()]
            left += [
                f"{who} {address}: {line}"
                for line in lines
                if CHINESE.search(line) and not is_cut_short(line, records) and not is_of_a_report(address)
            ]
    assert left == []


def is_of_a_report(address: str) -> bool:
    """Say whether a page shows the text of a report, which is Chinese for every reader.

    That its own words are translated, `test_templates_wrap_every_chinese_word` says.
    """
    return address.startswith("/reports/")


def is_cut_short(line: str, records: list[str]) -> bool:
    """Say whether a line is the beginning of a record: a long title, or the first sign of a name."""
    begins = line.removesuffix("…")
    return (begins != line or len(line) == 1) and any(record.startswith(begins) for record in records)
