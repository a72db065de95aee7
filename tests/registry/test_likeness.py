from odoo.tests import BaseCase, tagged

from ...tools import likeness


@tagged("post_install", "-at_install")
class TestLikeness(BaseCase):
    def test_same_however_typed(self):
        for one, other in (
            ("上海再生（集团）有限公司", "上海再生(集团)有限公司"),
            (" 虚构 机器人有限公司", "虚构机器人有限公司"),
            ("ACME Ｌtd.", "acme LTD"),
            (None, ""),
        ):
            self.assertTrue(likeness.same(one, other), (one, other))
        for one, other in (
            ("上海再生有限公司", "上海再生股份有限公司"),
            ("李法人", ""),
        ):
            self.assertFalse(likeness.same(one, other), (one, other))

    def test_a_long_address_holds_a_short_one(self):
        self.assertTrue(likeness.within("虚拟大道 8 号", "上海市示例区虚拟大道8号"))
        self.assertTrue(likeness.within("上海市示例区虚拟大道８号", "虚拟大道 8 号"))
        self.assertFalse(likeness.within("虚拟大道 8 号", "上海市示例区虚拟大道 18 号"))

    def test_words(self):
        self.assertEqual(likeness.words("药品、 烟草,食品;"), ["药品", "烟草", "食品"])
        self.assertEqual(likeness.words(False), [])
