"""Who hears of our records: colleagues who may read them, and nobody else.

Followers and those whom a message addresses get it by mail, and read it in Odoo, for
good. For outsiders there is sharing 对外提供, which is approved and recorded.
"""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from ..common.customer_archive_guard import is_ours
from ..common.readers import readable_by
from ..common.sentinel import is_system, is_vouched

FILE = "customer.archive"
FOLLOWED = ("message_follower_ids", "message_partner_ids", "message_is_follower")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Subscribe as usual; nobody adds who has no permanent access to the record.

        :raise AccessError: naming those who may not, and the right way
        """
        others = set(partner_ids or ()) - set(self.env.user.partner_id.ids)
        if others and is_ours(self._name) and not (self.env.su or is_system(self.env)):
            # As Odoo does: who may not add anybody isn't told who may read.
            self.check_access("write")
            for record in self:
                record._archive_check_hearing(others, "follow")
        return super().message_subscribe(partner_ids, subtype_ids)

    def _message_create(self, values_list):
        if not is_vouched(self.env):
            for values in values_list:
                if is_ours(values.get("model")):
                    self._archive_check_addressed(values)
        return super()._message_create(values_list)

    @api.model
    def _archive_check_addressed(self, values):
        """Check that a message of somebody goes to readers of its record alone."""
        partner_ids, model = values.get("partner_ids"), values["model"]
        addresses = values.get("outgoing_email_to")
        if not (partner_ids or addresses):
            return
        # Whether they may write there is checked on writing.
        record = self.env[model].browse(values.get("res_id") or ()).exists()
        if addresses:
            raise record._archive_not_hearing(addresses, "address")
        if record:
            record._archive_check_hearing(partner_ids, "address")

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out outsiders, who may follow the record since long ago."""
        told = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not is_ours(self._name):
            return told
        addressed = set()
        if self.env.uid == SUPERUSER_ID:
            addressed = {False, *message.sudo().partner_ids.ids}
        return [
            each
            for each in told
            if each["id"] in addressed or (each["uid"] and not each["share"])
        ]


class Base(models.AbstractModel):
    """Messages are about any record, also of models that have no thread."""

    _inherit = "base"

    def _archive_check_hearing(self, partner_ids, operation):
        """Check that only who may hear of this record is told of it.

        :raise AccessError: naming the others; the attempt is recorded
        """
        # Whether they are users isn't the writer's to know; their names are known.
        partners = self.env["res.partner"].sudo().browse(partner_ids).exists()
        closed = partners - self._archive_hearing(partners)[self.id]
        if closed:
            names = ", ".join(name or "" for name in closed.mapped("name"))
            raise self._archive_not_hearing(names, operation)

    def _archive_not_hearing(self, names, operation):
        message = self.env._(
            "%s has no permanent access to this record: only colleagues who do can "
            "follow it and receive its messages. To provide it outside the "
            "company, request a sharing on the file; for a colleague, request a "
            "consultation.",
            names,
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(self, operation, message)
        return AccessError(message)

    def _archive_hearing(self, partners):
        """Return {id: those of ``partners`` who may hear of that record}."""
        # Who may read a record isn't asked as the user.
        records = self.sudo()
        found = dict.fromkeys(self.ids, partners.sudo().browse())
        for user in partners.sudo().user_ids:
            if user.share or not user.active:
                continue
            for record in readable_by(user, records):
                if record._name != FILE or record._is_named_for_good(user):
                    found[record.id] |= user.partner_id
        return found


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        followers = super().create(vals_list)
        followers._archive_check_followers()
        return followers

    def write(self, vals):
        result = super().write(vals)
        self._archive_check_followers()
        return result

    def _archive_check_followers(self):
        if self.env.su or is_system(self.env):
            # See _insert_followers().
            return
        for each in self.filtered(lambda follower: is_ours(follower.res_model)):
            record = self.env[each.res_model].browse(each.res_id)
            record._archive_check_hearing(each.partner_id.ids, "follow")

    @api.model
    def _archive_follow(self, records, partner):
        """Make a partner follow records, those that they may hear of, at once.

        As whoever is given an activity does. One by one, as Odoo makes followers, it
        costs as much as the activities themselves. Called as superuser.
        """
        hearing = records._archive_hearing(partner)
        ids = [each.id for each in records if partner in hearing[each.id]]
        subtypes = self.env["mail.message.subtype"]._default_subtypes(records._name)[0]
        self.env.cr.execute(
            """
            WITH made AS (
                INSERT INTO mail_followers (res_model, res_id, partner_id)
                SELECT %s, id, %s FROM unnest(%s::int[]) id
                ON CONFLICT (res_model, res_id, partner_id) DO NOTHING
                RETURNING id
            )
            INSERT INTO mail_followers_mail_message_subtype_rel
                   (mail_followers_id, mail_message_subtype_id)
            SELECT made.id, subtype FROM made, unnest(%s::int[]) subtype
            """,
            [records._name, partner.id, ids, subtypes],
        )
        names = [name for name in FOLLOWED if name in records._fields]
        records.invalidate_recordset(names, flush=False)

    @api.model
    def _archive_following(self, res_model, res_ids, partner_ids):
        """Return the ids of those records that all of some partners follow already."""
        groups = self.sudo()._read_group(
            [
                ("res_model", "=", res_model),
                ("res_id", "in", res_ids),
                ("partner_id", "in", partner_ids),
            ],
            ["res_id"],
            ["__count"],
        )
        return {res_id for res_id, count in groups if count == len(set(partner_ids))}

    def _insert_followers(
        self, res_model, res_ids, partner_ids, subtypes=None, *args, **kwargs
    ):
        args = (subtypes, *args)
        if not is_ours(res_model):
            return super()._insert_followers(
                res_model, res_ids, partner_ids, *args, **kwargs
            )
        if not subtypes:
            # Nothing is changed on these: who may hear of them isn't asked again.
            done = self._archive_following(res_model, res_ids, partner_ids)
            res_ids = [each for each in res_ids if each not in done]
            if not res_ids:
                return None
        partners = self.env["res.partner"].browse(partner_ids)
        hearing = self.env[res_model].browse(res_ids)._archive_hearing(partners)
        by_partners = {}
        for res_id, fit in hearing.items():
            by_partners.setdefault(tuple(fit.ids), []).append(res_id)
        for fit, ids in by_partners.items():
            if fit:
                super()._insert_followers(res_model, ids, list(fit), *args, **kwargs)
        return None
