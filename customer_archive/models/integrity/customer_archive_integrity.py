from odoo import api, fields, models

from ..common.roles import ARCHIVIST, CHECKS_INTEGRITY, users_of
from ..common.sentinel import as_system, quietly
from ..common.windows import open_form

LINE = "customer.archive.integrity.line"
# What may stay as it is, once an archivist has seen to it.
STAYING = ("number", "orphan", "trouble")
THING = ("problem", "copy_id", "copy_name")


class CustomerArchiveIntegrity(models.Model):
    """One check of the four properties of records, of a file or of the stock 四性检测.

    Check by check as DA/T 70-2018 has them for long-term keeping, as far as a machine
    can say: each is a line with its result; what fails is a line for itself, by name.
    """

    _name = "customer.archive.integrity"
    _description = "Four-Property Check"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["archive_id.name", "partner_id.name"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: all copies of the company were checked.",
    )
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Checked by",
        readonly=True,
        help="Empty: the check was started by its schedule.",
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")],
        string="Status",
        required=True,
        readonly=True,
        default="running",
    )
    started_on = fields.Datetime(
        string="Started", required=True, readonly=True, default=fields.Datetime.now
    )
    ended_on = fields.Datetime(string="Completed", readonly=True)
    copies = fields.Integer(string="Copies Checked", readonly=True, aggregator=None)
    size = fields.Float(string="Checked (MB)", readonly=True, digits=(16, 1))
    # Where the next run goes on.
    last_copy = fields.Integer(
        readonly=True, aggregator=None, export_string_translation=False
    )
    line_ids = fields.One2many(LINE, "integrity_id", string="Checks", readonly=True)
    failure_ids = fields.One2many(
        LINE,
        "integrity_id",
        string="Problems Found",
        domain=[("problem", "!=", False)],
        readonly=True,
    )
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed"), ("settled", "Problems Settled")],
        compute="_compute_result",
        store=True,
    )
    open_count = fields.Integer(
        string="Open Problems", compute="_compute_result", store=True, aggregator=None
    )

    _running = models.UniqueIndex(
        "(company_id) WHERE state = 'running' AND archive_id IS NULL",
        "The stock of this company is being checked already.",
    )

    @api.depends("state", "line_ids.problem", "line_ids.settled_on")
    def _compute_result(self):
        for check in self:
            failed = check.line_ids.filtered("problem")
            check.open_count = len(failed.filtered(lambda line: not line.settled_on))
            if check.state == "running":
                check.result = "failed" if check.open_count else False
            elif check.open_count:
                check.result = "failed"
            else:
                check.result = "settled" if failed else "passed"

    @api.depends("archive_id", "company_id", "started_on")
    def _compute_display_name(self):
        for check in self:
            of = check.archive_id.display_name or check.company_id.name or ""
            day = check.company_id._archive_day(
                check.started_on or fields.Datetime.now()
            )
            check.display_name = f"{of} {day}"

    @api.model
    def _protected(self):
        names = ("company_id", "archive_id", "user_id", "ended_on")
        numbers = ("copies", "size", "last_copy")
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            **dict.fromkeys(numbers, 0),
            **dict.fromkeys(("partner_id", "result", "open_count")),
            "state": "running",
            "started_on": False,
            "line_ids": [],
            "failure_ids": [],
        }

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about the stock isn't meant for the party.
        return []

    # Actions

    @api.model
    def action_check_stock(self):
        """Start to check all copies of the current company, from the next minute on.

        :raise AccessError: unless the user's role checks the stock
        """
        self._check_may_check()
        # The role was checked; checks are written by nobody.
        check = self.sudo()._started_of(self.env.company, user=self.env.user)
        self.env.ref("customer_archive.cron_fixity").sudo()._trigger()
        return open_form(self.browse(check.id))

    def action_open_failures(self):
        """Return the list of the problems that this check found."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.action_customer_archive_integrity_line"
        )
        domain = [("integrity_id", "=", self.id), ("problem", "!=", False)]
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _check_may_check(self):
        if not self.env.user.has_groups(CHECKS_INTEGRITY):
            raise self._refusal(
                self.env._(
                    "Copies are checked by archivists, compliance, management or "
                    "auditors."
                ),
                "check_integrity",
            )

    # What is found; called as superuser

    @api.model
    def _started_of(self, company, archive=None, user=None):
        """Return the check of a company's stock that runs, or a new one.

        :param archive: the file to check instead
        """
        files = self.env["customer.archive"]
        if not archive:
            domain = [("company_id", "=", company.id), ("state", "=", "running")]
            running = self.search([*domain, ("archive_id", "=", False)], limit=1)
            if running:
                return running
        quiet = quietly(self, "mail_create_nosubscribe", "mail_create_nolog")
        check = as_system(quiet).create(
            {
                "company_id": company.id,
                "archive_id": (archive or files).id,
                "user_id": user.id if user else False,
            }
        )
        return self.browse(check.id)

    def _check_copies(self, copies):
        """Check some copies, and note what is wrong with them."""
        found = copies._archive_fixity()
        items = {
            copy: self.env["customer.archive.document"].browse(copy.res_id)
            for copy, _problem in found
        }
        self._note(
            {
                "problem": problem,
                "archive_id": items[copy].archive_id.id,
                "document_id": items[copy].id,
                "copy_id": copy.id,
                "copy_name": copy.name,
            }
            for copy, problem in found
        )
        as_system(self).write(
            {
                "copies": self.copies + len(copies),
                "size": self.size + sum(copies.mapped("file_size")) / 2**20,
                "last_copy": max(copies.ids, default=self.last_copy),
            }
        )

    def _note(self, problems):
        """Note what is wrong, but what somebody has settled and is known to stay."""
        values = [{"integrity_id": self.id, **each} for each in problems]
        known = self._known_to_stay() if values else ()
        values = [each for each in values if _thing(each) not in known]
        if values:
            as_system(self.env[LINE]).create(values)

    def _known_to_stay(self):
        """Return what was settled before and is there still, as :func:`_thing`."""
        settled = self.env[LINE].search_read(
            [
                ("company_id", "=", self.company_id.id),
                ("problem", "in", STAYING),
                ("settled_on", "!=", False),
            ],
            THING,
            load=None,
        )
        return {_thing(each) for each in settled}

    def _end(self, tried):
        """End the check: say of each kind of check how it went; tell archivists.

        :param tried: dict from the code of a check to how many things it looked at
        """
        failed = self.line_ids.filtered("problem").grouped("check")
        as_system(self.env[LINE]).create(
            [
                {
                    "integrity_id": self.id,
                    "check": check,
                    "tried": number,
                    "failed": len(failed.get(check, ())),
                }
                for check, number in tried.items()
            ]
        )
        as_system(self).write({"state": "done", "ended_on": fields.Datetime.now()})
        self.env["customer.archive.log"]._record(
            "integrity", self.archive_id or self, f"checked {self.result}"
        )
        if self.open_count:
            self._tell()

    def _tell(self):
        """Have archivists see to what was found."""
        people = users_of(self.env, ARCHIVIST).filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        deadline = self.company_id._archive_working_day(1)
        self._schedule_activities(
            "mail_activity_integrity",
            [(self, user, deadline) for user in people],
            lambda check: check.env._(
                "%s problems were found with the stored copies: settle each of them.",
                check.open_count,
            ),
        )

    def _settled(self):
        """End what archivists were asked, once nothing is open."""
        over = self.filtered(lambda check: not check.open_count)
        over._activities("mail_activity_integrity").unlink()


def _thing(values):
    """Return what a problem is about, the same in each check."""
    return tuple(values.get(name) or False for name in THING)
