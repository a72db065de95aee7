from odoo import api, models

from .sentinel import is_system


class CustomerArchiveListed(models.AbstractModel):
    """A row that this addon alone makes and takes away, and clients fill in.

    An inheriting model says in ``_filled_in`` what they write, and in
    ``_listed_words`` how rows come about.
    """

    _name = "customer.archive.listed"
    _description = "Listed Row"
    _inherit = ["customer.archive.guard"]

    _filled_in = ()

    @api.model
    def _protected(self):
        made = {
            name
            for name, field in self._fields.items()
            if field.store and field.type != "one2many" and name != "id"
        }
        made -= set(self._filled_in)
        return {**super()._protected(), **dict.fromkeys(made, False)}

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_clients()
        return super().create(vals_list)

    def unlink(self):
        self._refuse_clients()
        return super().unlink()

    def _refuse_clients(self):
        """Refuse to make rows, or to take them away.

        :raise AccessError: with the way to do it right
        """
        if not is_system(self.env):
            raise self._refusal(self._listed_words(), "write")

    @api.model
    def _listed_words(self):
        """Return how rows of this model come about, as a sentence."""
        raise NotImplementedError
