from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.capital import has_capital
from .item_condition import FIELDS, condition

CAPITAL = "registered_capital"

# What decides which papers are missing.
COMPLETENESS = (
    "category_id.document_type_ids.condition",
    "category_id.document_type_ids.requirement",
    "document_ids.is_complete",
    "document_ids.type_id",
    *FIELDS,
)


class CustomerArchive(models.Model):
    """What a file must hold, and what it lacks before it can be submitted 资料清单."""

    _inherit = "customer.archive"

    completeness = fields.Integer(
        compute="_compute_completeness",
        store=True,
        aggregator="avg",
        help="Percentage of the required items received.",
    )
    missing_type_ids = fields.Many2many(
        "customer.archive.document.type",
        compute="_compute_missing_type_ids",
        string="Missing",
    )
    submission_problems = fields.Text(
        compute="_compute_submission_problems", export_string_translation=False
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "completeness": None}

    @api.depends(*COMPLETENESS)
    def _compute_completeness(self):
        for archive in self:
            required = archive._required_types()
            complete = required & archive.document_ids.filtered("is_complete").type_id
            archive.completeness = (
                round(100 * len(complete) / len(required)) if required else 100
            )

    @api.depends(*COMPLETENESS)
    def _compute_missing_type_ids(self):
        for archive in self:
            complete = archive.document_ids.filtered("is_complete").type_id
            archive.missing_type_ids = archive._required_types() - complete

    @api.depends(
        "state",
        "missing_type_ids",
        "document_ids.valid_until",
        "document_ids.number",
        "partner_id",
        "department_id",
    )
    def _compute_submission_problems(self):
        for archive in self:
            problems = (
                archive._problems()
                if archive.state == "draft" and archive.partner_id
                else []
            )
            archive.submission_problems = "\n".join(
                f"• {problem}" for problem in problems
            )

    # Items

    def _required_types(self):
        """Return the item types that this file must hold at its present stage."""
        if not self:
            # A form asks for an item before its file is chosen.
            return self.category_id.document_type_ids
        self.ensure_one()
        wanted = {"always"}
        if self.relation_stage == "cooperating":
            wanted.add("cooperating")
        if self.is_core:
            wanted.add("core")
        return self.category_id.document_type_ids.filtered(
            lambda kind: (
                kind.requirement in wanted
                and self.filtered_domain(condition(kind.condition))
            )
        )

    def _required_by_file(self):
        return {archive: archive._required_types() for archive in self}

    def _types_not_in_order(self):
        """Return the required item types of which no item is there and in order."""
        self.ensure_one()
        good = self.document_ids.filtered(
            lambda item: item.is_complete and not item.is_faulty
        )
        return self._required_types() - good.type_id

    def _set_new_due_dates(self, before):
        """Papers that a new stage or rank asks for are due from now on.

        Those that were asked for already keep their day.

        :param before: item types required until now, by file
        """
        items = self.env["customer.archive.document"]
        for archive in self:
            added = archive._required_types() - before[archive]
            items |= archive.document_ids.filtered(
                lambda item, added=added: item.type_id in added and not item.is_received
            )
        items._set_due_dates()

    def _sync_checklist(self):
        """Give each file one empty item per row of its checklist.

        Empty rows of another category are dropped.
        """
        values, obsolete = [], self.env["customer.archive.document"]
        for archive in self.filtered(lambda archive: archive.state == "draft"):
            types = archive.category_id.document_type_ids
            obsolete |= archive.document_ids.filtered(
                lambda item, types=types: item.type_id not in types and item._is_blank()
            )
            values += [
                {"archive_id": archive.id, "type_id": kind.id}
                for kind in types - archive.document_ids.type_id
            ]
        obsolete.unlink()
        self.env["customer.archive.document"].create(values)

    # Submission

    def _check_submission(self):
        """Check that the files are complete.

        :raise UserError: that names, file by file, what has to be done
        """
        problems = [(archive, archive._problems()) for archive in self]
        texts = [
            f"{archive.display_name}\n" + "\n".join(f"• {text}" for text in found)
            for archive, found in problems
            if found
        ]
        if texts:
            raise UserError(
                self.env._(
                    "This can't be submitted yet; your entries have been kept. "
                    "Still missing:\n"
                    "%s",
                    "\n\n".join(texts),
                )
            )

    def _problems(self):
        """Return, as sentences, what has to be done before submission."""
        self.ensure_one()
        problems = self._data_problems() + self.partner_id._archive_format_problems()
        problems += self._missing_problems()
        for item in self.document_ids.filtered("is_received"):
            problems += item._problems()
        return problems

    def _missing_problems(self):
        """Return, as sentences, which required papers aren't there."""
        kinds = self.missing_type_ids
        return [self.env._("Item “%s” is missing.", kind.name) for kind in kinds]

    def _asked_data(self):
        """Return the contact data that this party must have: fields of contacts."""
        fields_asked = self.category_id.sudo().required_field_ids
        partner = self.partner_id
        if not has_capital(partner.name, partner.ownership_type):
            return fields_asked.filtered(lambda field: field.name != CAPITAL)
        return fields_asked

    def _data_problems(self):
        problems = []
        partner = self.partner_id
        if partner.is_company and self.category_id.is_person:
            problems.append(
                self.env._("This category is for persons, but the party is a company.")
            )
        elif not partner.is_company and not self.category_id.is_person:
            problems.append(
                self.env._("Mark the party as a company, or file it as a person.")
            )
        for field in self._asked_data():
            if not partner[field.name]:
                label = field.field_description
                if field.name == "vat":
                    label = self.env._("Credit code")
                problems.append(
                    self.env._(
                        "%s is not filled in on the customer or supplier.", label
                    )
                )
        contacts = partner.child_ids.filtered(lambda child: child.type == "contact")
        wanted = (
            self.category_id.minimum_contacts
            if self.relation_stage == "cooperating"
            else 0
        )
        if len(contacts) < wanted:
            problems.append(
                self.env._(
                    "A cooperating party needs %(wanted)s contacts; "
                    "there are %(found)s.",
                    wanted=wanted,
                    found=len(contacts),
                )
            )
        if not self.department_id:
            problems.append(
                self.env._(
                    "No department is responsible: ask an administrator to set one "
                    "on the category, or a records clerk to choose one."
                )
            )
        elif not self.department_id.archive_code:
            problems.append(
                self.env._(
                    "Department “%s” has no code for file numbers; contact an "
                    "administrator of the customer files.",
                    self.department_id.name,
                )
            )
        if missing := self.company_id._archive_missing_code(self.category_id):
            problems.append(missing)
        return problems
