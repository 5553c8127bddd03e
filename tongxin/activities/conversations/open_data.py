"""The numbers of a map as open data: totals and groups of at least ten, never a voice."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

from tongxin.activities.conversations.counting.texts import words_of
from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.conversations.models import OpinionMap
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import Column, Sheet, write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongxin.activities.conversations.models import Conversation

# The same map gives the same file, to the byte.
_SAME_TIME: Final = (1980, 1, 1, 0, 0, 0)
_SIGNS: Final = (("agrees", "赞成"), ("disagrees", "不赞成"), ("passes", "不好说"), ("votes", "表态"))


def has_open_data(conversation: Conversation, *, is_office: bool = False) -> bool:
    """Say whether the numbers may be taken: by everybody when they are final, by the office at any time."""
    maps = OpinionMap.objects.filter(conversation=conversation).exclude(result={})
    if not (is_office and conversation.state == ConversationState.OPEN):
        maps = maps.filter(is_final=True)
    return maps.exists()


def open_data(conversation: Conversation, publisher: str) -> bytes:
    """Return a zip with the tables, the whole as JSON, and what the numbers mean."""
    found = OpinionMap.objects.get(conversation=conversation)
    texts = words_of(conversation.pk)
    result: Mapping[str, Any] = found.result
    files = {
        "about.txt": _about(conversation, found, publisher).encode("utf-8-sig"),
        "statements.csv": write_csv(_statements(result, texts)),
        "groups.csv": write_csv(_groups(result)),
        "points.csv": write_csv(_points(result)),
        "map.json": _whole(conversation, found, texts).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _SAME_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _statements(result: Mapping[str, Any], texts: Mapping[int, str]) -> Sheet:
    columns = [Column("number", "编号"), Column("text", "看法"), Column("out", "已撤下")]
    columns += [Column(key, word) for key, word in _SIGNS]
    for group in result["groups"]:
        letter = group["letter"]
        columns += [Column(f"{letter} {key}", f"群体{letter}{word}") for key, word in _SIGNS]
    columns.append(Column("consensus", "各群体共同赞成的程度"))
    return Sheet("看法", columns, [_statement(one, result, texts) for one in result["statements"]])


def _statement(one: Mapping[str, Any], result: Mapping[str, Any], texts: Mapping[int, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": one["number"],
        "text": texts.get(one["number"], ""),
        "out": "是" if one["out"] else "",
        "consensus": "" if one["consensus"] is None else f"{one['consensus']:.4f}",
        **_cells(one),
    }
    for group, cell in zip(result["groups"], one["groups"], strict=False):
        row |= {f"{group['letter']} {key}": value for key, value in _cells(cell).items()}
    return row


def _cells(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers, or nothing where they are not told."""
    return {key: "" if cell["few"] else cell[key] for key, _word in _SIGNS}


def _groups(result: Mapping[str, Any]) -> Sheet:
    columns = [
        Column("letter", "群体"),
        Column("size", "人数"),
        Column("number", "代表性看法的编号"),
        Column("direction", "态度"),
        Column("share", "群体内的比例"),
        Column("repness", "是其他群体的几倍"),
    ]
    return Sheet("群体", columns, list(_group_rows(result)))


def _group_rows(result: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for group in result["groups"]:
        known_for: Sequence[Mapping[str, Any]] = result["representative"].get(group["letter"], ())
        if not known_for:
            yield dict(group)
        for one in known_for:
            yield {
                **group,
                "number": one["number"],
                "direction": "赞成" if one["direction"] == 1 else "不赞成",
                "share": f"{one['share']:.4f}",
                "repness": f"{one['repness']:.4f}",
            }


def _points(result: Mapping[str, Any]) -> Sheet:
    columns = [Column("x", "横"), Column("y", "竖"), Column("count", "人数"), Column("group", "群体")]
    rows = [{**one, "x": f"{one['x']:.3f}", "y": f"{one['y']:.3f}"} for one in result["points"]]
    return Sheet("点", columns, rows)


def _whole(conversation: Conversation, found: OpinionMap, texts: Mapping[int, str]) -> str:
    told = {
        "question": conversation.question,
        "final": found.is_final,
        "texts": {str(number): text for number, text in texts.items()},
        **found.result,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)


def _about(conversation: Conversation, found: OpinionMap, publisher: str) -> str:
    matter = conversation.matter
    counted = found.counted_at.astimezone(clock.ZONE) if found.counted_at else None
    state = "已结束，数字不再变" if found.is_final else "正在进行，数字还会变"
    lines = (
        f"{conversation.question}",
        "",
        f"发布：{publisher}",
        f"编号：网络议政 {matter.code}",
        f"时间：{_day(matter.opened_on)}至{_day(matter.closed_on) or '今'}（{state}）",
        f"统计：{counted:%Y-%m-%d %H:%M}" if counted else "",
        f"参加表态：{found.result['voices']}人；计入的表态：{found.result['votes']}次",
        "",
        *_DEFINITIONS,
    )
    return "\r\n".join(lines) + "\r\n"


def _day(on: Any) -> str:  # noqa: ANN401 (a date or nothing)
    return on.isoformat() if on else ""


_DEFINITIONS: Final = (
    "文件",
    "statements.csv：每条看法有多少人赞成、不赞成、不好说，合计和各群体。",
    "groups.csv：每个群体的人数，和最能代表它的看法。",
    "points.csv：意见图谱上的点。一个点代表看法相近的至少5个人，横竖方向没有含义。",
    "map.json：以上全部，机器可读。",
    "",
    "怎么算的",
    "群体只按表态来分：把表态相近的人归到一起，和姓名、界别、职业都没有关系。",
    "各群体共同赞成的程度：各群体（赞成人数+1）÷（表态人数+2）相乘，越接近1，各群体越一致赞成。",
    "大家都赞成的：每个群体都有超过一半的人赞成的看法。",
    "",
    "没有列出的",
    "少于10人的群体、少于10人表态的数，都不列出（空白）；能推算出这样的数的，也不列出。",
    "因此有的看法的合计只含各群体的人，不含没有归入群体的人。",
    "这里没有、也推不出任何一个人的表态。",
    "",
    "使用",
    "建议按“知识共享 署名 4.0 国际”（CC BY 4.0）使用：可以转载、分析，请注明发布单位和编号。",
)
