from odoo import api, fields, models
from odoo.exceptions import UserError

from ...exceptions import RedirectWarning
from ..common.sentinel import quietly
from ..common.windows import open_page
from .customer_archive_gate import SALE
from .customer_archive_waiver import WAIVER
from .reckoned import check_not_reckoned

GATE, FILE = "customer.archive.gate", "customer.archive"
# What makes a confirmed order another one, besides its lines.
CHANGES = {"currency_id", "state"}
WHOSE = {"company_id", "partner_id"}
# What makes it more, or another one, than a waiver that is asked for next would be for.
ALTERS = WHOSE | {"currency_id", "order_line"}
# Marks that orders are being made: their lines come with them.
MAKING = "customer_archive_making"


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
    # The fields with whom goods and invoices go to.
    _archive_addresses = ()

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
        return [each.gate._words(each.party, each.file) for each in findings]

    def _archive_addressed(self):
        """Return the parties that goods and invoices go to."""
        contacts = self.env["res.partner"].union(
            *(self[name] for name in self._archive_addresses)
        )
        return contacts.commercial_partner_id

    def _archive_is_stopped(self):
        """Whether this order couldn't be confirmed at this moment."""
        self.ensure_one()
        found = self.env[GATE]._findings(self, self._archive_kind)
        return bool(self._archive_stops(found))

    @api.model
    def _archive_stops(self, found):
        """Return, by order, those of what was found that stop it."""
        stops = {
            order: [each for each in findings if each.stops]
            for order, findings in found.items()
        }
        return {order: findings for order, findings in stops.items() if findings}

    @api.model_create_multi
    def create(self, vals_list):
        check_not_reckoned(self, vals_list)
        making = quietly(self, MAKING)
        orders = super(CustomerArchiveGated, making).create(vals_list)
        orders = orders.with_env(self.env)
        # By what they are: a status may come as a default.
        orders._archive_pass()
        return orders

    def write(self, vals):
        check_not_reckoned(self, [vals])
        whose = WHOSE | set(self._archive_addresses)
        if not (CHANGES | whose) & vals.keys():
            return super().write(vals)
        confirmed = self._archive_are_confirmed()
        before = {order: order._archive_whose() for order in confirmed}
        altered = (ALTERS | whose) & vals.keys()
        result = super().write(vals)
        same = confirmed.filtered(
            lambda order: order._archive_whose()[:2] == before[order][:2]
        )
        # Another contact of the same party is no reason to ask anew. What is confirmed
        # in two steps is noted once, unless it becomes another's.
        asked = self if CHANGES & vals.keys() else self - same
        asked._archive_pass(same, self.browse() if altered else self - confirmed)
        same._archive_arrived(before)
        return result

    def _archive_whose(self):
        """Return who orders, in which company, and all parties of this order."""
        # Whose it is decides, also where who writes it doesn't see them.
        own = self.sudo()
        party = own.partner_id.commercial_partner_id
        return party, own.company_id, self.env[GATE]._parties_of(own)

    def _archive_arrived(self, before):
        """Ask what is asked of anybody of whom goods and invoices go to from now on.

        :param before: what :meth:`_archive_whose` said of these orders
        """
        parties = {
            order: order._archive_whose()[2] - before[order][2] for order in self
        }
        for arrived, orders in self.grouped(parties.get).items():
            if arrived:
                orders._archive_pass(parties=arrived)

    def _archive_are_new(self):
        """Return those of these orders that this transaction has made."""
        now = self.env.cr.now().replace(microsecond=0)
        return self.filtered(lambda order: order.create_date >= now)

    def _archive_are_confirmed(self):
        """Return those of these orders that are confirmed."""
        return self.filtered(lambda order: order.state in self._archive_confirmed)

    def _archive_pass(self, known=None, offers=None, parties=None):
        """Let these orders pass, as far as they are confirmed, or refuse all of them.

        :param known: orders of which it is kept already what they pass despite
        :param offers: orders that aren't confirmed yet, and once refused are there as
            they would have been: a waiver for one of them lets it pass
        :param parties: ask these alone, and only what is asked of anybody: those that
            goods or invoices go to now; without it all that is asked of an order
        :raise UserError: if one is stopped; who may ask for a waiver is led there
        """
        confirmed = self._archive_are_confirmed()
        confirmed._archive_refuse_blocked(parties)
        found = self.env[GATE]._findings(confirmed, self._archive_kind, parties)
        if stopped := self._archive_stops(found):
            raise self._archive_stopped(stopped, offers or self.browse())
        for order in known or ():
            found.pop(order, None)
        self._archive_keep_warnings(found)

    def _archive_refuse_blocked(self, parties=None):
        """Refuse what is ordered by, or goes to, a party whose file is blocked.

        PIPL, article 47: that isn't waived. The retention clock asks it of who orders
        only, and not before the commit.

        :param parties: ask these alone
        """
        for company, orders in self.sudo().grouped("company_id").items():
            asked = self.env[GATE]._parties_of(orders)
            asked = asked if parties is None else asked & parties
            try:
                asked._archive_check_not_blocked(company)
            except UserError:
                if self.env.user._is_internal():
                    raise
                raise self._archive_refused_outside() from None

    @api.model
    def _archive_refused_outside(self):
        """Return the error for who isn't a colleague.

        The reasons are the company's, not the party's who signs a quotation.
        """
        return UserError(
            self.env._("This order can't be confirmed at present. Please contact us.")
        )

    @api.model
    def _archive_stopped(self, stopped, offers):
        """Return the error that refuses orders, after recording the attempts."""
        log, words = self.env["customer.archive.log"], []
        for order, findings in stopped.items():
            sentences = order._archive_sentences(findings)
            words += [f"{order.name}: {sentence}" for sentence in sentences]
            about = self._archive_about(findings)
            log._record_refusal(about, "confirm_order", "\n".join(sentences))
        text = "\n".join(words)
        if not self.env.user._is_internal():
            return self._archive_refused_outside()
        order, findings = next(iter(stopped.items()))
        return self._archive_way_on(order, findings, text, order in offers)

    @api.model
    def _archive_about(self, findings):
        """Return what the access record names: the file, or the party without one."""
        files = self.env[FILE].sudo().union(*(each.file for each in findings))
        return files or findings[0].party.union(*(each.party for each in findings))

    @api.model
    def _archive_way_on(self, order, findings, text, is_offer):
        """Return the error with the way to a waiver, for who may ask for one.

        It is for the party until a day where one for the order wouldn't help: what is
        refused to a confirmed one, more of it or another party, isn't in it afterwards.
        """
        # The one who is led there asks for it, whoever confirms.
        waivers = self.env[WAIVER].sudo(False)
        if not waivers.has_access("create"):
            words = self.env._("%s\nSales or purchasing can ask for a waiver.", text)
            return UserError(words)
        words = self.env._("%s\nMend it, or ask for a waiver.", text)
        name = "sale_order_id" if self._archive_kind == SALE else "purchase_order_id"
        context = {
            "default_partner_id": findings[0].party.id,
            "default_company_id": order.company_id.id,
            "default_gate_ids": [
                each.gate.id for each in findings if each.party == findings[0].party
            ],
        }
        if is_offer:
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
            log._record("gate", self._archive_about(findings), detail)
        if notes:
            orders = self.sudo().browse(notes)
            author = self.env.user.partner_id.id
            orders._message_log_batch(bodies=notes, author_id=author)
