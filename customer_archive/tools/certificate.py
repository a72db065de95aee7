"""What a certificate of destruction says, checked against an access record.

No Odoo is needed here; ``verify_record.py`` uses this file.
"""

KIND = "customer.archive.certificate"
FORMAT = 1


class Certificate:
    """One certificate, and what the record says of its files.

    :param values: dict of the JSON file
    :param header: dict of the record's first line
    :raise KeyError, TypeError, ValueError: if it isn't one, or of another record
    """

    def __init__(self, values, header):
        if (values["kind"], values["format"]) != (KIND, FORMAT):
            raise ValueError("not a certificate")
        if any(values[name] != header.get(name) for name in ("database", "company_id")):
            raise ValueError("of another record")
        self.number = str(values["number"])
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
        for archive_id, file in self._files.items():
            self._check_rows(archive_id, file)
            if store is not None and file["key"]:
                self._check_key(store, file)
        return self.found

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
        return f"{files}, {len(self.found)} contradictions"


def _id(value):
    if type(value) is not int:
        raise ValueError("not a number")
    return value
