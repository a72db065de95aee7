"""A file on record with papers in the cabinet, and people who borrow them."""

from ..support.common import ArchiveCase


class LoanCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        archive = cls.collect(cls._with_papers(cls.archive()))
        archive.action_submit()
        for role in ("head", "compliance"):
            archive.with_user(cls.users[role]).action_approve("fine")
        archive.with_user(cls.users["clerk"]).action_register()
        cls.file = archive
        cls.papers = cls.file.sudo().document_ids.filtered(
            lambda item: item.is_paper and not item.is_sensitive
        )
        cls.kinds = cls.papers.type_id

    @classmethod
    def _with_papers(cls, archive):
        """Put more papers into a file, a sensitive one among them."""
        items = archive.document_ids
        sensitive = items.filtered("is_sensitive")[:1]
        for item in items.filtered(lambda item: not item.has_number)[:4] | sensitive:
            item.is_paper = True
            if item.has_validity:
                item.valid_until = "2099-12-31"
        return archive

    def by(self, record, role):
        return record.with_user(self.users[role])

    def ask(self, role="sales_other", **values):
        """Return a draft loan of two kinds of papers of the file."""
        model = self.env["customer.archive.loan"].with_user(self.users[role])
        return model.create(
            {
                "partner_id": self.file.partner_id.id,
                "purpose": "Notary wants to see them",
                "type_ids": [(6, 0, self.kinds[:2].ids)],
                **values,
            }
        )

    def approved_loan(self, role="sales_other", **values):
        """Return a loan that waits to be handed out, as its borrower."""
        loan = self.ask(role, **values)
        loan.action_submit()
        self.by(loan, "management").action_approve("fine")
        return loan

    def lent(self, role="sales_other", **values):
        """Return a loan whose papers are all out, as its borrower."""
        loan = self.approved_loan(role, **values)
        self.by(loan, "archivist").action_hand_out()
        loan.action_confirm_receipt()
        return loan

    def give_back(self, loan, lines=None, condition="good", note=""):
        """Have the archivist take papers back, all if none are named."""
        lines = loan.line_ids if lines is None else lines
        rows = [
            {"line_id": line.id, "condition": condition, "note": note} for line in lines
        ]
        return self.by(loan, "archivist").action_take_back(rows)

    def logins(self, loan, kind):
        """Return the logins of who has an activity of a kind on the loan."""
        activities = loan.sudo()._activities(f"mail_activity_{kind}")
        return sorted(login[2:] for login in activities.user_id.mapped("login"))

    def employee(self, role, head):
        """Put a person into a department whose head is another."""
        manager = self.users[head].employee_id
        values = {"name": f"Of {role}", "manager_id": manager.id}
        department = self.env["hr.department"].create(values)
        values = {"user_id": self.users[role].id, "department_id": department.id}
        self.env["hr.employee"].create({"name": role, **values})
        return department
