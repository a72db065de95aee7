"""Who sees a file 谁能看: the parts of which record rules are made, each said once.

Somebody sees a file, or what is on one, if all of this holds:

- it is of a company that they work in;
- *opened*: one of their roles reads all (``roles.READ_ALL``); or they are its account
  manager and work on its side, head its department, or have to decide on it; or a
  grant in force opens it to them;
- *level*: they are cleared for it; or answer for it, have to decide on it, or it was
  granted to them;
- *not blocked*: or they are among those who see blocked files (``roles.SEES_BLOCKED``).

An item goes with its file. A grant may open some items and not the file; sensitive
items and values only if it says so. Of requests, loans and the like applicants see
their own besides. To read what is encrypted takes a purpose and, for some roles, papers
of a kind that they need: ``encryption``, ``files/need_to_know.py``.

The rules in ``security/`` have groups for the roles, and for the rest the methods of
``reader`` below: whom the rule is reckoned for. Code asks by the same ones. They return
domains, and aren't fields: the database is asked each time somebody reads, nothing is
remembered on a record when a grant ends, and nobody searches or sorts by them.
"""

from odoo.fields import Domain
from odoo.tools import SQL

from ..common.roles import CLEARANCES, SEES_BLOCKED, SEES_INCIDENTS

# Levels that everybody reads who reads files at all.
OPEN_LEVELS = ("internal",)
# Of grants; 'now' is that of each query, so that access ends on the second. No Domain:
# that would remember the fields of whichever database is asked first.
IN_FORCE = (
    ("date_from", "<=", "now"),
    ("date_to", ">", "now"),
    ("revoked_on", "=", False),
)
# Incidents about somebody: as whoever reported it says, and who looks into it, or said
# before they took them off the list.
CONCERNING = """(
    SELECT incident_id FROM customer_archive_incident_person WHERE user_id = %(user)s
     UNION
    SELECT incident_id FROM customer_archive_incident_named_rel
     WHERE user_id = %(user)s
     UNION
    SELECT incident_id FROM customer_archive_incident_held_rel
     WHERE user_id = %(user)s)"""
# What the access record says of these: model and id of its rows.
OF_CONCERNED = f"""(
    SELECT 'customer.archive.incident', c.incident_id FROM {CONCERNING} c
    UNION ALL
    SELECT 'customer.archive.incident.person', p.id
      FROM customer_archive_incident_person p JOIN {CONCERNING} c USING (incident_id)
    UNION ALL
    SELECT 'customer.archive.approval', step.id
      FROM customer_archive_approval step JOIN {CONCERNING} c USING (incident_id))"""
RECORDED = f"""
    SELECT l.id FROM customer_archive_log l
     WHERE (l.model, l.res_id) IN {OF_CONCERNED}"""


def _on(path, domain):
    """Return what is said of a file as said of what has it in field ``path``."""
    return Domain(path, "any", domain) if path else domain


class Reader:
    """One user, and what opens records to them.

    ``path`` is the field that holds the file, nothing for the file itself.
    """

    def __init__(self, user):
        self._user = user

    def named(self, *fields):
        """Return the domain of what names them in one of some fields."""
        return Domain.OR(Domain(field, "in", self._user.ids) for field in fields)

    def heads(self, *departments):
        """Return the domain of what has their department in one of some fields."""
        return self.named(*(f"{each}.manager_id.user_id" for each in departments))

    def answers_for(self, path=""):
        """Return the domain of their own files, and those of their department."""
        return _on(path, self.named("user_id") | self.heads("department_id"))

    def when(self, path, value):
        """Return the domain of what has a value in a field, such as its status."""
        return Domain(path, "=", value)

    # Levels

    def _levels(self):
        """Return the levels that they may see; none if there is no limit."""
        held = [x for x, group in CLEARANCES.items() if self._user.has_group(group)]
        return None if "secret" in held else [*OPEN_LEVELS, *held]

    def cleared_for(self, path="", optional=False):
        """Return the domain of files of a level that they may see.

        :param bool optional: what has no file has no level, and is for everybody
        """
        levels = self._levels()
        if not levels:
            return Domain.TRUE
        fits = _on(path, Domain("security_level", "in", levels))
        return fits | Domain(path, "=", False) if optional else fits

    def within_level(self, path=""):
        """Return the domain of files of a level that they may see, or answer for."""
        return self.cleared_for(path) | self.answers_for(path)

    def cleared_for_each(self, lines, path):
        """Return the domain of lists that have no file above their clearance."""
        levels = self._levels()
        if not levels:
            return Domain.TRUE
        above = _on(path, Domain("security_level", "not in", levels))
        return Domain(lines, "not any", above)

    # Notes of a type that only some roles read

    def sees_kind(self, path, groups):
        """Return the domain of what is of a type that they read.

        :param path: field with the type
        :param groups: field of the type with the roles that read it; none for all
        """
        own = Domain(groups, "in", self._user.all_group_ids.ids)
        return Domain(path, "any", Domain(groups, "=", False) | own)

    # Grants

    def _granted(self, path, scope, sensitive):
        domain = Domain("scope", "=", scope) & self.named("user_id") & Domain(IN_FORCE)
        if sensitive:
            domain &= Domain("include_sensitive", "=", True)
        return _on(path, Domain("grant_ids", "any", domain))

    def granted_file(self, path=""):
        """Return the domain of files that are open to them as a whole."""
        return self._granted(path, "file", sensitive=False)

    def granted_item(self):
        """Return the domain of items that are open to them, alone or with the file."""
        ordinary = Domain("type_id.is_sensitive", "=", False)
        alone = self._granted("", "items", sensitive=False)
        opened = alone | self.granted_file("archive_id")
        return ordinary & opened | self._granted_sensitive("")

    def granted_value(self):
        """Return the domain of sensitive values that are open to them."""
        return self._granted_sensitive("document_id")

    def _granted_sensitive(self, item):
        alone = self._granted(item, "items", sensitive=True)
        return alone | self._granted("archive_id", "file", sensitive=True)

    # Blocked files

    def unblocked(self, path=""):
        """Return the domain of what isn't blocked for them."""
        if self._user.has_groups(SEES_BLOCKED):
            return Domain.TRUE
        if path:
            # What has no file isn't blocked.
            return Domain(path, "not any", Domain("is_blocked", "=", True))
        return Domain("is_blocked", "=", False)

    # Incidents

    def unconcerned(self, path=""):
        """Return the domain of incidents that are about others, as far as is said."""
        own = Domain("person_ids", "not any", self.named("user_id"))
        own &= Domain("named_ids", "not in", self._user.ids)
        own &= Domain("held_ids", "not in", self._user.ids)
        return Domain(path, "=", False) | Domain(path, "any", own) if path else own

    def unconcerned_record(self):
        """Return the domain of rows of the access record of no incident about them.

        By SQL, asked each time: rows name what they are about, and don't refer to it.
        """
        user = self._user
        persons = user.env["customer.archive.incident.person"]
        # Who was put on the list in this transaction counts, too.
        told = SQL(RECORDED, user=user.id, to_flush=persons._fields["user_id"])
        return Domain("id", "not any", told)

    def cleared_for_incident(self, path):
        """Return the domain of what is about no incident, or files that they see.

        :param path: field with the incident
        """
        cleared = self.cleared_for_each("archive_ids", "")
        return Domain(path, "=", False) | Domain(path, "any", cleared)

    def hears_of(self, path):
        """Return the domain of what is about no incident, unless they look into them.

        :param path: field with the incident
        """
        looks = self._user.has_groups(SEES_INCIDENTS)
        return Domain.TRUE if looks else Domain(path, "=", False)
