"""A file on record, and agreements with its party."""

from ..support.common import ArchiveCase

AGREEMENT = "customer.archive.agreement"
LOG = "customer.archive.log"


class AgreementsCase(ArchiveCase):
    """Mixed into a TransactionCase; what is made of the class is on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner("样本铸件有限公司"))

    @classmethod
    def agree(cls, role="sales", **values):
        """Return a draft with its terms, as its user."""
        model = cls.env[AGREEMENT].with_user(cls.users[role])
        draft = model.create(
            {
                "archive_id": cls.file.id,
                "kind": "sales",
                "date_start": "2027-01-01",
                "date_end": "2027-12-31",
                "content": "铸件，每月 10 吨",
                **values,
            }
        )
        return cls.complete(draft)

    def by(self, records, role):
        return records.with_user(self.users[role])

    def recorded(self, agreement, event):
        """Return what the access record says of an agreement: who, and what."""
        rows = self.env[LOG].search(
            [
                ("model", "=", AGREEMENT),
                ("res_id", "=", agreement.id),
                ("event", "=", event),
            ],
            order="id",
        )
        return [(row.user_id.login, row.detail) for row in rows]
