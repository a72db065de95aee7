"""What points to a record of ours says its name to those only who may read it.

Odoo keeps or computes such names as superuser: whoever points to a record is shown what
it is called. So nobody makes something point to what they may not read, and what others
made names it to its readers alone.
"""

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.fields import Domain

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import is_system

COPY = "ir.attachment"
# How fields with the name of a record are called.
NAMES = ("record_name", "res_name", "resource_name")


def _readable(env, pairs):
    """Return those (model, id) of some that the user may read, also as superuser."""
    found, by_model = set(), {}
    for model, res_id in pairs:
        by_model.setdefault(model, set()).add(res_id)
    for model, ids in by_model.items():
        records = env[model].sudo(env.uid == SUPERUSER_ID)
        records = records.browse(ids).exists()._filtered_access("read")
        found |= {(model, res_id) for res_id in records.ids}
    return found


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.depends_context("uid")
    def _compute_record_name(self):
        result = super()._compute_record_name()
        # A paper is called after its file.
        named = self.filtered(
            lambda each: each.res_id and (is_ours(each.model) or each.model == COPY)
        )
        readable = _readable(self.env, ((each.model, each.res_id) for each in named))
        for message in named:
            if (message.model, message.res_id) not in readable:
                message.record_name = False
        return result


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # Not stored: who may read a record isn't the same for all, nor for ever.
    res_name = fields.Char(store=False, compute_sudo=False, search="_search_res_name")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_res_name(self):
        # Whose activity it is may see that; of others the name is asked for below.
        own = self.sudo()
        ours = own.filtered(lambda each: each.res_id and is_ours(each.res_model))
        readable = _readable(self.env, ((each.res_model, each.res_id) for each in ours))
        for activity in ours:
            shown = (activity.res_model, activity.res_id) in readable
            record = self.env[activity.res_model].sudo().browse(activity.res_id)
            activity.with_env(self.env).res_name = shown and record.display_name
        others = own - ours
        result = super(MailActivity, others)._compute_res_name()
        for activity in others:
            activity.with_env(self.env).res_name = activity.res_name
        return result

    @api.model
    def _search_res_name(self, operator, value):
        groups = self._read_group([("res_id", "!=", False)], ["res_model"])
        called = [("display_name", operator, value)]
        return Domain.OR(
            Domain("res_model", "=", model)
            & Domain("res_id", "in", self.env[model]._search(called))
            for (model,) in groups
            if model in self.env and self.env[model].has_access("read")
        )


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if names := records._archive_naming_fields():
            records._archive_check_pointed(names)
        return records

    def write(self, vals):
        result = super().write(vals)
        if names := self._archive_naming_fields():
            asked = {name: by for name, by in names.items() if vals.keys() & by}
            self._archive_check_pointed(asked)
        return result

    @api.model
    @tools.ormcache()
    def _archive_naming_fields(self):
        """Return the references of a model that names records, with what sets them.

        :return: {name of the field with the id: names of fields}
        """
        told = any(
            name.endswith(NAMES) and field.type == "char"
            for name, field in self._fields.items()
        )
        # Messages and papers are refused by what they are.
        if not told or is_ours(self._name) or self._name in ("mail.message", COPY):
            return {}
        return {
            name: frozenset((name, *self._archive_naming_model(field.model_field)))
            for name, field in self._fields.items()
            if isinstance(field, fields.Many2oneReference) and not field.inherited
        }

    @api.model
    def _archive_naming_model(self, name):
        related = self._fields[name].related
        return (name, related.split(".")[0]) if related else (name,)

    def _archive_check_pointed(self, names):
        """Check that the user may read what of ours these point to from now on."""
        if self.env.su or is_system(self.env):
            return
        for name in names:
            about = self._fields[name].model_field
            # What it points to decides for everybody.
            for each in self.sudo():
                if each[name] and is_ours(each[about]):
                    record = self.env[each[about]].browse(each[name])
                    record.check_access("read")
