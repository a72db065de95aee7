from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.escalation import head_of
from ..common.roles import CHECKERS, COMPLIANCE
from ..common.sentinel import as_system
from ..common.windows import open_form
from ..files.customer_archive import ENDED

CHECK = "customer.archive.registry.check"
ENTER = "customer.archive.registry.enter"
ITEM = "customer.archive.document"


class CustomerArchive(models.Model):
    """Looking a party up in the public registry before its file is approved."""

    _inherit = "customer.archive"

    registry_check_ids = fields.One2many(
        CHECK, "archive_id", string="Registry Checks", readonly=True, copy=False
    )
    has_fresh_check = fields.Boolean(
        string="Registry Check Holds",
        compute="_compute_has_fresh_check",
        search="_search_has_fresh_check",
        compute_sudo=True,
        help="A check that answers everything was made, and still counts.",
    )
    asks_registry = fields.Boolean(
        compute="_compute_asks_registry",
        compute_sudo=True,
        search="_search_asks_registry",
        export_string_translation=False,
    )
    # What the registry is asked for: the credit code, or else the name.
    registry_search = fields.Char(
        compute="_compute_registry_search", export_string_translation=False
    )
    can_check_registry = fields.Boolean(
        compute="_compute_can_check_registry", export_string_translation=False
    )
    opening_problems = fields.Text(
        compute="_compute_opening_problems", export_string_translation=False
    )

    @api.depends("registry_check_ids.valid_until", "registry_check_ids.result")
    def _compute_has_fresh_check(self):
        for archive in self:
            archive.has_fresh_check = bool(archive._registry_verdict())

    @api.model
    def _search_has_fresh_check(self, operator, _value):
        if operator != "in":
            return NotImplemented
        fresh = self.env["res.company"]._archive_by_day(
            lambda today: fields.Domain("valid_until", ">=", today)
        )
        whole = fields.Domain("result", "!=", "partial")
        # Whoever reads a file reads its checks.
        return fields.Domain("registry_check_ids", "any", fresh & whole)

    @api.depends("category_id.registry_check", "category_id.is_person")
    def _compute_asks_registry(self):
        for archive in self:
            archive.asks_registry = archive.category_id._asks_registry()

    @api.model
    def _search_asks_registry(self, operator, _value):
        if operator != "in":
            return NotImplemented
        asks = [("registry_check", "=", True), ("is_person", "=", False)]
        return fields.Domain("category_id", "any", asks)

    @api.depends("partner_id.vat", "partner_id.name")
    def _compute_registry_search(self):
        """What the registry is asked for: the credit code, or else the name."""
        for archive in self:
            partner = archive.partner_id
            archive.registry_search = partner.vat or partner.name

    @api.depends("state", "user_id", "approver_ids", "is_person")
    @api.depends_context("uid")
    def _compute_can_check_registry(self):
        for archive in self:
            saved = archive._origin
            archive.can_check_registry = bool(saved) and saved._may_check_registry()

    @api.depends(
        *("state", "has_fresh_check", "asks_registry", "registry_check_ids"),
        *("doubt_ids.state", "document_ids.agrees_with_original"),
    )
    @api.depends_context("uid", "lang")
    def _compute_opening_problems(self):
        for archive in self:
            problems = archive._problems_of_approval()
            archive.opening_problems = "\n".join(f"• {each}" for each in problems)

    @api.model
    def _protected(self):
        return {**super()._protected(), "registry_check_ids": []}

    def unlink(self):
        # A file that was never submitted goes as a whole.
        self._unlink_only_unsubmitted()
        self.check_access("unlink")
        checks = as_system(self.sudo().registry_check_ids)
        checks.unlink()
        return super().unlink()

    # What the checks say

    def _registry_verdict(self):
        """Return the check that counts now; empty if none holds any more."""
        self.ensure_one()
        today = today_at(self)
        # Who decides on the file goes by all of its checks.
        fresh = self.sudo().registry_check_ids.filtered(
            lambda check: check.result != "partial" and check.valid_until >= today
        )
        return fresh.sorted(lambda check: (check.date, check.id))[-1:]

    def _registry_problems(self):
        """Return, as sentences, why the registry doesn't let this file pass."""
        self.ensure_one()
        check = self._registry_verdict()
        if not check:
            return [
                self.env._(
                    "No registry check of %s holds: look the party up with “Open "
                    "Registry”, and enter what is there with “Check Registry”.",
                    self.partner_id.name,
                )
            ]
        if check.result == "bad":
            return [
                self.env._(
                    "The registry check of %(day)s has objections (%(objections)s): "
                    "refuse, or have the party put it right and check again.",
                    day=check.date,
                    objections=check._objections(),
                )
            ]
        return []

    # Approval

    def _start_round(self):
        result = super()._start_round()
        rows = self._rows("waiting", "pending")
        # Where compliance has no step of its own, whoever decides last answers for it.
        if rows and not rows.filtered("checks_opening"):
            as_system(rows[-1]).write({"checks_opening": True, "checks_papers": True})
        return result

    def _row_values(self, step, number, index):
        values = super()._row_values(step, number, index)
        role = step.approver == "group" and step.group_id
        compliance = role == self.env.ref(COMPLIANCE)
        return {
            **values,
            "checks_opening": compliance,
            "checks_papers": compliance,
        }

    def _check_approvable(self, row):
        result = super()._check_approvable(row)
        problems = self._opening_problems() if row.checks_opening else []
        problems += self._comparison_problems() if row.checks_papers else []
        if problems:
            raise UserError(
                self.env._(
                    "%(file)s can't be approved yet:\n%(problems)s",
                    file=self.display_name,
                    problems="\n".join(f"• {each}" for each in problems),
                )
            )
        return result

    def _problems_of_approval(self):
        """Return, as sentences, what the steps to come in this round will ask for."""
        self.ensure_one()
        if self.state != "review":
            return []
        rows = self._rows("waiting", "pending")
        problems = (
            self._opening_problems() if any(rows.mapped("checks_opening")) else []
        )
        asked = any(rows.mapped("checks_papers"))
        return problems + (self._comparison_problems() if asked else [])

    def _opening_problems(self):
        """Return, as sentences, what keeps this file from being approved."""
        return self._registry_problems() if self.asks_registry else []

    def _comparison_problems(self):
        """Return, as sentences, which copies nobody has compared with the original."""
        # Whoever decides on the file goes by all of its items.
        items = self.sudo().document_ids.filtered(
            lambda item: (
                item.is_received
                and item.needs_comparison
                and not item.agrees_with_original
            )
        )
        return [
            self.env._(
                "Item “%s” hasn't been compared with the original: open it, compare, "
                "and press “Agrees with the Original”.",
                item.type_id.name,
            )
            for item in items.sorted("id")
        ]

    # Entering a check

    def _may_check_registry(self):
        """Whether the user may enter what the registry says of this party.

        Who keeps or reviews the file, and the head of the department.
        """
        self.ensure_one()
        user = self.env.user
        if self.state in ENDED or self.is_person:
            return False
        if user.has_groups(CHECKERS) or user in self.approver_ids:
            return True
        # Who answers for a file is no secret of its readers.
        head = head_of(self.sudo())
        keeps = self.state in ("draft", "active") and self.has_access("write")
        return keeps or user == head

    def _check_may_check_registry(self):
        """Check that the user may enter a registry check.

        :raise AccessError: naming who does
        :raise UserError: if the party is in no registry, or the file has ended
        """
        self.ensure_one()
        self.check_access("read")
        if self.is_person:
            raise UserError(
                self.env._("Private persons are in no registry: nothing is checked.")
            )
        if self.state in ENDED:
            raise UserError(
                self.env._("%s has ended: nothing is checked.", self.display_name)
            )
        if not self._may_check_registry():
            raise self._refusal(
                self.env._(
                    "Registry checks are entered by the account manager while the "
                    "file is open to changes, by the head of the department, a "
                    "records clerk, compliance, or whoever has to decide."
                ),
                "check_registry",
            )

    def action_check_registry(self):
        """Return the dialog to enter what the registry says.

        If a service is connected, what it says is filled in.

        :raise AccessError: unless the user keeps or reviews the file
        """
        self._check_may_check_registry()
        dialog = self.env[ENTER]._for_file(self)
        name = self.env._("Registry Check")
        return open_form(dialog, name=name, target="new")

    def _record_registry_check(self, values, copies):
        """Keep a check with its proof; the user was checked, the copies weren't.

        :param values: what the registry says, as fields of a check
        :param copies: attachments, uploaded by the user just now
        :raise UserError: without a proof that can be read
        """
        self.ensure_one()
        self._check_proof(copies)
        # Whoever reviews a file doesn't otherwise write to it.
        item = as_system(self.env[ITEM].sudo()).create(
            {
                "archive_id": self.id,
                "type_id": self.env.ref(
                    "customer_archive.document_type_registry_proof"
                ).id,
                "attachment_ids": [fields.Command.set(copies.ids)],
            }
        )
        if not item._papers():
            raise UserError(
                self.env._("The proof can't be read: attach it as a picture or a PDF.")
            )
        days = self.category_id.sudo()._registry_days(self.company_id)
        check = as_system(self.env[CHECK].sudo()).create(
            {
                **values,
                "archive_id": self.id,
                "document_id": item.id,
                "user_id": self.env.uid,
                "valid_until": fields.Date.add(values["date"], days=days),
            }
        )
        check = self.env[CHECK].browse(check.id)
        log = self.env["customer.archive.log"]
        log._record("review", check, f"registry: {check.source} {check.result}")
        return check

    def _check_proof(self, copies):
        """Check that copies are new uploads of the user's own.

        :raise UserError: if there is none, or one belongs elsewhere
        """
        if not copies:
            raise UserError(
                self.env._(
                    "Attach the proof: a picture of the screen, or the page as a PDF."
                )
            )
        copies.check_access("read")
        for copy in copies:
            own = copy.create_uid == self.env.user and copy.res_model == ITEM
            if not own or copy.res_id:
                raise self._refusal(
                    self.env._(
                        "“%s” belongs to another record: upload the file again.",
                        copy.name,
                    ),
                    "adopt",
                )
