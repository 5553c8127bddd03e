"""One column of text, and the three parts of a proposal."""

from __future__ import annotations

import re

PARTS = ("situation", "analysis", "suggestion")
_OURS = ("【情况】", "【分析】", "【建议】")
_OURS_PARTS = re.compile(r"【情况】\n?(.*?)\n*【分析】\n?(.*?)\n*【建议】\n?(.*)", re.DOTALL)
_NUMBERED = r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*)?[【\[]?"
_ENDED = r"[】\]]?\s*(?:[:：]\s*|$)"
_HEADINGS = (
    re.compile(rf"{_NUMBERED}(?:基本|主要|有关)?(?:情况|现状|背景|案据)(?:及背景|概述)?{_ENDED}"),
    re.compile(
        rf"{_NUMBERED}(?:情况|原因|问题|存在的?)?(?:分析|主要问题|的?问题|问题及原因|问题和原因|原因){_ENDED}"
    ),
    re.compile(
        rf"{_NUMBERED}(?:具体|几点|有关|工作|对策|意见)?(?:和|及)?(?:建议|对策|措施|办法|意见建议){_ENDED}"
    ),
)


def split(text: str) -> tuple[str, str, str]:
    """Return situation, analysis and suggestion; all in the first where a text has no such headings."""
    text = text.strip()
    if found := _OURS_PARTS.fullmatch(text):
        return found[1].strip(), found[2].strip(), found[3].strip()
    parts: list[list[str]] = [[], [], []]
    now = 0
    for line in text.split("\n"):
        heading = next((n for n in range(now, 3) if _HEADINGS[n].match(line)), None)
        if heading is None:
            parts[now].append(line)
            continue
        # The headings come in their order; one that went by is a line of text.
        now = heading
        if rest := _HEADINGS[heading].sub("", line, count=1).strip():
            parts[now].append(rest)
    situation, analysis, suggestion = ("\n".join(lines).strip() for lines in parts)
    if not situation and not (analysis and suggestion):
        return text, "", ""
    return situation, analysis, suggestion


def joined(situation: str, analysis: str, suggestion: str) -> str:
    """Return the three parts as one text that is split again into the same parts."""
    if not analysis.strip() and not suggestion.strip():
        plain = situation.strip()
        if split(plain) == (plain, "", ""):
            return plain
    return "\n".join(
        f"{mark}\n{part.strip()}" for mark, part in zip(_OURS, (situation, analysis, suggestion), strict=True)
    )
