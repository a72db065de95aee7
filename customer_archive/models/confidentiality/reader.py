"""Who sees a file 谁能看: the parts of which record rules are made, each said once.

Somebody sees a file, or what is on one, if all of this holds:

- it is of a company that he works in;
- *opened*: one of his roles reads all (``roles.READ_ALL``); or he is its account
  manager and works on its side, heads its department, or has to decide on it; or a
  grant in force opens it to him;
- *level*: he is cleared for it; or he answers for it, has to decide on it, or it was
  granted to him;
- *not blocked*: or he is one of those who see blocked files (``roles.SEES_BLOCKED``).

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

from ..common.roles import CLEARANCES, SEES_BLOCKED

# Levels that everybody reads who reads files at all.
OPEN_LEVELS = ("internal",)
# Of grants; 'now' is that of each query, so that access ends on the second. No Domain:
# that would remember the fields of whichever database is asked first.
IN_FORCE = (
    ("date_from", "<=", "now"),
    ("date_to", ">", "now"),
    ("revoked_on", "=", False),
)


def _on(path, domain):
    """Return what is said of a file as said of what has it in field ``path``."""
    return Domain(path, "any", domain) if path else domain


class Reader:
    """One user, and what opens records to him.

    ``path`` is the field that holds the file, nothing for the file itself.
    """

    def __init__(self, user):
        self._user = user

    def named(self, *fields):
        """Return the domain of what names him in one of some fields."""
        return Domain.OR(Domain(field, "in", self._user.ids) for field in fields)

    def heads(self, *departments):
        """Return the domain of what has a department of his in one of some fields."""
        return self.named(*(f"{each}.manager_id.user_id" for each in departments))

    def answers_for(self, path=""):
        """Return the domain of his own files, and those of his department."""
        return _on(path, self.named("user_id") | self.heads("department_id"))

    # Levels

    def _levels(self):
        """Return the levels that he may see; none if there is no limit."""
        held = [x for x, group in CLEARANCES.items() if self._user.has_group(group)]
        return None if "secret" in held else [*OPEN_LEVELS, *held]

    def cleared_for(self, path="", optional=False):
        """Return the domain of files of a level that he may see.

        :param bool optional: what has no file has no level, and is for everybody
        """
        levels = self._levels()
        if not levels:
            return Domain.TRUE
        fits = _on(path, Domain("security_level", "in", levels))
        return fits | Domain(path, "=", False) if optional else fits

    def within_level(self, path=""):
        """Return the domain of files of a level that he may see, or answers for."""
        return self.cleared_for(path) | self.answers_for(path)

    def cleared_for_each(self, lines, path):
        """Return the domain of lists that have no file above his clearance."""
        levels = self._levels()
        if not levels:
            return Domain.TRUE
        above = _on(path, Domain("security_level", "not in", levels))
        return Domain(lines, "not any", above)

    # Notes of a type that only some roles read

    def sees_kind(self, path, groups):
        """Return the domain of what is of a type that he reads.

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
        """Return the domain of files that are open to him as a whole."""
        return self._granted(path, "file", sensitive=False)

    def granted_item(self):
        """Return the domain of items that are open to him, alone or with the file."""
        ordinary = Domain("type_id.is_sensitive", "=", False)
        alone = self._granted("", "items", sensitive=False)
        opened = alone | self.granted_file("archive_id")
        return ordinary & opened | self._granted_sensitive("")

    def granted_value(self):
        """Return the domain of sensitive values that are open to him."""
        return self._granted_sensitive("document_id")

    def _granted_sensitive(self, item):
        alone = self._granted(item, "items", sensitive=True)
        return alone | self._granted("archive_id", "file", sensitive=True)

    # Blocked files

    def unblocked(self, path=""):
        """Return the domain of what isn't blocked for him."""
        if self._user.has_groups(SEES_BLOCKED):
            return Domain.TRUE
        if path:
            # What has no file isn't blocked.
            return Domain(path, "not any", Domain("is_blocked", "=", True))
        return Domain("is_blocked", "=", False)
