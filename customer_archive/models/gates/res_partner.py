from odoo import fields, models

# Of which orders the conditions are asked.
GATED = ("sale.order", "purchase.order")
# What a contact belongs to another party by, or becomes another kind of party.
BELONGS = {"commercial_partner_id", "is_company", "parent_id"}


class ResPartner(models.Model):
    """A contact that comes to another party brings its orders along."""

    _inherit = "res.partner"

    def write(self, vals):
        moves = BELONGS & vals.keys()
        before = {each: each._archive_party() for each in self if moves}
        result = super().write(vals)
        moved = [each for each, old in before.items() if each._archive_party() != old]
        moved = self.browse().concat(*moved)
        moved.commercial_partner_id._archive_take_over(moved._archive_live_orders())
        return result

    def _archive_party(self):
        """Return whom a contact belongs to, and whether that is a company."""
        party = self.commercial_partner_id
        return party, party.is_company

    def _archive_live_orders(self):
        """Return what is confirmed for these and those below, and not invoiced yet.

        :return: list of pairs, for each kind: what they order, and what only goes to
            them; as superuser: what is asked doesn't depend on who moves a contact, or
            sees its orders
        """
        if not self:
            return []
        every = self.sudo().with_context(active_test=False)
        contacts = every.search([("id", "child_of", self.ids)])
        found = []
        for name in GATED:
            orders = self.env[name].sudo()
            of_them = fields.Domain.OR(
                fields.Domain(field, "in", contacts.ids)
                for field in ("partner_id", *orders._archive_addresses)
            )
            live = fields.Domain("state", "in", orders._archive_confirmed)
            live &= fields.Domain("invoice_status", "!=", "invoiced")
            both = orders.search(live & of_them)
            theirs = both.filtered(lambda order: order.partner_id in contacts)
            found.append((theirs, both - theirs))
        return found

    def _archive_take_over(self, live):
        """Let orders pass that become those of these parties, or go to them now.

        :param live: what :meth:`_archive_live_orders` found of those who came to them
        :raise UserError: if something stops one of them
        """
        for theirs, others in live:
            theirs._archive_pass()
            others._archive_pass(parties=self)
