from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import is_system


class CustomerArchiveRequestItems(models.AbstractModel):
    """A request for a file or for some of its papers.

    Who sees the file names its items one by one; who doesn't, the kinds of papers.
    """

    _name = "customer.archive.request.items"
    _description = "Item Request"
    _inherit = ["customer.archive.request"]

    scope = fields.Selection(
        [("items", "Selected items"), ("file", "The whole file")],
        required=True,
        default="items",
    )
    # Each inheriting model names a table of its own: the usual name is too long.
    type_ids = fields.Many2many(
        "customer.archive.document.type",
        relation="customer_archive_request_type_rel",
        string="Item Types",
        help="All items of these types in the file.",
    )
    document_ids = fields.Many2many(
        "customer.archive.document",
        string="Items",
        domain="[('archive_id', '=', archive_id), ('is_received', '=', True)]",
    )
    include_sensitive = fields.Boolean(
        string="Include Sensitive Items",
        help=(
            "Identity documents, bank documents and the like. Only request them if "
            "the purpose requires it."
        ),
    )
    item_ids = fields.Many2many(
        "customer.archive.document",
        compute="_compute_item_ids",
        string="Requested Items",
        help="Limited to those that you may see.",
    )
    scope_words = fields.Char(
        string="Requested Item Types",
        compute="_compute_scope_words",
        help="The requested item types, as in the register.",
    )
    is_file_open = fields.Boolean(
        compute="_compute_is_file_open", export_string_translation=False
    )

    @api.depends("scope", "type_ids", "document_ids", "include_sensitive", "archive_id")
    @api.depends_context("uid")
    def _compute_item_ids(self):
        for request in self:
            # Looked up for everybody, shown as far as the reader's rights go.
            wanted = request.sudo()._wanted_items().sudo(False)
            request.item_ids = wanted._filtered_access("read")

    @api.depends("scope", "type_ids", "document_ids.type_id")
    @api.depends_context("lang")
    def _compute_scope_words(self):
        for request in self:
            if request.scope == "file":
                request.scope_words = self.env._("The whole file")
                continue
            # Kinds of papers are no secret; which of them were asked for neither.
            types = request.type_ids | request.sudo().document_ids.type_id
            request.scope_words = ", ".join(types.mapped("name"))

    @api.depends("archive_id")
    @api.depends_context("uid")
    def _compute_is_file_open(self):
        for request in self:
            archive = request.archive_id
            request.is_file_open = bool(archive.id) and archive.has_access("read")

    @api.constrains("document_ids")
    def _check_documents(self):
        for request in self:
            # Constraints run as superuser: who names an item has to see it.
            items = request.document_ids
            if not is_system(self.env):
                items.sudo(False).check_access("read")
            if items.archive_id - request.archive_id:
                raise UserError(self.env._("Select only items of the requested file."))

    def _wanted_items(self):
        """Return the items asked for, as they are in the file at this moment."""
        self.ensure_one()
        received = self.archive_id.document_ids.filtered("is_received")
        if self.scope == "items":
            received = received.filtered(
                lambda item: item in self.document_ids or item.type_id in self.type_ids
            )
        if self.include_sensitive:
            return received
        return received.filtered(lambda item: not item.is_sensitive)

    def _approval_check(self):
        result = super()._approval_check()
        for request in self:
            request._check_scope()
        return result

    def _check_scope(self):
        """Check that everything asked for is there, and was asked for outright.

        :raise UserError: naming what isn't
        """
        self.ensure_one()
        # The requester learns whether the file holds the named items, and no more.
        own = self.sudo()
        if self.scope == "items" and not (own.document_ids or own.type_ids):
            raise UserError(self.env._("Select the items that you need."))
        held = own.archive_id.document_ids.filtered("is_received")
        missing = own.type_ids - held.type_id
        if self.scope == "items" and missing:
            raise UserError(
                self.env._(
                    "The file contains no %s.",
                    ", ".join(f"“{name}”" for name in missing.mapped("name")),
                )
            )
        sensitive = (own.document_ids.type_id | own.type_ids).filtered("is_sensitive")
        if self.scope == "items" and sensitive and not self.include_sensitive:
            raise UserError(
                self.env._(
                    "%s contains sensitive data: tick “Include Sensitive Items”, "
                    "or remove it.",
                    ", ".join(f"“{name}”" for name in sensitive.mapped("name")),
                )
            )
