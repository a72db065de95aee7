"""What a certificate of destruction says, checked against an access record.

No Odoo is needed here; ``verify_record.py`` uses this file.
"""

import hashlib

KIND = "customer.archive.certificate"
# From the second on, the record has the digest of each certificate.
FORMATS = (1, 2)
EVENT = "dispose"


class Binding:
    """What the record says of the certificates that it knows.

    :param kind: "json" or "pdf"
    :param content: the certificate, as bytes
    """

    def __init__(self, kind, content):
        self.kind = kind
        self.digest = hashlib.sha256(content).hexdigest()
        self.number = ""
        self.found = False
        self._others = {}

    def feed(self, row):
        """Take a row of the record."""
        if row.event != EVENT:
            return
        words = row.detail.split(" ")
        if words[0] != "certificate" or words[2:3] != [self.kind] or len(words) < 4:
            return
        number, digest = words[1], words[3]
        if digest == self.digest:
            self.found, self.number = True, number
        else:
            self._others[number] = row.sequence

    def place_of_another(self, number):
        """Return the row in which the record has another one with this number."""
        return self._others.get(number)


class Printed:
    """A certificate to read: it is the one that was made, or it isn't.

    :param content: the PDF file, as bytes
    :param name: what it is called if the record doesn't know it
    """

    def __init__(self, content, name):
        self._binding = Binding("pdf", content)
        self._name = name
        self.found = []

    @property
    def number(self):
        return self._binding.number or self._name

    def feed(self, row):
        """Take a row of the record."""
        self._binding.feed(row)

    def finish(self, _store=None):
        """Return what is wrong, as lines."""
        if not self._binding.found:
            self.found.append(
                f"certificate {self._name}: the record knows no such print"
            )
        return self.found

    def words(self):
        """Return in words what was checked."""
        return "print as it was made" if not self.found else "not a genuine print"


class Certificate:
    """One certificate, and what the record says of its files.

    :param values: dict of the JSON file
    :param header: dict of the record's first line
    :param content: the file, as bytes
    :raise KeyError, TypeError, ValueError: if it isn't one, or of another record
    """

    def __init__(self, values, header, content=b""):
        if values["kind"] != KIND or values["format"] not in FORMATS:
            raise ValueError("not a certificate")
        if any(values[name] != header.get(name) for name in ("database", "company_id")):
            raise ValueError("of another record")
        self.number = str(values["number"])
        self._format = values["format"]
        self._binding = Binding("json", content)
        self._files = {_id(file["archive_id"]): file for file in values["files"]}
        if not self._files or len(self._files) != len(values["files"]):
            raise ValueError("no files, or one of them twice")
        for file in self._files.values():
            _id(file["erasure"]["sequence"])
            list(map(tuple, file["record"]))
        self._rows = {archive_id: {} for archive_id in self._files}
        self._erased = set()
        self.found = []
        self.keys = 0

    def feed(self, row):
        """Take a row of the record."""
        self._binding.feed(row)
        file = self._files.get(row.archive_id)
        if file is None or row.sequence > file["erasure"]["sequence"]:
            return
        digest, commitment = row.digest or "", row.commitment or None
        self._rows[row.archive_id][row.sequence] = (digest, commitment)
        if row.event == "erase" and row.sequence == file["erasure"]["sequence"]:
            self._erased.add(row.archive_id)
            if row.note:
                self._say(file, "its erasure has a note")
        elif row.note:
            self._say(
                file, f"the purpose or reason of row {row.sequence} is still there"
            )

    def finish(self, store=None):
        """Return what is wrong, as lines.

        :param store: the keystore, to see that the keys are destroyed
        """
        self._check_binding()
        for archive_id, file in self._files.items():
            self._check_rows(archive_id, file)
            if store is not None and file["key"]:
                self._check_key(store, file)
        return self.found

    def _check_binding(self):
        another = self._binding.place_of_another(self.number)
        problem = ""
        if self._binding.found and self._binding.number == self.number:
            return
        if another:
            problem = f"row {another} of the record has another one with this number"
        elif self._format > FORMATS[0]:
            problem = "the record knows no such certificate"
        if problem:
            self.found.append(f"certificate {self.number}: {problem}")

    def _check_rows(self, archive_id, file):
        rows = self._rows[archive_id]
        erasure = file["erasure"]
        place, digest = erasure["sequence"], erasure["digest"]
        if archive_id not in self._erased:
            self._say(file, f"the record has no erasure of it in row {place}")
        elif rows.pop(place)[0] != digest:
            self._say(file, f"its erasure in row {place} is another one")
        rows.pop(place, None)
        told = {row[0]: (row[1], row[2]) for row in file["record"]}
        for sequence in sorted(told.keys() | rows.keys()):
            if sequence not in rows:
                self._say(file, f"the record has no row {sequence} about it")
            elif sequence not in told:
                self._say(file, f"row {sequence} isn't in the certificate")
            elif told[sequence] != rows[sequence]:
                self._say(file, f"row {sequence} is another one")

    def _check_key(self, store, file):
        destroyed = store.destroyed_at([file["key"]]).get(file["key"])
        if destroyed is None:
            self._say(file, "its key isn't destroyed")
        elif destroyed != file["key_destroyed_at"]:
            self._say(file, f"its key was destroyed at another time, {destroyed}")
        else:
            self.keys += 1

    def _say(self, file, problem):
        self.found.append(
            f"certificate {self.number}, file {file.get('number')}: {problem}"
        )

    def words(self):
        """Return in words what was checked."""
        files = f"{len(self._files)} files, {self.keys} keys destroyed"
        known = (
            "as it was made" if self._binding.found else "its text isn't vouched for"
        )
        return f"{files}, {len(self.found)} contradictions, {known}"


def _id(value):
    if type(value) is not int:
        raise ValueError("not a number")
    return value
