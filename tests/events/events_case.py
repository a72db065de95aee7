"""A file on record, a party without one, and notes on both."""

from datetime import timedelta

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

NOTE, LOG = "customer.archive.event", "customer.archive.log"


class EventsCase(ArchiveCase):
    """Mixed into a TransactionCase; what is made of the class is on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.partner("样本铸件有限公司")
        cls.file = cls.registered(partner=cls.party).sudo()

    @classmethod
    def kind(cls, name):
        return cls.env.ref(f"customer_archive.event_type_{name}")

    @classmethod
    def note(cls, kind="visit", role="sales", party=None, **values):
        """Return a note, as its author."""
        model = cls.env[NOTE].with_user(cls.users[role])
        values = {
            "type_id": cls.kind(kind).id,
            "partner_id": (party or cls.party).id,
            "description": "与采购经理谈了明年的铸件用量",
            **values,
        }
        return model.create(values)

    def by(self, records, role):
        return records.with_user(self.users[role])

    def recorded(self, note):
        """Return what the access record says of a note: who, event and detail."""
        rows = self.env[LOG].search(
            [("model", "=", NOTE), ("res_id", "=", note.id), ("event", "!=", "open")],
            order="id",
        )
        return [(row.user_id.login, row.event, row.detail) for row in rows]

    def work(self, note, kind):
        """Return who was asked to do something, by the type of activity."""
        found = note.sudo()._activities(f"mail_activity_{kind}")
        return found.user_id

    def remind(self):
        """Run the scheduled action, as the system."""
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_events").method_direct_trigger()
        self.env.invalidate_all()

    @staticmethod
    def backdate(note, hours):
        """Have a note be written some hours earlier."""
        moment = note.written_on - timedelta(hours=hours)
        as_system(note.sudo()).write({"written_on": moment})
