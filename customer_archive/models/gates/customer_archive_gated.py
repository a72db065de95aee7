from odoo import api, fields, models
from odoo.exceptions import UserError

from ...exceptions import RedirectWarning
from ..common.windows import open_page
from .customer_archive_gate import SALE
from .customer_archive_waiver import WAIVER

GATE, FILE = "customer.archive.gate", "customer.archive"
# What makes a confirmed order another one, besides its lines.
DECIDES = {"company_id", "currency_id", "partner_id", "state"}


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
        open_ = self.filtered(lambda order: order.state in ("draft", "sent"))
        found = self.env[GATE]._findings(open_, self._archive_kind)
        for order, findings in found.items():
            own = order.sudo(self.env.su)
            own.archive_warning = "\n".join(order._archive_sentences(findings))
            own.archive_stops = any(each.stops for each in findings)

    def _archive_sentences(self, findings):
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        return [each.gate._words(partner, each.file) for each in findings]

    def _archive_is_stopped(self):
        """Whether this order couldn't be confirmed at this moment."""
        self.ensure_one()
        found = self.env[GATE]._findings(self, self._archive_kind)
        return any(each.stops for findings in found.values() for each in findings)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # By what they are: a status may come as a default.
        orders._archive_pass(is_new=True)
        return orders

    def write(self, vals):
        result = super().write(vals)
        if DECIDES & vals.keys():
            self._archive_pass()
        return result

    def _archive_pass(self, keep=True, is_new=False):
        """Let these orders pass, as far as they are confirmed, or refuse all of them.

        :param bool keep: whether what they pass despite is kept; not each time an
            order grows
        :param bool is_new: whether they won't be there any more once refused
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
            raise self._archive_stopped(stopped, is_new)
        if keep:
            self._archive_keep_warnings(found)

    @api.model
    def _archive_stopped(self, stopped, is_new):
        """Return the error that refuses orders, after recording the attempts."""
        log, words = self.env["customer.archive.log"], []
        for order, findings in stopped.items():
            sentences = order._archive_sentences(findings)
            words += [f"{order.name}: {sentence}" for sentence in sentences]
            about = self._archive_about(order, findings)
            log._record_refusal(about, "confirm_order", "\n".join(sentences))
        text = "\n".join(words)
        if not self.env.user._is_internal():
            # The reasons are the company's, not the party's who signs a quotation.
            return UserError(
                self.env._(
                    "This order can't be confirmed at present. Please contact us."
                )
            )
        order, findings = next(iter(stopped.items()))
        return self._archive_way_on(order, findings, text, is_new)

    @api.model
    def _archive_about(self, order, findings):
        """Return what the access record names: the file, or the party without one."""
        files = self.env[FILE].sudo().union(*(each.file for each in findings))
        return files or order.partner_id.commercial_partner_id

    @api.model
    def _archive_way_on(self, order, findings, text, is_new):
        """Return the error with the way to a waiver, for who may ask for one."""
        waivers = self.env[WAIVER]
        if not waivers.has_access("create"):
            words = self.env._("%s\nSales or purchasing can ask for a waiver.", text)
            return UserError(words)
        words = self.env._("%s\nMend it, or ask for a waiver.", text)
        name = "sale_order_id" if self._archive_kind == SALE else "purchase_order_id"
        context = {
            "default_partner_id": order.partner_id.commercial_partner_id.id,
            "default_company_id": order.company_id.id,
            "default_gate_ids": [each.gate.id for each in findings],
        }
        if not is_new:
            context[f"default_{name}"] = order.id
        action = open_page(waivers, self.env._("Request a Waiver"))
        return RedirectWarning(words, action, self.env._("Request a Waiver"), context)

    @api.model
    def _archive_keep_warnings(self, found):
        """Keep with orders, and on record, what they were confirmed despite.

        The reasons are in the access record alone: who reads an order needn't read
        the file of its party.
        """
        log, notes = self.env["customer.archive.log"], {}
        for order, findings in found.items():
            own = self.with_context(lang=order.company_id.partner_id.lang)
            notes[order.id] = own.env._(
                "Confirmed, although the party doesn't meet every condition."
            )
            conditions = ",".join(each.gate.condition for each in findings)
            detail = f"{self._archive_kind} {order.id} {conditions}"
            log._record("gate", self._archive_about(order, findings), detail)
        if notes:
            orders = self.sudo().browse(notes)
            author = self.env.user.partner_id.id
            orders._message_log_batch(bodies=notes, author_id=author)
