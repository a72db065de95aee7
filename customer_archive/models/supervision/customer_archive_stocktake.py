from odoo import models

from .customer_archive_incident import INCIDENT


class CustomerArchiveStocktake(models.Model):
    """What is lost without being on loan is an incident."""

    _inherit = "customer.archive.stocktake"

    def _tell_of_loss(self, line):
        result = super()._tell_of_loss(line)
        file = line.archive_id
        # By its number, which names nobody.
        number = file.name or f"#{file.id}"
        item = line.document_id.type_id
        self.env[INCIDENT]._raise(
            self.company_id,
            f"stocktake {self.id} {line.id}",
            lambda env: env._(
                "%(stocktake)s: %(what)s is lost without being on loan. %(note)s",
                stocktake=self.name,
                what=" ".join(filter(None, (number, item.with_env(env).name))),
                note=line.note or "",
            ),
            kind="loss",
            origin="stocktake",
            archive_ids=[(6, 0, file.ids)],
        )
        return result
