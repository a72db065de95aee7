import contextlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import fixity
from ...tools import transfer_package as package
from ..common.roles import ADMIN, ARCHIVIST
from ..common.row_lock import wait_for_others
from ..encryption.customer_archive_keyring import KeyProblem


class CustomerArchivePacking(models.AbstractModel):
    """What decrypts copies of files on purpose, for a package that leaves.

    Archivists do that, by an approval: transfers, and exports of the electronic tree.
    An inheriting model has ``name``, ``company_id`` and ``state``.
    """

    _name = "customer.archive.packing"
    _description = "Packages of Copies"
    _inherit = ["customer.archive.guard"]

    can_pack = fields.Boolean(
        compute="_compute_can_pack", export_string_translation=False
    )

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_pack(self):
        for record in self:
            record.can_pack = record._may_carry_out()

    # What an inheriting model says

    def _carried_out_words(self):
        """Return what others are told than those who may carry it out."""
        raise NotImplementedError

    # Who, and when

    def _may_carry_out(self):
        user = self.env.user
        # Who left carries out nothing, and who administers the files decrypts nothing.
        may = user.active and user.has_group(ARCHIVIST)
        return may and not user.has_group(ADMIN)

    def _check_step(self, operation, *states):
        """Check that the user carries it out, and that it is time for a step.

        :param operation: what is done, as a code
        :raise AccessError: for other roles
        :raise UserError: in another state
        """
        self.ensure_one()
        wait_for_others(self)
        if not self._may_carry_out():
            raise self._refusal(self._carried_out_words(), operation)
        self._check_stage(*states)

    def _check_stage(self, *states):
        self.invalidate_recordset(["state"])
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%s isn't at this stage any more, or not yet: see its status.",
                    self.name,
                )
            )

    # What is packed

    def _items_read(self, files, sensitive=True):
        """Return the items of files, as superuser, each of which the user reads.

        Who carries what is sensitive has signed for it.

        :param sensitive: whether sensitive items go along
        :raise UserError: if the user doesn't read all of them
        :raise RedirectWarning: without a valid undertaking
        """
        files = files.sudo(False)
        files.check_access("read")
        items = files.sudo().document_ids
        if not sensitive:
            items = items.filtered(lambda item: not item.is_sensitive)
        if items - items.sudo(False)._filtered_access("read").sudo():
            raise UserError(
                self.env._(
                    "You can't read all items of these files: somebody with a higher "
                    "clearance has to pack them."
                )
            )
        if items.filtered("is_sensitive"):
            self.env["customer.archive.undertaking"]._check_signed(self.company_id)
        return items

    @contextlib.contextmanager
    def _decrypted(self, copy):
        """Open a copy for the package; what is wrong with it is said by its name."""
        try:
            with copy._archive_verified(), copy._archive_reader() as reader:
                yield reader
        except KeyProblem as error:
            raise UserError(
                self.env._(
                    "“%(copy)s” of %(file)s can't be packed: %(reason)s",
                    copy=copy.name,
                    file=copy._bound_archive_items().archive_id.name,
                    reason=error,
                )
            ) from None

    def _entry_of(self, copy, path):
        """Read a copy for its digests; return what a manifest says of it.

        Whoever calls has checked who may, and records it.
        """
        with self._decrypted(copy) as reader:
            digests = fixity.digests_of(reader)
            size = reader.tell()
            pages = package.pages_of(reader, copy.mimetype)
        more = {"mimetype": copy.mimetype, "pages": pages}
        return package.entry_of("content", path, size, digests, **more)

    def _year_of(self, file):
        return (file.opening_date or file.create_date).year
