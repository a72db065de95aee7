from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..common.customer_archive_guard import is_ours
from ..common.internal_job import as_job, job_of
from ..common.roles import NEED_ALL
from ..common.sentinel import as_system, is_system
from ..copies.ir_attachment import FIXED, ITEM, TOLD
from ..copies.ir_attachment_encryption import KEY

ARCHIVE = "customer.archive"
# Fields that say where a paper is, and what it shows.
HOME = {"res_id", "res_model"}


class IrAttachment(models.Model):
    """Papers of the customer files: kept with an item, encrypted, and nowhere plain.

    A paper 纸件 is whatever is bound to one of our models or encrypted by a key of
    ours. By hand it comes in as the copy of an item only. What somebody mails to a
    record isn't lost: it is kept with the record, encrypted with the key of its file,
    until somebody sorts it; see :mod:`.mail_thread`.
    """

    _inherit = "ir.attachment"

    # Coming in

    @api.model_create_multi
    def create(self, vals_list):
        if not is_system(self.env):
            # Before anything of it is stored; defaults and the rest are seen below.
            keeper = self._archive_named(vals_list)
            if keeper is not None:
                raise self._archive_refused(self._archive_way_in(), "attach", keeper)
        attachments = super().create(vals_list)
        if not is_system(self.env):
            attachments._archive_check_plain()
        return attachments

    def write(self, vals):
        papers = self._archive_papers()
        if papers and "thumbnail" in vals:
            # It would show a part of the paper, in plain.
            vals = {name: value for name, value in vals.items() if name != "thumbnail"}
            if not vals:
                return True
        by_hand = not is_system(self.env)
        if by_hand and (FIXED | TOLD) & set(vals):
            papers._archive_check_stays(vals)
        result = super().write(vals)
        if HOME & set(vals):
            if by_hand:
                self._archive_check_plain()
            (self._archive_papers() - papers)._archive_check_unlinked()
        return result

    def copy_data(self, default=None):
        # Of copies of items, that is refused already.
        if plain := self._archive_papers() - self._archive_encrypted():
            raise plain._archive_refused(plain._archive_way(), "copy")
        return super().copy_data(default)

    def _migrate(self):
        # Odoo reads and writes each content once more.
        return super(IrAttachment, as_system(as_job(self, "storage")))._migrate()

    @api.ondelete(at_uninstall=True)
    def _unlink_except_mailed_papers(self):
        if not is_system(self.env):
            # Whether a file keeps it decides, also where the file can't be seen.
            mailed = self.sudo().filtered(lambda each: each._archive_is_unsorted())
            for attachment in mailed:
                attachment._archive_file()._check_deletable()

    # What is a paper, and whose

    def _archive_papers(self):
        """Return those of these attachments that are papers of the customer files."""
        # Whether it is one decides for everybody, also where it can't be seen.
        own = self.sudo().exists()
        papers = own.filtered(lambda each: each[KEY] or is_ours(each.res_model))
        return papers.with_env(self.env)

    def _archive_keeper(self):
        """Return our record that this attachment belongs to, itself or by a message.

        :return: a record; None if it isn't ours
        """
        self.ensure_one()
        own = self.sudo()
        return self._archive_subject(own.res_model, own.res_id)

    @api.model
    def _archive_subject(self, model_name, res_id):
        """Return our record that ``res_id`` is, or that is the subject of it.

        Messages, activities and the like say by a pair of fields what they are about.
        """
        if is_ours(model_name):
            model = self.env.get(model_name, self.env[ARCHIVE])
            return model.sudo().browse(res_id or ()).exists()
        model = self.env.get(model_name)
        field = model is not None and model._fields.get("res_id")
        if not (res_id and isinstance(field, fields.Many2oneReference)):
            return None
        # For everybody: what it is about decides who may see it.
        record = model.sudo().browse(res_id).exists()
        about = record[field.model_field] if record else None
        return self._archive_subject(about, record.res_id) if is_ours(about) else None

    def _archive_file(self):
        """Return the file of the record that this attachment belongs to, if any."""
        self.ensure_one()
        own = self.sudo()
        if not is_ours(own.res_model) or not own.res_id:
            return self.env[ARCHIVE].sudo()
        keeper = self._archive_keeper()
        if keeper._name == ARCHIVE:
            return keeper
        field = keeper._fields.get("archive_id")
        if field is not None and field.comodel_name == ARCHIVE:
            return keeper.archive_id
        return self.env[ARCHIVE].sudo()

    def _archive_is_unsorted(self):
        """Whether it came by mail, or was plain once, and isn't a copy of an item."""
        own = self.sudo()
        return bool(own[KEY] and own.res_model != ITEM)

    def _archive_has_no_home(self):
        """Whether nothing but a message keeps it, and says who may see it."""
        own = self.sudo()
        of_mail = (own.res_model or "mail.").startswith("mail.")
        return not own.res_id or (of_mail and own.res_model != "mail.template")

    def _archive_of_messages(self):
        """Return those that messages alone keep, and papers of the customer files."""
        loose = self.filtered(lambda each: each._archive_has_no_home())
        return loose | self._archive_papers()

    # Refusing

    @api.model
    def _archive_named(self, vals_list):
        """Return our record that one of ``vals_list`` would be bound to, or None."""
        given = self.env.context.get
        for vals in vals_list:
            name = vals.get("res_model", given("default_res_model"))
            res_id = vals.get("res_id", given("default_res_id"))
            keeper = self._archive_subject(name, res_id)
            if keeper is not None and keeper._name != ITEM and name != ITEM:
                return keeper
        return None

    def _archive_check_plain(self):
        """Check that nothing comes to our records but copies of items.

        :raise AccessError: with the way to an item
        """
        for attachment in self:
            keeper = attachment._archive_keeper()
            if keeper is not None and keeper._name != ITEM:
                raise attachment._archive_refused(
                    self._archive_way_in(), "attach", keeper
                )

    def _archive_check_stays(self, vals):
        """Check that papers stay what they are, where they are.

        Copies of items may be bound to another item, which is checked elsewhere.
        """
        for paper in self:
            own = paper.sudo()
            target = vals.get("res_model", own.res_model)
            moves = HOME & set(vals) and target != ITEM
            if own.res_model != ITEM or moves:
                raise paper._archive_refused(
                    self.env._(
                        "Items of the customer files can't be changed or moved."
                    ),
                    "write",
                )

    def _archive_way_in(self):
        return self.env._(
            "Documents can't be attached here, where they would not be encrypted: "
            "attach them to an item of the file's checklist, and add an item if "
            "none fits."
        )

    def _archive_way(self):
        return self.env._(
            "Items of the customer files can't leave by message, e-mail or other "
            "records. To provide them outside the company, request a sharing on "
            "the file; for a colleague, request a consultation."
        )

    def _archive_refused(self, message, operation, keeper=None):
        """Return the error that refuses something, after recording the attempt.

        :param keeper: our record that it is about; else those that keep the papers
        """
        log = self.env["customer.archive.log"]
        detail = f"{operation} attachment {', '.join(map(str, self.ids))}".strip()
        records = [keeper] if keeper is not None else self._archive_keepers()
        for record in records or [self.env[ITEM]]:
            log._record_refusal(record, detail, message)
        return AccessError(message)

    def _archive_keepers(self):
        """Return the records that keep these papers, as a list."""
        keepers = (paper._archive_keeper() for paper in self)
        return list(filter(None, keepers))

    # Links from elsewhere; see attachment_link

    def _archive_check_unlinked(self):
        """Check that nothing outside links what has just become a paper.

        :raise AccessError: if a message has it, for example
        """
        if self and self.env["base"]._archive_links_to(self.ids):
            raise self._archive_refused(
                self.env._(
                    "This upload is already part of a message or of another "
                    "record: upload the file again."
                ),
                "linked",
            )

    # Kept until somebody sorts it

    @api.model
    def _archive_take_in(self, record, name, source):
        """Keep a paper with one of our records, encrypted, until somebody sorts it.

        Called as superuser, by jobs: what people bring goes to an item.

        :param source: binary file, at its beginning
        """
        head = source.read(1024)
        source.seek(0)
        paper = as_system(self.sudo()).create(
            {
                "name": name,
                "mimetype": self._compute_mimetype({"name": name, "raw": head}),
                "res_model": record._name,
                "res_id": record.id,
            }
        )
        paper._archive_store(source)
        return paper

    # Going out

    def _compute_raw(self):
        """What a form is edited from shows the content that is stored.

        What the form says of its place or key is its client's word.
        """
        typed = self.filtered(lambda each: not each.id)
        for each in typed:
            each.raw = each._origin.raw
        stored = self - typed
        stored._archive_check_reader()
        return super(IrAttachment, stored)._compute_raw()

    def _to_http_stream(self):
        self._archive_check_reader()
        return super()._to_http_stream()

    def _archive_check_reader(self):
        """Check that a paper isn't read by the superuser, of whom nobody asks anything.

        It builds mails, and runs whatever else is in the background.

        :raise AccessError: unless it is one of the jobs of this addon
        """
        if not self.sudo(False).env.su or job_of(self.env):
            return
        papers = self._archive_papers()
        stored = papers.sudo().filtered(lambda each: each.store_fname or each.db_datas)
        if stored:
            raise stored._archive_refused(
                self.env._(
                    "Items of the customer files can only be opened by users, or "
                    "by a job of the customer files itself."
                ),
                "superuser",
            )

    def _archive_check_content(self, event):
        self._archive_check_reader()
        result = super()._archive_check_content(event)
        if self._archive_is_unsorted():
            self._archive_check_unsorted(event)
        return result

    def _archive_check_unsorted(self, event):
        """Check that the user may see a paper of which nobody knows yet what it is.

        It may be anything, so it counts as of every kind, and is as closed as what is
        sensitive; no request leads to it.
        """
        file = self._archive_file()
        if file and not file._has_permanent_access(self.env.user):
            raise self._archive_refused(
                self.env._("This document isn't sorted yet: no request covers it."),
                event,
            )
        if not self.env.user.has_groups(NEED_ALL):
            # It may show what a role that needs some kinds only doesn't need.
            raise self._archive_refused(
                self.env._(
                    "This document isn't sorted yet, and may contain data that "
                    "your role doesn't need. Those who maintain the file attach it "
                    "to an item."
                ),
                event,
            )
        self.env.user._archive_check_sensitive(file.sudo(False))

    def _archive_record_content(self, event, marked):
        if not self._archive_is_unsorted():
            return super()._archive_record_content(event, marked)
        log, keeper = self.env["customer.archive.log"], self._archive_keeper()
        detail = f"attachment {self.id}"
        if event == "download":
            return log._record(event, keeper, detail)
        return log._record_once(event, keeper, detail, minutes=1)

    def _archive_record_taken(self, marked):
        unsorted = self.filtered(lambda each: each._archive_is_unsorted())
        log = self.env["customer.archive.log"]
        # They come one by one, and belong to a record instead of an item.
        for paper in unsorted:
            detail = paper._archive_detail(marked[paper.id])
            log._record("download", paper._archive_keeper(), detail)
        return super(IrAttachment, self - unsorted)._archive_record_taken(marked)
