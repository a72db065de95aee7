"""Whatever reads the content of a copy leaves a row in the record."""

import base64

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .reading_case import COPY, ReadCase


@tagged("post_install", "-at_install")
class TestCopiesRead(ReadCase, TransactionCase):
    """Requirement C6."""

    def test_each_way_of_reading(self):
        """Programs take contents away, sensitive or not."""
        domain = [("id", "in", self.copies.ids)]
        for name in ("datas", "raw"):
            ways = {
                "read": lambda own, name=name: own.read([name]),
                "search_read": lambda own, name=name: own.search_read(domain, [name]),
                "web_read": lambda own, name=name: own.web_read({name: {}}),
                "web_search_read": lambda own, name=name: own.web_search_read(
                    domain, {name: {}}
                ),
                "export_data": lambda own, name=name: own.export_data([name]),
            }
            for way, call in ways.items():
                with self.subTest(way, field=name):
                    own = self.as_role(self.copies)
                    self.mark()
                    call(own)
                    self.assertTaken(self.copies)

    def test_by_way_of_what_leads_to_it(self):
        ways = {
            "items": lambda: self.as_role(self.items).web_read(
                {"attachment_ids": {"fields": {"datas": {}}}}
            ),
            "export": lambda: self.exported(self.items, "attachment_ids/datas"),
            "file": lambda: self.exported(
                self.file, "document_ids/attachment_ids/datas"
            ),
        }
        for way, call in ways.items():
            with self.subTest(way):
                self.mark()
                self.assertIn(base64.b64encode(self.content).decode()[:60], _str(call))
                self.assertTaken(self.copies)

    def exported(self, records, path):
        # As the dialog does, unless what is exported is to be imported again.
        return (
            self.as_role(records).with_context(import_compat=False).export_data([path])
        )

    def test_every_field_that_could_hold_it(self):
        """Whichever field of any model gives a content has it recorded."""
        found = set()
        content = base64.b64encode(self.content)[:200]
        for field in _binary_fields(self.env, COPY):
            with self.subTest(field):
                own = self.as_role(self.copies)
                self.mark()
                with mute_logger("odoo.addons.base.models.ir_rule"):
                    shown = _shown(own, field)
                if content in shown or self.content[:100] in shown:
                    found.add(field)
                    self.assertTaken(self.copies)
        self.assertEqual(found, {"datas", "raw"})
        # Copies of those, in models that refer to attachments.
        others = {
            str(field)
            for name in self.env.registry
            for field in self.env[name]._fields.values()
            if field.type == "binary"
            and field.related
            and field.related.split(".")[-1] in {*found, "db_datas", "thumbnail"}
            and self.env[name]._fields[field.related.split(".")[0]].comodel_name == COPY
        }
        for name in sorted(others):
            field = self.env[name.rpartition(".")[0]]._fields[name.rpartition(".")[2]]
            # Computed by the field above, as superuser: its user is asked and recorded.
            self.assertFalse(field.store, name)

    def test_sizes_alone(self):
        """What a list of copies shows opens none."""
        own = self.as_role(self.copies)
        self.mark()
        own.read(["name", "file_size", "checksum", "mimetype"])
        self.assertFalse(self.rows("download", "view"))

    def test_refused_ones_are_not_recorded_as_taken(self):
        self.mark()
        self.refuse(self.as_role(self.copies, "archivist").read, ["datas"])
        self.assertEqual(set(self.rows().mapped("event")), {"denied"})

    def test_many_at_once(self):
        """However many: no query more for each but what opening it takes."""
        log = self.env["customer.archive.log"].with_user(self.users["compliance"])
        items = [item.sudo() for item in self.items]

        def cost(times):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            details = [str(each) for each in range(len(items) * times)]
            log._record_each("download", items * times, details)
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertLessEqual(cost(40) - cost(1), 1)


def _str(call):
    return str(call())


def _binary_fields(env, model):
    return [
        name for name, field in env[model]._fields.items() if field.type == "binary"
    ]


def _shown(records, name):
    """Return the values of a field as bytes; nothing if they are refused."""
    try:
        values = [each[name] for each in records.read([name])]
    except Exception as error:  # noqa: BLE001
        return str(error).encode()
    return b"".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )
