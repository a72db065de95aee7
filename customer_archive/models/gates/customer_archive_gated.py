from odoo import api, fields, models
from odoo.exceptions import UserError

from ...exceptions import RedirectWarning
from ..common.windows import open_page
from .customer_archive_gate import SALE
from .customer_archive_waiver import WAIVER

GATE, FILE = "customer.archive.gate", "customer.archive"


class CustomerArchiveGated(models.AbstractModel):
    """An order that is confirmed only if its party meets the conditions.

    Asked where the status is written, whatever leads there: a button, a list, a
    website, an import, another addon. What is confirmed already is asked again when
    it grows, or becomes another party's.
    """

    _name = "customer.archive.gated"
    _description = "Order Subject to Conditions"

    # What an inheriting model says: its kind, and the states that are confirmations.
    _archive_kind = ""
    _archive_confirmed = ()

    archive_warning = fields.Text(
        string="Conditions Not Met",
        compute="_compute_archive_warning",
        export_string_translation=False,
    )
    archive_stops = fields.Boolean(
        compute="_compute_archive_warning", export_string_translation=False
    )

    @api.depends("partner_id", "company_id", "state")
    @api.depends_context("lang", "uid")
    def _compute_archive_warning(self):
        """Say before it is confirmed what is in the way."""
        self.archive_warning = self.archive_stops = False
        if not self.env.user._is_internal():
            return
        # A form that is typed in has no id of its own: by what is typed.
        open_ = self.filtered(lambda order: order.state in ("draft", "sent"))
        for order, findings in (
            self.env[GATE]._findings(open_, self._archive_kind).items()
        ):
            own = order.sudo(self.env.su)
            own.archive_warning = "\n".join(self._archive_sentences(order, findings))
            own.archive_stops = any(each.stops for each in findings)

    @api.model
    def _archive_sentences(self, order, findings):
        partner = order.partner_id.commercial_partner_id
        gates = self.env[GATE]
        return [
            gates.browse(each.gate.id)._words(partner, each.file) for each in findings
        ]

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        if any(vals.get("state") in self._archive_confirmed for vals in vals_list):
            orders._archive_pass()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in self._archive_confirmed or "partner_id" in vals:
            self._archive_pass()
        return result

    def _archive_pass(self, keep=True):
        """Let these orders pass, as far as they are confirmed, or refuse all of them.

        :param bool keep: whether what they pass despite is kept; not each time an
            order grows
        :raise UserError: if one is stopped; who may ask for a waiver is led there
        """
        confirmed = self.filtered(lambda order: order.state in self._archive_confirmed)
        found = self.env[GATE]._findings(confirmed, self._archive_kind)
        stopped = {
            order: stops
            for order, findings in found.items()
            if (stops := [each for each in findings if each.stops])
        }
        if stopped:
            raise self._archive_stopped(stopped)
        if keep:
            self._archive_keep_warnings(found)

    @api.model
    def _archive_stopped(self, stopped):
        """Return the error that refuses orders, after recording the attempt."""
        words, files = [], self.env[FILE].sudo()
        for order, findings in stopped.items():
            sentences = self._archive_sentences(order, findings)
            words += [f"{order.name}: {sentence}" for sentence in sentences]
            files |= files.union(*(each.file for each in findings))
        text = "\n".join(dict.fromkeys(words))
        log = self.env["customer.archive.log"]
        for order in stopped:
            log._record_refusal(files or order.partner_id, "confirm_order", text)
        if not self.env.user._is_internal():
            # The reasons are the company's, not the party's who signs a quotation.
            return UserError(
                self.env._(
                    "This order can't be confirmed at present. Please contact us."
                )
            )
        order, findings = next(iter(stopped.items()))
        return self._archive_way_on(order, findings, text)

    @api.model
    def _archive_way_on(self, order, findings, text):
        """Return the error with the way to a waiver, for who may ask for one."""
        waivers = self.env[WAIVER]
        if not waivers.has_access("create"):
            words = self.env._("%s\nSales or purchasing can ask for a waiver.", text)
            return UserError(words)
        name = "sale_order_id" if self._archive_kind == SALE else "purchase_order_id"
        context = {
            "default_partner_id": order.partner_id.commercial_partner_id.id,
            "default_company_id": order.company_id.id,
            f"default_{name}": order.id,
            "default_gate_ids": [each.gate.id for each in findings],
        }
        action = open_page(waivers, self.env._("Request a Waiver"))
        words = self.env._("%s\nMend it, or ask for a waiver.", text)
        return RedirectWarning(words, action, self.env._("Request a Waiver"), context)

    @api.model
    def _archive_keep_warnings(self, found):
        """Keep with orders, and on record, what they were confirmed despite."""
        log, files = self.env["customer.archive.log"], self.env[FILE].sudo()
        notes = {}
        for order, findings in found.items():
            sentences = " ".join(self._archive_sentences(order, findings))
            notes[order.id] = self.env._("Confirmed despite: %s", sentences)
            conditions = ",".join(each.gate.condition for each in findings)
            about = files.union(*(each.file for each in findings)) or order.partner_id
            log._record("gate", about, f"{self._archive_kind} {order.id} {conditions}")
        if notes:
            orders = self.sudo().browse(notes)
            author = self.env.user.partner_id.id
            orders._message_log_batch(bodies=notes, author_id=author)
