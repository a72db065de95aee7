"""Capital against the scope of the business: the least that laws ask of a trade."""

from odoo.tests import BaseCase, TransactionCase, tagged

from ...tools.capital import LEAST, has_capital, short_of
from .registry_case import NAME, RegistryCase

# As company registers print them.
DISPATCH = (
    "许可项目：劳务派遣服务；职业中介活动。（依法须经批准的项目，经相关部门批准后方可开展"
    "经营活动，具体经营项目以相关部门批准文件或许可证件为准）一般项目：人力资源服务（不含"
    "职业中介活动、劳务派遣服务）；企业管理咨询。"
)
SECURITY = (
    "许可项目:保安服务;保安培训。(依法须经批准的项目,经相关部门批准后方可开展经营活动)"
    "一般项目:安全系统监控服务;物业管理;停车场服务。"
)
AUCTION = "许可项目：拍卖业务（文物拍卖除外）；一般项目：会议及展览服务。"
PAWN = (
    "动产质押典当业务；财产权利质押典当业务；限额内绝当物品的变卖；鉴定评估及咨询服务。"
)
GUARANTEE = (
    "借款类担保，发行债券担保，其他融资担保；与担保业务有关的咨询、财务顾问服务。"
)
# What names a licensed trade without being one.
NONE = (
    "一般项目：人力资源服务（不含职业中介活动、劳务派遣服务）；劳务服务（不含劳务派遣）。",
    "一般项目:非融资担保服务;财务咨询;企业管理。",
    "以自有资金对外投资（未经金融等监管部门批准，不得从事吸收存款、融资担保、代客理财等金融业务）。",
    "投资管理。不得从事典当、融资担保、拍卖；企业管理咨询。",
    "一般项目：司法拍卖辅助服务；物业管理。",
    "再生资源回收；金属材料销售。",
    "",
    None,
)


@tagged("post_install", "-at_install")
class TestCapital(BaseCase):
    """Requirement A21, EN25: units of 10,000 CNY, as contacts have their capital."""

    def found(self, scope, capital):
        return [(trade, least) for trade, least, _source in short_of(scope, capital)]

    def test_below_the_least(self):
        """劳动合同法 57, 保安服务管理条例 8, 拍卖法 12, 典当管理办法 8, 融资担保 7."""
        for scope, trade, least in (
            (DISPATCH, "劳务派遣", 200),
            (SECURITY, "保安服务", 100),
            (AUCTION, "拍卖", 100),
            (PAWN, "典当", 300),
            (GUARANTEE, "融资担保", 2000),
            ("融资性担保业务", "融资性担保", 2000),
        ):
            self.assertEqual(self.found(scope, least - 0.01), [(trade, least)])
            self.assertEqual(self.found(scope, least), [], trade)

    def test_several_trades(self):
        found = self.found(DISPATCH + SECURITY, 50)
        self.assertEqual(found, [("劳务派遣", 200), ("保安服务", 100)])
        self.assertEqual(self.found(DISPATCH + SECURITY, 100), [("劳务派遣", 200)])

    def test_what_is_not_done(self):
        for scope in NONE:
            self.assertEqual(self.found(scope, 1), [], scope)
        # What is left out of one trade doesn't hide another after it.
        scope = "化工产品销售（不含危险化学品）、保安服务，不含保安培训，劳务派遣"
        self.assertEqual(self.found(scope, 1), [("劳务派遣", 200), ("保安服务", 100)])

    def test_each_has_its_source(self):
        for trade, least, source in LEAST:
            self.assertGreater(least, 0, trade)
            self.assertRegex(source, r"^《.+》第.+条$", trade)

    def test_who_has_a_capital(self):
        for name, ownership, has in (
            (NAME, "private", True),
            (NAME, False, True),
            (NAME, "individual", False),
            ("市第一中学", "public", False),
            (f"{NAME}苏州分公司", "private", False),
            ("示例银行股份有限公司（上海分行）", "state", False),
            ("上海分公司管理有限公司", "private", True),
            (None, "private", True),
        ):
            self.assertIs(has_capital(name, ownership), has, name)


@tagged("post_install", "-at_install")
class TestCapitalDoubted(RegistryCase, TransactionCase):
    """Requirement A21."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Doubts of capital are found without the registry.
        cls.buyer.registry_check = False

    def doubts(self, name=NAME, **values):
        """Submit a file, and return its doubts of the least capital."""
        file = self.submitted(partner=self.partner(name, **values))
        doubts = file.sudo().doubt_ids.filtered(lambda each: each.state == "open")
        return doubts.filtered(lambda each: each.kind == "least_capital")

    def test_doubted(self):
        doubt = self.doubts(business_scope=DISPATCH, registered_capital=50)
        self.assertEqual(
            (doubt.own_value, doubt.other_value),
            ("50.00", "劳务派遣：200.00，《劳动合同法》第五十七条"),
        )
        file = self.by(doubt.archive_id, "compliance")
        self.by(file, "head").action_approve("收到")
        self.assertIn("least for a licensed trade", file.opening_problems)
        self.by(doubt, "compliance").action_settle("已增资至 200 万元，章程已核对")
        self.assertNotIn("least for a licensed trade", file.opening_problems or "")

    def test_enough(self):
        scope = DISPATCH + SECURITY
        for capital in (200, 5000):
            found = self.doubts(business_scope=scope, registered_capital=capital)
            self.assertFalse(found, capital)

    def test_of_branches(self):
        """They trade on the licence of the company, whose capital it is."""
        name = f"{NAME}苏州分公司"
        self.assertFalse(
            self.doubts(name, business_scope=DISPATCH, registered_capital=50)
        )
