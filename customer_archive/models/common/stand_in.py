"""Who does what somebody had to do who can't do it any more: the one room for it.

The account manager, then the head of the department, then management: the first of
them who is at work and may read the record. Where a role comes before them, or who
asked, ``succession/leaving.py`` says.
"""

from odoo import api, models

from .escalation import FILE, file_of, superiors
from .readers import readable_by
from .sentinel import as_system

APPROVAL, OVERDUE = "mail_activity_approval", "mail_activity_overdue"
# What goes along with the account manager; other types than ours do, too.
REMINDERS = (
    *("mail_activity_expiring", "mail_activity_expired", "mail_activity_papers"),
    *("mail_activity_event_planned", "mail_activity_event_follow_up"),
    *("mail_activity_complaint", "mail_activity_assessment_improve"),
    "mail_activity_assessment",
)
# Of what a head is told because somebody else is late.
NOTICES = (
    *("mail_activity_expired", OVERDUE, "mail_activity_acknowledgement_overdue"),
    *("mail_activity_review_overdue", "mail_activity_loan_overdue"),
    *("mail_activity_papers_overdue", "mail_activity_complaint_overdue"),
    *("mail_activity_disposal_overdue", "mail_activity_correction_overdue"),
)


def readers(records, user_of, without=()):
    """Return those of some users who are at work and may always read the records.

    One query for all records of a user. Called as superuser.

    :param user_of: function of a record that returns the user
    :param without: users who don't count
    :return: dict from record to user
    """
    found = {}
    for user, part in records.grouped(user_of).items():
        if not user.active or user.share or user in without:
            continue
        for record in part._stand_in_readable(user):
            file = file_of(record)
            secret = file and file._is_classified()
            if not secret or file._has_permanent_access(user):
                found[record] = user
    return found


def first_readers(records, chain, without=()):
    """Return the first of a chain of users who may read each of the records.

    :param chain: functions of a record that return a user
    :return: dict from record to user, who is empty if there is nobody
    """
    found, rest = {}, records
    for user_of in chain:
        if not rest:
            break
        found |= readers(rest, user_of, without)
        rest = records.browse(each.id for each in rest if each not in found)
    return found | dict.fromkeys(rest, records.env["res.users"])


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    @api.model
    def _stand_in_chain(self, _kind, _former=None):
        """Return who does what is to be done, one after the other; see the module.

        :param _kind: XML id of the type of activity, without the module; may be empty
        :param _former: who had to do it so far, if they can't any more
        :return: functions of a record that return a user
        """
        return [lambda record: file_of(record).user_id, *superiors(self.env)]

    def _stand_in_readable(self, user):
        """Return those of these records that a user may read, to do something there."""
        return readable_by(user, self)

    def _stand_in_own(self, activities):
        """Return those activities on these that are their user's own to do.

        The others were given to everybody of a role: they stay with the rest of them.
        """
        return activities.filtered(lambda each: not each.automated)

    def _stand_in_words(self, _kind):
        """Return what whoever stands in has to do, if that is something else."""
        return False


class MailActivity(models.Model):
    """What is open goes over to who stands in, whatever it is about."""

    _inherit = "mail.activity"

    @api.model
    def _archive_models(self):
        """Return the names of this addon's models whose records have activities."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith(FILE)
            and not model._abstract
            and "activity_ids" in model._fields
        )

    @api.model
    def _archive_open_of(self, users):
        """Return what is open for users in the customer files, as superuser."""
        domain = [("user_id", "in", users.ids)]
        domain += [("res_model", "in", self._archive_models())]
        return self.sudo().search(domain, order="id")

    @api.model
    def _archive_leave(self, users, gone=False):
        """Give what users can't do any more to who stands in.

        Called as superuser after they were deactivated or lost a role, and before
        they are deleted.

        :param gone: whether they do nothing any more; else it is what they can't read
        """
        for model, activities in (
            self._archive_open_of(users).grouped("res_model").items()
        ):
            records = self.env[model].sudo().browse(activities.mapped("res_id"))
            records = records.exists()
            activities = activities.filtered(
                lambda each, ids=set(records.ids): each.res_id in ids
            )
            if not gone:
                activities = activities._archive_unreadable(records)
            activities._archive_hand_over(records, users if gone else users.browse())

    def _archive_unreadable(self, records):
        """Return those on records that their users may not read, or not permanently."""
        found = self.browse()
        for user, part in self.grouped("user_id").items():
            own = records.browse(part.mapped("res_id"))
            seen = {each.id for each in readers(own, lambda _each, user=user: user)}
            found += part.filtered(lambda each, seen=seen: each.res_id not in seen)
        return found

    def _archive_hand_over(self, records, without=(), chain=None):
        """Give these, which are on records of one model, to who stands in.

        Whom they go to is told of all of them at once, by the next digest. What a
        whole role was asked stays with the others who were.

        :param without: users who don't count any more
        :param chain: who stands in, if it is somebody else than for their kind
        """
        common = self - records._stand_in_own(self)
        shared = common._archive_held(records, without)
        as_system(shared).unlink()
        kinds = self._archive_kinds()
        for (type_, former), part in (
            (self - shared)
            .grouped(lambda each: (each.activity_type_id, each.user_id))
            .items()
        ):
            kind = kinds.get(type_.id, "")
            own = records.browse(set(part.mapped("res_id")))
            line = chain or own._stand_in_chain(kind, former)
            heirs = first_readers(own, line, without)
            keys = {
                record.id: (user, record._stand_in_words(kind))
                for record, user in heirs.items()
            }
            for (user, words), given in part.grouped(
                lambda each, keys=keys: keys[each.res_id]
            ).items():
                given._archive_give(records, user, kind, words)

    def _archive_held(self, records, without=(), user=None):
        """Return those of which somebody else at work has one of the same kind.

        :param user: who it has to be; anybody if it isn't given
        """
        domain = [
            ("automated", "=", True),
            ("res_model", "=", records._name),
            ("res_id", "in", self.mapped("res_id")),
            ("user_id.active", "=", True),
            ("id", "not in", self.ids),
            ("user_id", "not in", [each.id for each in without]),
        ]
        if user:
            domain.append(("user_id", "=", user.id))
        held = {(each.res_id, each.activity_type_id) for each in self.search(domain)}
        return self.filtered(
            lambda each: each.automated and (each.res_id, each.activity_type_id) in held
        )

    @api.model
    def _archive_kinds(self):
        """Return the names of this addon's types of activities, by id."""
        found = self.env["ir.model.data"].sudo()
        domain = [
            ("module", "=", "customer_archive"),
            ("model", "=", "mail.activity.type"),
        ]
        return {each.res_id: each.name for each in found.search(domain)}

    def _archive_give(self, records, user, kind, words):
        """Give these to a user; to nobody, if there is nobody: they are seen still.

        :param words: function of an environment that says what to do, if it is
            something else than so far
        """
        given = self.filtered(lambda each: each.user_id != user)
        double = given._archive_held(records, user=user) if user else self.browse()
        before = ", ".join(sorted(set(given.user_id.mapped("login"))))
        as_system(double).unlink()
        given -= double
        if not given:
            return
        values = {"user_id": user.id, "archive_digest": bool(user)}
        if words and user:
            values["summary"] = words(self.with_context(lang=user.lang).env)
        quiet = given.with_context(mail_activity_quick_update=True)
        as_system(quiet).write(values)
        detail = f"handed over {kind} {before} > {user.login or '-'}"
        moved = records.browse(set(given.mapped("res_id")))
        self.env["customer.archive.log"]._record("review", moved, detail)
