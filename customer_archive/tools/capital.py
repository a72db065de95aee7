"""Which parties have a registered capital, and the least that laws ask of a trade.

In units of 10,000 CNY 万元, as the contact has its capital.
"""

import re

from .likeness import plain

# How ownership types are called that have none of their own: 个体工商户, 事业单位.
WITHOUT_CAPITAL = ("individual", "public")
# How the names of branches end; their capital is that of the company they belong to.
BRANCHES = (
    *("分公司", "分厂", "分店", "分行", "支行", "支公司", "分部"),
    *("营业部", "办事处", "代表处", "分社", "分院", "分所"),
)
BRACKETS = "()（） \u3000"

# Trade, as business scopes call it; the least capital; where that is said. Whether a
# law has changed since is for whoever verifies the doubt.
LEAST = (
    ("劳务派遣", 200, "《劳动合同法》第五十七条"),
    ("保安服务", 100, "《保安服务管理条例》第八条"),
    ("拍卖", 100, "《拍卖法》第十二条"),
    ("典当", 300, "《典当管理办法》第八条"),
    ("融资担保", 2000, "《融资担保公司监督管理条例》第七条"),
    ("融资性担保", 2000, "《融资担保公司监督管理条例》第七条"),
)
# What is named because it isn't done: "人力资源服务（不含劳务派遣）", or
# "未经批准不得从事吸收存款、融资担保". In brackets, or up to where the clause ends.
_INNER = r"[^()\[\]【】〔〕（）]*"
EXCLUSIONS = re.compile(
    rf"[(\[【〔（]{_INNER}(?:不含|不得|不包括|除外|未经){_INNER}[)\]】〕）]"
    r"|(?:不含|不包括)[^,，;；。]*"
    r"|(?:不得|未经)[^;；。]*"
)
# Trades that take no such licence, whose names hold that of one that does.
OTHERS = ("非融资担保", "非融资性担保", "拍卖辅助")


def has_capital(name, ownership):
    """Whether a company has a registered capital of its own.

    :param str name: as on the licence; a branch is known by it
    :param ownership: type of ownership, as the party has it
    """
    if ownership in WITHOUT_CAPITAL:
        return False
    return not (name or "").rstrip(BRACKETS).endswith(BRANCHES)


def short_of(scope, capital):
    """Return the licensed trades of a scope that ask for more capital than there is.

    :param str scope: business scope, as on the licence
    :param float capital: registered capital, in 10,000 CNY
    :return: list of trade, least capital in 10,000 CNY, and source
    """
    text = plain(EXCLUSIONS.sub(" ", scope or ""))
    for other in OTHERS:
        text = text.replace(other, "")
    return [
        (trade, least, source)
        for trade, least, source in LEAST
        if trade in text and round(capital - least, 2) < 0
    ]
