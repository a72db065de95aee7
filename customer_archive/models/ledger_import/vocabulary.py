"""What the words in a ledger stand for: names and codes in every language."""

from collections import defaultdict

from ...tools.ledger import values as ledger_values

# The fields of files that are chosen from a list, by column.
CHOICES = {
    "stage": "relation_stage",
    "level": "security_level",
    "term": "cooperation_term",
}


class Vocabulary:
    """Words of one company; ``env`` is that of who imports, as superuser."""

    def __init__(self, env, company):
        self.env, self.company = env, company
        self.sides, self.found = {}, {}
        self.categories = self._categories()
        self.departments = self._departments()
        self.choices = {key: self._choices(key) for key in CHOICES}

    def _languages(self):
        return [code for code, _name in self.env["res.lang"].get_installed()]

    def _categories(self):
        """Return categories by their names in every language, and by their codes."""
        found = defaultdict(set)
        model = self.env["customer.archive.category"]
        for lang in self._languages():
            for category in model.with_context(lang=lang).search([]):
                found[ledger_values.word(category.name)].add(category.id)
        for category in model.search([]):
            code = category.get_external_id()[category.id].rpartition(".")[2]
            found[ledger_values.word(code.removeprefix("category_"))].add(category.id)
        return found

    def _departments(self):
        found = defaultdict(set)
        domain = [("company_id", "in", (False, self.company.id))]
        for each in self.env["hr.department"].search(domain):
            for name in (each.name, each.complete_name, each.archive_code):
                if name:
                    found[ledger_values.word(name)].add(each.id)
        return found

    def _department_codes(self):
        domain = [("company_id", "in", (False, self.company.id))]
        departments = self.env["hr.department"].with_context(active_test=False)
        return set(departments.search(domain).mapped("archive_code")) - {False}

    def _choices(self, key):
        found = {
            ledger_values.word(text): code
            for code, texts in ledger_values.WORDS[key].items()
            for text in (code, *texts.split("|"))
        }
        files = self.env["customer.archive"]
        for lang in self._languages():
            field_ = files._fields[CHOICES[key]]
            env = files.with_context(lang=lang).env
            for code, text in field_._description_selection(env):
                found[ledger_values.word(text)] = code
        return found

    def _users(self, rows):
        """Look up the people of a chunk by login and name, in one query."""
        words = {
            row.values[key]
            for row in rows
            for key in ("user", "custodian")
            if key in row.values
        } - self.found.keys()
        if not words:
            return
        names = list(words | {each.lower() for each in words})
        domain = [
            ("share", "=", False),
            ("company_ids", "in", self.company.ids),
            "|",
            ("login", "in", names),
            ("name", "in", names),
        ]
        users = self.env["res.users"].search(domain)
        for name in words:
            same = users.filtered(lambda user, name=name: user.login == name.lower())
            same = same or users.filtered(lambda user, name=name: user.name == name)
            self.found[name] = set(same.ids)

    def _sides(self, category, user):
        if user.id not in self.sides:
            self.sides[user.id] = category._sides_of(user)
        return self.sides[user.id]
