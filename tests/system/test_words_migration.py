"""An update gives shipped records the new words, and leaves what people wrote."""

from psycopg2.extras import Json

from odoo.tests import TransactionCase, tagged

from .test_migration import run, script

# As it was shipped, and as it is now.
OLD = {"en_US": "Papers lost", "zh_CN": "资料遗失"}
NEW = {"en_US": "Items lost", "zh_CN": "资料遗失"}


@tagged("post_install", "-at_install")
class TestWordsMigration(TransactionCase):
    def updated(self, values):
        """Return the names by language after an update of those given."""
        kind = self.env.ref("customer_archive.mail_activity_loan_lost")
        self.env.cr.execute(
            "UPDATE mail_activity_type SET name = %s WHERE id = %s",
            [Json(values), kind.id],
        )
        run(script("19.0.7.0.0", "post-words.py"), self.env.cr)
        self.env.cr.execute(
            "SELECT name FROM mail_activity_type WHERE id = %s", [kind.id]
        )
        return self.env.cr.fetchone()[0]

    def test_shipped_words_are_renewed(self):
        self.assertEqual(self.updated(OLD), NEW)

    def test_own_words_stay(self):
        for own in (
            {"en_US": "Search for it", "zh_CN": OLD["zh_CN"]},
            {"en_US": "Search for it", "zh_CN": "查找资料"},
        ):
            with self.subTest(own):
                self.assertEqual(self.updated(own), own)

    def test_own_chinese_stays_below_new_english(self):
        own = {**OLD, "zh_CN": "查找资料"}
        self.assertEqual(self.updated(own), {**NEW, "zh_CN": "查找资料"})


@tagged("post_install", "-at_install")
class TestHeadingOfChanges(TransactionCase):
    """H5: the register of changes has the new value under a heading that says so."""

    def updated(self, values):
        """Return the heading by language after an update of the one given."""
        heading = self.env.ref("customer_archive.register_change_shown_new")
        table = "customer_archive_register_column"
        self.env.cr.execute(
            f"UPDATE {table} SET name = %s WHERE id = %s", [Json(values), heading.id]
        )
        run(script("19.0.9.0.0", "post-words.py"), self.env.cr)
        self.env.cr.execute(f"SELECT name FROM {table} WHERE id = %s", [heading.id])
        return self.env.cr.fetchone()[0]

    def test_shipped_heading_is_renewed(self):
        self.assertEqual(
            self.updated({"en_US": "New", "zh_CN": "新建"}),
            {"en_US": "New", "zh_CN": "变更后"},
        )

    def test_own_headings_stay(self):
        for own in (
            {"en_US": "New", "zh_CN": "新内容"},
            {"en_US": "After", "zh_CN": "新建"},
        ):
            with self.subTest(own):
                self.assertEqual(self.updated(own), own)


@tagged("post_install", "-at_install")
class TestDatesOfAgreements(TransactionCase):
    """A6: the register calls the dates of agreements as these do."""

    def updated(self, name, values):
        """Return a heading by language after an update of the one given."""
        heading = self.env.ref(f"customer_archive.register_agreement_{name}")
        table = "customer_archive_register_column"
        self.env.cr.execute(
            f"UPDATE {table} SET name = %s WHERE id = %s", [Json(values), heading.id]
        )
        run(script("19.0.11.0.0", "pre-agreement-dates.py"), self.env.cr)
        self.env.cr.execute(f"SELECT name FROM {table} WHERE id = %s", [heading.id])
        return self.env.cr.fetchone()[0]

    def test_shipped_headings_are_renewed(self):
        """Their Chinese is loaded anew by the update."""
        for name, english, chinese, now in (
            ("date_start", "From", "起", "Valid from"),
            ("date_end", "Until", "止", "Expiry Date"),
            ("signed_on", "Signed on", "签署时间", "Signing Recorded on"),
        ):
            self.assertEqual(self.updated(name, {"en_US": english}), {"en_US": now})
            found = self.updated(name, {"en_US": english, "zh_CN": chinese})
            self.assertEqual(found, {"en_US": now})

    def test_own_words_stay(self):
        own = {"en_US": "Runs until", "zh_CN": "止"}
        self.assertEqual(self.updated("date_end", own), own)
        found = self.updated("date_end", {"en_US": "Until", "zh_CN": "截止日"})
        self.assertEqual(found, {"en_US": "Expiry Date", "zh_CN": "截止日"})

    def test_as_the_agreement_calls_them(self):
        model = self.env["customer.archive.agreement"].with_context(lang="zh_CN")
        names = ("date_start", "date_end", "signed_on")
        found = model.fields_get(names, ["string"])
        for name, words in zip(
            names, ("生效日期", "到期日期", "签署登记日期"), strict=True
        ):
            heading = self.env.ref(f"customer_archive.register_agreement_{name}")
            own = heading.with_context(lang="zh_CN").name
            self.assertEqual((found[name]["string"], own), (words, words))
