from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..common.customer_archive_guard import is_ours
from ..common.internal_job import job_of

COPY = "ir.attachment"


class Base(models.AbstractModel):
    """No record of another model takes a paper of the customer files (C4, C6, C7).

    Messages, mails, templates and whatever else holds attachments hand them on,
    decrypted and unasked, so the link itself is refused. Which fields these are is
    looked up: a module that is installed next year is held to it, too.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if names := records._archive_attachment_fields():
            records._archive_check_links(names)
        return records

    def write(self, vals):
        names = self._archive_attachment_fields()
        if not names or not (names | self._archive_subject_fields()) & vals.keys():
            return super().write(vals)
        before = self._archive_linked(names)
        result = super().write(vals)
        about = self._archive_subject_fields() & vals.keys()
        self._archive_check_links(names, frozenset() if about else before)
        return result

    @api.model
    @tools.ormcache()
    def _archive_attachment_fields(self):
        """Return the names of the fields by which this model links attachments."""
        if is_ours(self._name):
            return frozenset()
        return frozenset(
            field.name
            for field in self._fields.values()
            if field.relational
            and not field.inherited
            and (
                field.comodel_name == COPY
                # The other way round: what is linked is the attachment itself.
                or (self._name == COPY and field.type == "many2many")
            )
        )

    @api.model
    def _archive_subject_fields(self):
        """Return the names of the fields that say what a message is about."""
        field = self._fields.get("res_id")
        if isinstance(field, fields.Many2oneReference) and self._name != COPY:
            return frozenset(("res_id", field.model_field))
        return frozenset()

    def _archive_linked(self, names):
        """Return the ids of the attachments that these records link."""
        # Links decide, also to what the user can't see.
        own = self.sudo()
        linked = set()
        for name in names:
            field = self._fields[name]
            if field.comodel_name == COPY:
                linked.update(own.mapped(name).ids)
            else:
                linked.update(own.filtered(name).ids)
        return frozenset(linked)

    def _archive_check_links(self, names, before=frozenset()):
        """Check the links that these records have got.

        :param before: ids of the attachments that they had already
        :raise AccessError: if one is a paper of the customer files, or would become a
            plain one
        """
        linked = self._archive_linked(names) - before
        if not linked or job_of(self.env) == "register_mail":
            return
        attachments = self.env[COPY].browse(linked)
        papers = attachments._archive_papers()
        if papers:
            error = papers._archive_refused(papers._archive_way(), f"link {self._name}")
            # Who can't see it isn't told what it is.
            papers.sudo(False).check_access("read")
            raise error
        self._archive_check_subjects(attachments - papers)

    def _archive_check_subjects(self, attachments):
        """Check that what is about our records brings them no papers.

        What belongs to another record, such as an offer, stays there.
        """
        if not self._archive_subject_fields():
            return
        loose = attachments.filtered(lambda each: each._archive_has_no_home())
        for record in self if loose else ():
            keeper = loose._archive_subject(self._name, record.id)
            if keeper is not None:
                raise loose._archive_refused(
                    loose._archive_way_in(), f"attach {self._name}", keeper
                )

    @api.model
    def _archive_links_to(self, attachment_ids):
        """Whether a record of another model links one of these attachments."""
        queries = []
        for model_name, field in self._archive_link_fields():
            model = self.env[model_name]
            # What is linked, but not written yet.
            model.flush_model([field.name])
            if field.type == "many2many":
                table, column = field.relation, field.column2
            else:
                table, column = model._table, field.name
            queries.append(
                SQL(
                    "SELECT 1 FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    list(attachment_ids),
                )
            )
        self.env.cr.execute(SQL(" UNION ALL ").join(queries))
        return bool(self.env.cr.fetchone())

    @api.model
    def _archive_link_fields(self):
        """Return (name of the model, field) of all stored links to attachments."""
        return [
            (name, model._fields[field])
            for name, model in self.env.items()
            if not model._abstract and model._auto
            for field in model._archive_attachment_fields()
            if model._fields[field].store
            and model._fields[field].comodel_name == COPY
            and model._fields[field].type in ("many2one", "many2many")
        ]
