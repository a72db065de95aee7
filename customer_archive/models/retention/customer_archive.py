from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.company_day import past_field, sql_day
from .functions import create_functions

# What the day hangs on, besides the items.
MOVES = {"category_id", "closed_on", "opening_date", "retention_extended_until"}
# How many documents of a kind are named.
MAX_NAMED = 5
# Kinds of which it isn't told, to who may not read them, that there are any.
UNTOLD = ("incident", "complaint")
# The day on which what is taken over from the ERP was at the latest.
TODAY = sql_day("%s::timestamp", "a.company_id")


class CustomerArchive(models.Model):
    """Until when a file is kept, and what keeps it from being destroyed 保管期限.

    Requirements F1, F2: the day moves with the business that is done with the party;
    what is open at the moment is asked for when it is needed and stored nowhere.
    """

    _inherit = "customer.archive"

    retention_policy_id = fields.Many2one(
        "customer.archive.retention.policy",
        compute="_compute_retention_policy_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Policy of the category; an item can extend the retention of the file.",
    )
    last_business_date = fields.Date(
        string="Last Business",
        readonly=True,
        copy=False,
        help=(
            "The date of the last confirmed order, posted invoice, payment, or "
            "start or end of a dispute."
        ),
    )
    closed_on = fields.Date(string="Closed on", readonly=True, copy=False)
    retention_extended_until = fields.Date(
        string="Extended Until", readonly=True, copy=False
    )
    retention_date = fields.Date(
        string="Retain Until",
        readonly=True,
        copy=False,
        help="Empty if the period hasn't started yet, or for permanent retention.",
    )
    is_retention_over = past_field(
        "is_retention_over",
        "retention_date",
        reached=True,
        string="Retention Period Ended",
    )
    retention_blockers = fields.Text(
        compute="_compute_retention_blockers",
        help=(
            "Currently open matters: while any of these exists, nothing in the "
            "file is deleted."
        ),
    )

    _retention = models.Index(
        "(retention_date, state) WHERE retention_date IS NOT NULL"
    )

    def init(self):
        """Create the database functions and triggers that retention needs."""
        create_functions(self.env.cr)
        return super().init()

    @api.depends("category_id.retention_policy_id")
    def _compute_retention_policy_id(self):
        for archive in self:
            archive.retention_policy_id = archive.category_id.retention_policy_id

    @api.depends("state", "is_held")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_retention_blockers(self):
        """One query for the batch; documents are named to those who may read them."""
        obstacles = self._obstacles(discreet=True)
        for archive in self:
            lines = obstacles.get(archive._origin.id, [])
            archive.retention_blockers = "\n".join(lines) or False

    # Create and write

    @api.model
    def _protected(self):
        names = (
            "last_business_date",
            "closed_on",
            "retention_extended_until",
            "retention_date",
        )
        return {
            **super()._protected(),
            "retention_policy_id": None,
            **dict.fromkeys(names, False),
        }

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        archives._take_history()
        archives._update_retention()
        return archives

    def write(self, vals):
        result = super().write(vals)
        if MOVES & vals.keys():
            self._update_retention()
        return result

    # The clock

    @api.model
    def _update_retention_of(self, domain):
        """Reckon anew until when files are kept whose kind or papers are configured."""
        # Whoever configures those needn't see the files.
        self.sudo().search(domain)._update_retention()

    def _update_retention(self):
        """Recompute the retention date of these files, in one query."""
        if not self.ids:
            return
        names = ("retention_policy_id", "last_business_date", *MOVES)
        self.flush_model(names)
        self.env["customer.archive.agreement"].flush_model()
        self.env["customer.archive.document"].flush_model()
        self.env["customer.archive.document.type"].flush_model(["retention_policy_id"])
        self.env["customer.archive.retention.policy"].flush_model()
        self.env.cr.execute(
            """
            UPDATE customer_archive a
               SET retention_date = customer_archive_retention_date(
                       a.id, a.retention_policy_id, a.last_business_date, a.closed_on,
                       a.opening_date, a.retention_extended_until)
             WHERE a.id = ANY(%s) AND a.state <> 'destroyed'
            """,
            [self.ids],
        )
        self.invalidate_recordset(["retention_date"], flush=False)

    def _take_history(self):
        """Take over from the ERP when there was business with the parties last.

        From then on it is recorded as it happens.
        """
        if not self.ids:
            return
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            UPDATE customer_archive a
               SET last_business_date = GREATEST(a.last_business_date, LEAST(
                   {TODAY}, customer_archive_last_business(ARRAY(
                       SELECT p.id FROM res_partner p
                        WHERE p.commercial_partner_id = a.partner_id), a.company_id)))
             WHERE a.id = ANY(%s)
               AND EXISTS (
                   SELECT 1 FROM customer_archive_last_business(ARRAY(
                       SELECT p.id FROM res_partner p
                        WHERE p.commercial_partner_id = a.partner_id), a.company_id) d
                    WHERE d IS NOT NULL)
            """,
            [fields.Datetime.now(), self.ids],
        )
        self.invalidate_recordset(["last_business_date"], flush=False)

    # What keeps a file

    def _blockers(self):
        """Return what is open about these files, from the database itself.

        :return: dict of file id to dict of kind to (model name, list of ids)
        """
        self.env.flush_all()
        query = SQL(
            "SELECT archive_id, kind, res_model, res_id "
            "FROM customer_archive_blockers(%s) ORDER BY 1, 2, 4",
            list(self._origin.ids),
        )
        found = {}
        for file, kind, model, res_id in self.env.execute_query(query):
            kinds = found.setdefault(file, {})
            kinds.setdefault(kind, (model, []))[1].append(res_id)
        return found

    def _blocker_labels(self):
        return {
            "hold": self.env._("On Hold"),
            "invoice": self.env._("Unpaid invoices and bills"),
            "draft_invoice": self.env._("Draft invoices and bills"),
            "payment": self.env._("Payments in process"),
            "entry": self.env._("Unreconciled entries"),
            "sale": self.env._("Open sales orders"),
            "purchase": self.env._("Open purchase orders"),
            "loan": self.env._("Items that are not in the cabinet"),
            "complaint": self.env._("Complaints that aren't answered"),
            "incident": self.env._("Incidents that aren't dealt with"),
        }

    def _obstacles(self, kinds=None, discreet=False):
        """Return, as sentences by file id, what is open about these files.

        :param kinds: only these kinds; all without it
        :param discreet: without incidents that the user may not read; else one sentence
            stands for these, and for complaints that they may not read
        """
        blockers = self._blockers()
        if kinds is not None:
            for found in blockers.values():
                for kind in found.keys() - kinds:
                    del found[kind]
        hidden = self._leave_out_hidden(blockers, {"incident"} if discreet else UNTOLD)
        labels = self._blocker_labels()
        said = {
            file: [
                self.env._(
                    "%(what)s: %(which)s",
                    what=labels[kind],
                    which=self._named(*found[kind]),
                )
                for kind in labels
                if kind in found
            ]
            for file, found in blockers.items()
        }
        for file in () if discreet else hidden:
            said[file].append(self._hidden_words())
        return said

    def _hidden_words(self):
        return self.env._("Something that you don't see is under way: ask compliance")

    def _leave_out_hidden(self, blockers, kinds):
        """Leave out what isn't the user's to know: an incident may be about them.

        :param kinds: kinds of which only what they may read is told
        :return: ids of the files of which something was left out
        """
        hidden = set()
        for file, found in blockers.items():
            for kind in found.keys() & set(kinds):
                model, ids = found.pop(kind)
                # A sudo() on the way here isn't the reader's right.
                seen = self.env(su=False)[model].browse(ids)._filtered_access("read")
                if seen:
                    found[kind] = (model, seen.ids)
                if len(seen) < len(ids):
                    hidden.add(file)
        return hidden

    def _named(self, model, ids):
        """Return names if the user may read the documents, else their number."""
        # A sudo() on the way here isn't the reader's right.
        records = self.env(su=False)[model].browse(ids)
        if not records.has_access("read"):
            return str(len(ids))
        names = ", ".join(records[:MAX_NAMED].mapped("display_name"))
        if len(ids) <= MAX_NAMED:
            return names
        return self.env._(
            "%(names)s and %(count)s more", names=names, count=len(ids) - MAX_NAMED
        )

    def _check_erasable(self):
        """Check that nothing keeps these files from being destroyed.

        That personal data is blocked is no obstacle: its end is what it waits for.

        :raise UserError: that lists, file by file, what is open
        """
        self._refuse_if(self._obstacles())

    def _refuse_if(self, obstacles):
        texts = [
            f"{archive.display_name}\n"
            + "\n".join(f"• {line}" for line in obstacles[archive.id])
            for archive in self
            if obstacles.get(archive.id)
        ]
        if texts:
            raise UserError(
                self.env._(
                    "These records can't be deleted yet. Resolve the following "
                    "first:\n"
                    "%s",
                    "\n\n".join(texts),
                )
            )

    def _refuse_business(self):
        raise UserError(
            self.env._(
                "%s is blocked: no new orders or invoices. Compliance knows the "
                "reason, and another person there can release it.",
                ", ".join(self.partner_id.mapped("name")),
            )
        )
