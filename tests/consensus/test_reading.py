"""Files of votes as people really have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tongxin.consensus.reading import Ballots, Comments, read_comments, read_votes
from tongxin.consensus.separated import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MATRIX = (
    "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n7,0,0,2,1,1,1,-1,\n9,,0,1,0,0,,,0\n"
)
LIST = "timestamp,datetime,comment-id,voter-id,vote\n100,a,0,7,1\n101,a,1,7,-1\n102,a,2,9,0\n"
CELLS = [(7, 0, 1), (7, 1, -1), (9, 2, 0)]


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def cells(ballots: Ballots) -> list[tuple[int, int, int]]:
    columns = (ballots.participants.tolist(), ballots.statements.tolist(), ballots.values.tolist())
    return list(zip(*columns, strict=True))


def named(ballots: Ballots) -> list[tuple[int | str, int | str, int]]:
    return [(ballots.participant(p), ballots.statement(s), v) for p, s, v in cells(ballots)]


def sentence(path: Path, read: Callable[[Path], Ballots | Comments] = read_votes) -> str:
    with pytest.raises(UnreadableError) as refused:
        read(path)
    assert refused.value.chinese != ""
    return str(refused.value)


# ── the two forms ──


def test_matrix_is_read_with_published_groups(written: Callable[[str], Path]) -> None:
    found = read_votes(written(MATRIX))
    assert cells(found) == CELLS
    assert found.all_statements.tolist() == [0, 1, 2]
    assert found.published == {7: 0}


def test_list_is_read_to_the_same_votes(written: Callable[[str], Path]) -> None:
    found = read_votes(written(LIST))
    assert cells(found) == CELLS
    assert found.all_statements.tolist() == [0, 1, 2]
    assert found.published == {}


def test_vote_given_again_counts_by_time_not_by_place(written: Callable[[str], Path]) -> None:
    rows = "5,a,0,1,1\n9,a,0,1,-1\n7,a,0,1,0\n"
    found = read_votes(written("timestamp,datetime,comment-id,voter-id,vote\n" + rows))
    assert cells(found) == [(1, 0, -1)]


def test_vote_given_again_at_the_same_moment_counts_as_it_stands_lowest(
    written: Callable[[str], Path],
) -> None:
    rows = "5,a,0,1,1\n5,a,0,1,-1\n5,a,0,1,0\n"
    found = read_votes(written("timestamp,datetime,comment-id,voter-id,vote\n" + rows))
    assert cells(found) == [(1, 0, 0)]


def test_list_without_times_counts_the_later_row(written: Callable[[str], Path]) -> None:
    found = read_votes(written("voter-id,comment-id,vote\n1,0,1\n1,0,-1\n"))
    assert cells(found) == [(1, 0, -1)]


@pytest.mark.parametrize(
    "times",
    [("1e3", "2e3"), ("1000.5", "1000.75e3"), ("2024-01-01T00:00:00", "2024-01-01 00:00:01"), ("", "3")],
)
def test_times_are_understood_in_other_writing(
    written: Callable[[str], Path], times: tuple[str, str]
) -> None:
    early, late = times
    found = read_votes(written(f"timestamp,comment-id,voter-id,vote\n{late},0,1,1\n{early},0,1,-1\n"))
    assert cells(found) == [(1, 0, 1)]


def test_person_on_two_rows_of_the_matrix_keeps_the_lower_votes(written: Callable[[str], Path]) -> None:
    found = read_votes(written("participant,0,1,2\n1,1,1,\n1,-1,,0\n"))
    assert cells(found) == [(1, 0, -1), (1, 1, 1), (1, 2, 0)]


# ── how files are written ──


@pytest.mark.parametrize("text", [MATRIX, LIST], ids=["matrix", "list"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: "sep=;\r\n" + text.replace(",", ";"),
        lambda text: "\n\n" + text.replace("\n", "\n\n") + "\n , \n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(",", ", "),
        lambda text: text.replace("datetime", "日期").replace("n-comments", "提了几条").encode("gb18030"),
        lambda text: "\n".join('"' + line.replace(",", '","') + '"' for line in text.splitlines()),
        lambda text: text.replace("-id", "_id").upper(),
    ],
    ids=[
        "mark", "crlf", "semicolon", "tab", "utf-16", "stated", "blank", "no end", "spaces", "gb18030", "quoted",
        "capitals",
    ],
)  # fmt: skip
def test_file_written_in_another_way_holds_the_same_votes(
    written: Callable[[str | bytes], Path], text: str, change: Callable[[str], str | bytes]
) -> None:
    assert cells(read_votes(written(change(text)))) == CELLS


def test_columns_in_another_order_and_more_of_them(written: Callable[[str], Path]) -> None:
    text = "2,language,participant,0,xid,1\n,zh,7,1,a,-1\n0,en,9,,b,\n"
    assert cells(read_votes(written(text))) == CELLS
    text = "vote,voter-id,weight,comment-id\n1,7,3,0\n-1,7,3,1\n0,9,,2\n"
    assert cells(read_votes(written(text))) == CELLS


def test_numbers_with_a_decimal_point_are_the_same_numbers(written: Callable[[str], Path]) -> None:
    text = "participant,0.0,1.0,2\n7.0,1.0,-1.00,NaN\n9,NA,, 0 \n"
    assert cells(read_votes(written(text))) == CELLS
    text = "timestamp,comment-id,voter-id,vote\n1,0.0,7,1\n1,1,7.0,-1.0\n1,2,9,0.0\n"
    assert cells(read_votes(written(text))) == CELLS


def test_rows_cut_short_are_not_seen_and_longer_ones_of_nothing_are_fine(
    written: Callable[[str], Path],
) -> None:
    assert cells(read_votes(written("participant,0,1,2\n7,1,-1\n9,,,0,,\n"))) == CELLS


def test_person_without_a_vote_is_nobody(written: Callable[[str], Path]) -> None:
    found = read_votes(written("participant,group-id,0,1\n1,0,,\n2,1,1,\n"))
    assert (cells(found), found.published) == ([(2, 0, 1)], {2: 1})


def test_statement_without_a_vote_is_a_statement(written: Callable[[str], Path]) -> None:
    found = read_votes(written("participant,0,4,9\n1,1,,\n"))
    assert found.all_statements.tolist() == [0, 4, 9]


# ── ids ──


def test_ids_of_text_get_numbers_that_do_not_depend_on_the_order_of_rows(
    written: Callable[[str], Path],
) -> None:
    rows = ["1,s2,甲,1", "1,s10,乙,-1", "1,s2,乙,0"]
    header = "timestamp,comment-id,voter-id,vote\n"
    there = read_votes(written(header + "\n".join(rows)))
    back = read_votes(written(header + "\n".join(reversed(rows))))
    assert named(there) == [("乙", "s10", -1), ("乙", "s2", 0), ("甲", "s2", 1)]
    assert (cells(back), named(back)) == (cells(there), named(there))


def test_statements_with_names_are_all_columns_that_are_not_about_people(
    written: Callable[[str], Path],
) -> None:
    found = read_votes(written("participant,group-id,xid,n-votes,parks,roads\np1,0,x,2,1,-1\n"))
    assert named(found) == [("p1", "parks", 1), ("p1", "roads", -1)]


def test_ids_longer_than_a_number_can_be_are_text(written: Callable[[str], Path]) -> None:
    long = "9" * 30
    found = read_votes(written(f"voter-id,comment-id,vote\n{long},5,1\n"))
    assert named(found) == [(long, 5, 1)]


def test_numbers_of_statements_leave_out_the_unknown(written: Callable[[str], Path]) -> None:
    found = read_votes(written(MATRIX))
    assert found.numbers_of({2, 0, 77, "x"}) == [0, 2]


# ── comments ──


def test_comments_say_what_was_moderated_out_and_the_texts(written: Callable[[str], Path]) -> None:
    text = (
        "comment-body,moderated,timestamp,comment-id,agrees\n"
        '"路灯，\n""夜里""不亮",-1,1,0,5\nParks;0,1.0,1,3,2\n"a, b",,1,x,2\n\n'
    )
    found = read_comments(written(text))
    assert found.moderated_out == {0}
    assert found.texts == {0: '路灯， "夜里"不亮', 3: "Parks;0", "x": "a, b"}
    assert found.meta == frozenset()


def test_comments_with_meta_say_which(written: Callable[[str], Path]) -> None:
    found = read_comments(written("comment-id,is-meta,moderated\n1,true,-1.0\n2,false,0\n3,1,1\n"))
    assert (found.meta, found.moderated_out) == ({1, 3}, {1})


def test_comments_with_only_ids_moderate_nothing(written: Callable[[str], Path]) -> None:
    found = read_comments(written("comment-id\n4\n"))
    assert (found.moderated_out, found.texts) == (frozenset(), {4: ""})


# ── what is refused ──


@pytest.mark.parametrize("content", ["", "\n \n\r\n", "\ufeff"])
def test_empty_file_is_said_to_be_empty(written: Callable[[str], Path], content: str) -> None:
    assert sentence(written(content)) == "file.csv is empty."


def test_header_alone_is_a_conversation_without_votes(written: Callable[[str], Path]) -> None:
    found = read_votes(written("participant,group-id,0,1\n"))
    assert (len(found.values), found.all_statements.tolist()) == (0, [0, 1])
    assert read_votes(written("timestamp,comment-id,voter-id,vote")).all_statements.tolist() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("participant,0,1\n1,1,\n\n2,,5\n", "file.csv, line 4: `5` is no vote (1 agree, -1 disagree, 0 pass)."),
        ("participant,0\n1,agree\n", "file.csv, line 2: `agree` is no vote (1 agree, -1 disagree, 0 pass)."),
        ("participant,0\n1,inf\n", "file.csv, line 2: `inf` is no vote (1 agree, -1 disagree, 0 pass)."),
        ("tid,pid,vote\n1,1,1\n1,2,.5\n", "file.csv, line 3: `.5` is no vote (1 agree, -1 disagree, 0 pass)."),
        ("comment-id,voter-id,vote\n1,1\n", "file.csv, line 2: `` is no vote (1 agree, -1 disagree, 0 pass)."),
        ("comment-id,voter-id,vote\n1,,1\n", "file.csv, line 2: the id of the person or of the statement is missing."),
        ("participant,0\n ,1\n", "file.csv, line 2: the id of the person or of the statement is missing."),
        ("timestamp,comment-id,voter-id,vote\nnoon,1,1,1\n", "file.csv, line 2: the time `noon` is unknown."),
        ("participant,0\n1,1,1\n", "file.csv, line 2: more cells than the header has."),
        ("participant,3,3.0\n1,1,1\n", "file.csv, line 1: two columns are of the same statement."),
    ],
)  # fmt: skip
def test_wrong_row_is_named_by_its_line(written: Callable[[str], Path], text: str, said: str) -> None:
    assert sentence(written(text)) == said


def test_line_is_counted_over_quoted_line_breaks(written: Callable[[str], Path]) -> None:
    text = 'datetime,comment-id,voter-id,vote\n"a\nb\nc",1,1,1\n"d",1,2,7\n'
    assert sentence(written(text)).startswith("file.csv, line 5: `7`")


def test_unknown_header_says_both_forms(written: Callable[[str], Path]) -> None:
    assert sentence(written("name,age\nx,3\n")).startswith(
        "The header of file.csv is unknown: participants-votes.csv"
    )


def test_file_that_is_not_there_or_a_folder_is_one_sentence(tmp_path: Path) -> None:
    assert sentence(tmp_path / "no.csv") == f"Cannot open {tmp_path / 'no.csv'}: No such file or directory."
    assert sentence(tmp_path) == f"Cannot open {tmp_path}: Is a directory."


def test_file_that_is_no_text_is_said_so(written: Callable[[bytes], Path]) -> None:
    assert (
        sentence(written(b"participant,0\n\xff\xff\xfe\x80,1\n"))
        == "file.csv is not text in UTF-8 or GB18030."
    )


def test_quote_that_never_ends_is_refused_not_swallowed(written: Callable[[str], Path]) -> None:
    text = "comment-id,voter-id,vote\n" + '1,"1,1\n' + "1,2,1\n" * 40_000
    assert sentence(written(text)).startswith("file.csv, line ")


def test_comments_with_an_unknown_mark_or_without_ids_are_refused(written: Callable[[str], Path]) -> None:
    text = "comment-id,moderated\n1,-1\n2,maybe\n"
    assert sentence(written(text), read_comments) == "file.csv, line 3: moderated is -1, 0 or 1, not `maybe`."
    assert (
        sentence(written("id,moderated\n1,0\n"), read_comments) == "The header of file.csv has no comment-id."
    )
    assert (
        sentence(written("comment-id,moderated\n,1\n"), read_comments) == "file.csv, line 2: no statement id."
    )


def test_arrays_are_what_the_engine_takes(written: Callable[[str], Path]) -> None:
    found = read_votes(written(MATRIX))
    kinds = (found.participants.dtype, found.statements.dtype, found.values.dtype, found.all_statements.dtype)
    assert kinds == (np.int64, np.int64, np.int8, np.int64)
