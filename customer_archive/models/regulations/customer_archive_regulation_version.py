from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.roles import KEEPS_REGULATIONS
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from ..copies.stored_paper import DOCX, PDF, drop, is_genuine, keep
from ..files.customer_archive_lock import ALWAYS_WRITABLE
from .customer_archive_regulation import ACKNOWLEDGEMENT


class CustomerArchiveRegulationVersion(models.Model):
    """One wording of a regulation: proposed by one person, approved by another 版本.

    Once it is published nobody changes it, its text least of all. Which one is in
    force is a matter of the day, and looked up when it is asked for.
    """

    _name = "customer.archive.regulation.version"
    _description = "Version of a Regulation"
    _inherit = ["customer.archive.approval.mixin"]
    _order = "regulation_id, valid_from desc, id desc"
    _rec_names_search = ["regulation_id.name", "number"]

    regulation_id = fields.Many2one(
        "customer.archive.regulation", required=True, index=True, ondelete="restrict"
    )
    number = fields.Char(required=True, help="Such as 2.0.")
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(related="regulation_id.department_id")
    user_id = fields.Many2one(related="regulation_id.user_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("published", "Published"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    standing = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("coming", "Coming"),
            ("force", "In Force"),
            ("replaced", "Replaced"),
            ("repealed", "Repealed"),
        ],
        compute="_compute_standing",
        search="_search_standing",
    )
    valid_from = fields.Date(string="Valid from", required=True)
    summary = fields.Text(
        string="What Changed", required=True, help="Compared with the version before."
    )
    is_ending = fields.Boolean(
        string="Repeals It",
        help="From its day on the regulation isn't in force any more, and nobody has "
        "to acknowledge it.",
    )
    upload = fields.Binary(
        string="Upload (PDF or DOCX)",
        compute="_compute_upload",
        inverse="_inverse_upload",
        help="The text of the regulation. Another upload takes its place, as long as "
        "this is a draft.",
    )
    file_name = fields.Char(string="Text File")
    text_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, ondelete="restrict"
    )
    digest = fields.Char(
        string="SHA-256 of the Text",
        readonly=True,
        copy=False,
        help="Stands for the text in what was acknowledged.",
    )
    published_on = fields.Datetime(string="Published on", readonly=True, copy=False)
    asked_on = fields.Datetime(
        string="Asked on",
        readonly=True,
        copy=False,
        help="When somebody was asked last to acknowledge it.",
    )

    _one_number = models.UniqueIndex(
        "(regulation_id, number)", "There is a version of this number already."
    )

    @api.depends("regulation_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            parts = (version.sudo().regulation_id.name, version.number)
            version.display_name = " ".join(filter(None, parts))

    @api.depends("state", "valid_from", "is_ending", "regulation_id.version_ids.state")
    def _compute_standing(self):
        in_force = self.regulation_id._in_force().values()
        for version in self:
            version.standing = version._standing_among(in_force)

    def _standing_among(self, in_force):
        if self.state != "published":
            return self.state
        if self._origin in in_force:
            return "repealed" if self.is_ending else "force"
        return "coming" if self.valid_from > today_at(self) else "replaced"

    @api.model
    def _search_standing(self, operator, value):
        if operator != "in":
            return NotImplemented
        # There are few of them; what is found goes by the rights.
        found = self.sudo().search([])  # pylint: disable=no-search-all
        ids = found.filtered(lambda version: version.standing in value).ids
        return fields.Domain("id", "in", ids)

    def _compute_upload(self):
        # What was uploaded is opened as the text that is kept.
        self.upload = False

    def _inverse_upload(self):
        for version in self:
            version.check_access("write")
            version._check_draft()
            before = version.sudo().text_id
            values = {"text_id": False, "digest": False}
            if version.upload:
                text, digest = keep(
                    version, version.upload, version.file_name, (PDF, DOCX)
                )
                values = {"text_id": text.id, "digest": digest}
            # Writing was checked; which text it is, is written by nobody.
            as_system(version.sudo()).write(values)
            drop(before)
        # It isn't kept in memory.
        self.invalidate_recordset(["upload"], flush=False)

    # Create, write, delete

    @api.model
    def _protected(self):
        given = ("text_id", "digest", "published_on", "asked_on")
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "company_id": None,
        }

    def write(self, vals):
        if not is_system(self.env) and vals.keys() - ALWAYS_WRITABLE:
            self._check_draft()
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        self._unlink_only_unsubmitted()
        # With a draft goes its text; whether it may go was checked.
        texts = self.sudo().text_id
        as_system(self.sudo()).write({"text_id": False})
        drop(texts)
        return super().unlink()

    def copy_data(self, default=None):
        # A new version has another number, and another text.
        default = {"number": "", "file_name": False, **(default or {})}
        return super().copy_data(default)

    def _check_draft(self):
        for version in self:
            if version.state != "draft":
                raise version._fixed()

    def _fixed(self):
        if self.state == "review":
            return UserError(
                self.env._(
                    "%s has been submitted: withdraw it to change it.",
                    self.display_name,
                )
            )
        return UserError(
            self.env._(
                "%s is published and stays as it is: make a new version.",
                self.display_name,
            )
        )

    # Approval

    def _approval_archive(self):
        return self.env["customer.archive"]

    def _approval_check(self):
        for version in self:
            version._check_text()
            version._check_begin()

    def _check_text(self):
        if not is_text(self.summary):
            raise UserError(self.env._("Say what changed."))
        own = self.sudo()
        if not own.text_id:
            raise UserError(self.env._("Upload the text first."))
        self._check_genuine()

    def _check_begin(self):
        # Which versions there are is no secret of whoever writes one.
        others = self.sudo().regulation_id.version_ids - self.sudo()
        last = others.filtered(lambda each: each.state == "published").sorted(
            "valid_from"
        )[-1:]
        if last and self.valid_from <= last.valid_from:
            raise UserError(
                self.env._(
                    "%(version)s has to begin after %(last)s, which is valid from "
                    "%(day)s on.",
                    version=self.display_name,
                    last=last.display_name,
                    day=last.valid_from,
                )
            )
        if self.is_ending and not last:
            raise UserError(self.env._("There is nothing yet that could be repealed."))

    def _check_genuine(self):
        """Check that the stored text is what was uploaded.

        :raise UserError: if it isn't; that is in the access record
        """
        own = self.sudo()
        if not is_genuine(own.text_id, own.digest):
            self.env["customer.archive.log"]._record_damage(self)
            raise UserError(
                self.env._(
                    "The text of %s was altered or is lost. An administrator of the "
                    "server restores it from a backup.",
                    self.display_name,
                )
            )

    def _approval_completed(self):
        for version in self:
            version._check_begin()
            now = fields.Datetime.now()
            as_system(version).write({"state": "published", "published_on": now})
            version.regulation_id._ask()

    def _stands_in(self, user):
        keeps = user.has_groups(KEEPS_REGULATIONS)
        return keeps or super()._stands_in(user)

    # Its text

    def action_open_text(self):
        """Return the address of the text, which opens in a new tab.

        :raise UserError: if there is none
        """
        self.ensure_one()
        self.check_access("read")
        # Which attachment it is, is for those who may read the version.
        text = self.sudo().text_id
        if not text:
            raise UserError(self.env._("%s has no text yet.", self.display_name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{text.id}?unique={self.digest[:8]}",
            "target": "new",
        }

    # Who is asked; called as superuser

    def _ask(self, users, again, over):
        """Ask users to acknowledge this version, and others no longer.

        :param again: rows of users who aren't asked any more, and are now
        :param over: rows of users who are asked, and not any more
        """
        if not (users or again or over):
            return
        # Whoever asks at the same time waits here, and then starts again.
        wait_for_others(self)
        as_system(self).write({"asked_on": fields.Datetime.now()})
        over._end()
        self.env[ACKNOWLEDGEMENT]._open(self, users, again)
