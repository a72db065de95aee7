from odoo import api, fields, models

from ..common.sentinel import as_system


class CustomerArchiveDocument(models.Model):
    """The number of a paper within its file 件号, from the file's registration on.

    Requirement B10: 1, 2, 3 … as papers come in; none is used twice, because items of
    files on record are never removed.
    """

    _inherit = "customer.archive.document"

    item_number = fields.Integer(
        string="Item No.",
        readonly=True,
        copy=False,
        aggregator=None,
        help=(
            "Number of the item within its file: given at registration, or when the "
            "item is received later."
        ),
    )
    shown_item_number = fields.Char(
        string="Displayed Item No.",
        compute="_compute_shown_item_number",
        export_string_translation=False,
    )

    _item_number = models.UniqueIndex(
        "(archive_id, item_number) WHERE item_number > 0",
        "Another item of this file already has this item number.",
    )

    @api.depends("item_number")
    def _compute_shown_item_number(self):
        for item in self:
            number = item.item_number
            item.shown_item_number = str(number) if number else False

    @api.model
    def _protected(self):
        return {**super()._protected(), "item_number": 0}

    def _give_item_numbers(self):
        """Number those of these items that are in a file on record, and have none.

        Who receives items of one file at once queues at a lock until the others'
        transactions end, as for the numbers of files.
        """
        waiting = self.filtered(
            lambda item: (
                item.is_received and not item.item_number and item.archive_id.name
            )
        )
        for archive, items in sorted(
            waiting.grouped("archive_id").items(), key=lambda part: part[0].id
        ):
            number = archive._last_item_number()
            for item in items.sorted(lambda each: (each.group, each.sequence, each.id)):
                number += 1
                as_system(item).item_number = number
