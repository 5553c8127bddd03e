"""Why a statement is not published, in sentences that its author reads; Chinese, as all that is recorded."""

from __future__ import annotations

from typing import Final

READY: Final = {
    "subject": "与这次的问题无关。",
    "insult": "含人身攻击的话，请只说事。",
    "private": "含个人信息，请去掉姓名、电话、门牌再提。",
    "two": "一句话里有两个意思，请拆开再提。",
    "same": "与已有的看法相同，请对那一条表态。",
    "unclear": "看不明白说的是什么，请写得具体一点再提。",
    "no_view": "只是提问，不是看法，别人没法表态。",
}
