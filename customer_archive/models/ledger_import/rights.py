"""What somebody who imports a ledger may write by hand: an import is no way round it.

The rules of access are asked for what a chunk of rows is about in a few queries; what
is locked in a file is asked of the file itself.
"""

from ..files.customer_archive_lock import DEPARTMENT

FILE, PARTY = "customer.archive", "res.partner"
# What rules of access look at in a file that isn't there yet, and how it begins.
LOOKED_AT = ("user_id", "category_id", "department_id", "security_level")
BEGUN = {"state": "draft", "security_level": "internal"}


class Rights:
    """The rights of one user; ``env`` is theirs, as superuser."""

    def __init__(self, env, company):
        own = env(su=False)
        self.company = company
        self.files, self.parties = own[FILE], own[PARTY]
        self.may_add_parties = self.parties.has_access("create")
        self.may_add_files = self.files.has_access("create")
        self.rule = own["ir.rule"]._compute_domain(FILE, "create")
        self.readable = self.writable = self.editable = frozenset()
        self.answers = {}

    def look_up(self, files, parties):
        """Ask for the files and parties of a chunk of rows."""
        files = files.with_env(self.files.env)
        parties = parties.with_env(self.parties.env)
        self.readable = set(files._filtered_access("read").ids)
        self.writable = set(files._filtered_access("write").ids)
        self.editable = set(parties._filtered_access("write").ids)

    def may_open(self, vals):
        """Whether a file with these values could be opened by hand."""
        known = {name: vals[name] for name in LOOKED_AT if name in vals}
        key = tuple(known.items())
        if key not in self.answers:
            self.answers[key] = self.may_add_files and self._fits(known)
        return self.answers[key]

    def _fits(self, vals):
        # As superuser: what is looked at is a file that nobody has yet.
        new = self.files.sudo().new({"company_id": self.company.id, **BEGUN, **vals})
        return bool(new.filtered_domain(self.rule))

    def may_give_department(self, vals):
        """Whether a new file could be given the department that a row says."""
        known = {name: vals[name] for name in LOOKED_AT if name in vals}
        given = known.pop("department_id")
        known.setdefault("user_id", self.files.env.uid)
        new = self.files.sudo().new({"company_id": self.company.id, **BEGUN, **known})
        return given == new._own_department().id or not (
            DEPARTMENT & new._department_locked()
        )
