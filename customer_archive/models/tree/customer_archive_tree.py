from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import ARCHIVIST
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from ..files.customer_archive_lock import ALWAYS_WRITABLE

LINE = "customer.archive.tree.line"
# Of which files papers are exported.
ON_RECORD = ("active", "closed")
# From the approval to the end.
RUNNING = ("approved", "writing", "written")


class CustomerArchiveTree(models.Model):
    """Papers of chosen files that leave as the electronic tree 电子档案导出.

    An archivist applies; what was approved, copy by copy, goes out decrypted until the
    term is over: as a download, or to a target for exports.
    """

    _name = "customer.archive.tree"
    _description = "Electronic Tree Export"
    _inherit = [
        "customer.archive.approval.mixin",
        "customer.archive.packing",
        "customer.archive.due",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Proposed by",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    purpose = fields.Text(
        help="What the copies are for; it is recorded.", tracking=True
    )
    line_ids = fields.One2many(LINE, "tree_id", string="Files", copy=False)
    file_count = fields.Integer(compute="_compute_file_count", string="Number of Files")
    include_sensitive = fields.Boolean(
        string="With Sensitive Items",
        tracking=True,
        help="Otherwise they are left out. Management has to approve them, too.",
    )
    target_id = fields.Many2one(
        "customer.archive.backup.target",
        string="Write To",
        domain=[("holds", "=", "exports")],
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Leave empty to download a ZIP file.",
    )
    date_to = fields.Datetime(
        string="Available until",
        required=True,
        copy=False,
        default=lambda self: fields.Datetime.now() + timedelta(days=7),
        tracking=True,
        help=(
            "From then on nothing is downloaded, and what was written to a target is "
            "removed."
        ),
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("approved", "To Export"),
            ("writing", "Being Written"),
            ("written", "On the Target"),
            ("ended", "Ended"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by = fields.Char(
        compute="_compute_approved_by",
        compute_sudo=True,
        help="Who approved it, by step.",
    )
    ended_on = fields.Datetime(string="Ended on", readonly=True, copy=False)
    # When the scheduled action looks at it: its end, or a removal to try again.
    next_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        export_string_translation=False,
    )

    @api.depends("line_ids")
    def _compute_file_count(self):
        for tree in self:
            tree.file_count = len(tree.line_ids)

    @api.depends("approval_ids.state", "approval_round")
    def _compute_approved_by(self):
        for tree in self:
            rows = tree.approval_ids.filtered(
                lambda row, last=tree.approval_round: (
                    (row.round, row.state) == (last, "approved")
                )
            )
            tree.approved_by = ", ".join(
                rows.sorted("sequence").decided_by_id.mapped("name")
            )

    # Create, write

    @api.model
    def _protected(self):
        names = ("name", "approved_on", "ended_on", "next_on")
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            "user_id": self.env.uid,
        }

    @api.model_create_multi
    def create(self, vals_list):
        trees = super().create(vals_list)
        for company, numbered in trees.grouped("company_id").items():
            # Numbers are given here: nobody else draws them (ir_sequence.py).
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for tree in numbered:
                as_system(tree).name = as_system(sequence).next_by_code(self._name)
        return trees

    def write(self, vals):
        if not is_system(self.env):
            self._check_editable(set(vals))
        return super().write(vals)

    def _check_editable(self, names):
        for tree in self:
            if tree.state != "draft" and names - ALWAYS_WRITABLE:
                raise UserError(
                    self.env._(
                        "%s has been submitted: withdraw it to change it.", tree.name
                    )
                )
            if "company_id" in names and tree.line_ids:
                raise UserError(
                    self.env._(
                        "Create another export: this one already contains files."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for tree in self:
            if tree.state != "draft":
                raise UserError(
                    self.env._(
                        "%s can't be deleted: what was exported, or is to be, is kept.",
                        tree.name,
                    )
                )

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about parties here isn't meant for them.
        return []

    # Approval

    def _carried_out_words(self):
        return self.env._("Papers are exported by archivists.")

    def _approval_archive(self):
        files = self.line_ids.archive_id
        return files if len(files) == 1 else files.browse()

    @api.model
    def _path_to_files(self):
        return "line_ids.archive_id"

    def _approval_files(self):
        return self.line_ids.archive_id

    @api.model
    def _unfinished_states(self):
        return ["review", *RUNNING]

    def _stands_in(self, user):
        return user.has_group(ARCHIVIST)

    def _approval_check(self):
        result = super()._approval_check()
        for tree in self:
            tree._check_step("export_tree", "draft")
            if not is_text(tree.purpose):
                raise UserError(self.env._("Enter the purpose."))
            tree._check_term()
            tree._check_files()
            tree._freeze_target()
            tree._freeze_copies()
        return result

    def _check_term(self):
        """Check that it ends in time, as what is shared with outsiders does."""
        now, days = fields.Datetime.now(), self.company_id.archive_sharing_days
        if not now < self.date_to <= now + timedelta(days=days):
            raise UserError(
                self.env._(
                    "%(export)s: enter an end in the future, at most %(days)s days "
                    "from now.",
                    export=self.name,
                    days=days,
                )
            )

    def _check_files(self):
        """Check that all files are on record, and none is blocked.

        A hold keeps a file from being altered or destroyed; copies of it may be taken.

        :raise UserError: naming those that aren't
        """
        # What is blocked counts, also on a file that isn't the user's to see.
        files = self.sudo().line_ids.archive_id
        if not files:
            raise UserError(self.env._("%s contains no files.", self.name))
        blocked = files.filtered("is_blocked")
        if blocked:
            raise UserError(
                self.env._(
                    "Blocked: %s. Nothing of these files is exported: take them off "
                    "the list, or have that lifted first.",
                    ", ".join(blocked.mapped("name")),
                )
            )
        other = files.filtered(lambda file: file.state not in ON_RECORD)
        if other and self.state == "draft":
            raise UserError(
                self.env._(
                    "Not on record: %s. Take these files off the list.",
                    ", ".join(other.mapped("name")),
                )
            )

    def _check_approvable(self, row):
        self._check_same_target()
        return super()._check_approvable(row)

    def _approval_completed(self):
        now = fields.Datetime.now()
        for tree in self:
            if tree.date_to <= now:
                raise UserError(
                    self.env._(
                        "%s: its term is over. Refuse it, so that the requester can "
                        "enter another.",
                        tree.name,
                    )
                )
            as_system(tree).write(
                {"state": "approved", "approved_on": now, "next_on": tree.date_to}
            )
            tree._tell(
                tree.requester_id, lambda own: own.env._("The export was approved.")
            )
