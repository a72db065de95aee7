from odoo import fields, models

from ...tools.backup.sealing import Content


class CustomerArchiveBackupContent(models.Model):
    """What lies on a target, each content once: nobody's to read, and a run's to write.

    Which runs it belongs to is said by the first and the last of them, or by the first
    alone while it is there: so what no kept run needs is found without reading a
    manifest, and a run writes of no content that stays.
    """

    _name = "customer.archive.backup.content"
    _description = "Content of a Backup"
    _inherit = ["customer.archive.guard"]
    _rec_name = "source"
    _log_access = False

    target_id = fields.Many2one(
        "customer.archive.backup.target",
        required=True,
        index=True,
        ondelete="cascade",
        export_string_translation=False,
    )
    source = fields.Char(required=True, export_string_translation=False)
    sealed = fields.Boolean(export_string_translation=False)
    sha256 = fields.Char(required=True, export_string_translation=False)
    sm3 = fields.Char(required=True, export_string_translation=False)
    size = fields.Float(required=True, digits=(20, 0), export_string_translation=False)
    # False: it wasn't there, or altered, when it was looked at last.
    is_good = fields.Boolean(default=True, export_string_translation=False)
    first_id = fields.Many2one(
        "customer.archive.backup", index=True, export_string_translation=False
    )
    last_id = fields.Many2one(
        "customer.archive.backup", index=True, export_string_translation=False
    )

    _once = models.UniqueIndex("(target_id, source)")
    _by_digest = models.Index("(target_id, sha256)")

    def _keep(self, run, contents):
        """Note what was written to a target, as one statement."""
        if not contents:
            return
        rows = [
            (run.target_id.id, each.source, each.sealed, each.sha256, each.sm3,
             each.size, run.id)
            for each in {each.source: each for each in contents}.values()
        ]  # fmt: skip
        self.env.cr.execute_values(
            """
            INSERT INTO customer_archive_backup_content AS c
                   (target_id, source, sealed, sha256, sm3, size, first_id, is_good)
            VALUES %s
            ON CONFLICT (target_id, source) DO UPDATE
               SET sealed = excluded.sealed, sm3 = excluded.sm3, size = excluded.size,
                   is_good = true, sha256 = excluded.sha256,
                   first_id = CASE WHEN c.sha256 = excluded.sha256
                              THEN c.first_id ELSE excluded.first_id END
            """,
            [(*row, True) for row in rows],
        )
        self.invalidate_model()

    def _mark(self, run, parts=None):
        """Note what doesn't belong to runs any more from this one on, or does again.

        Before the dump contents end, and after it its parts: what was deleted while it
        was made is in it still.

        :param parts: those of its dump; before it is made, none of them ends
        """
        values = {
            "run": run.id,
            "target": run.target_id.id,
            "parts": [each.source for each in parts or ()],
            "is_dumped": parts is not None,
            "before": self._last_before(run),
        }
        self.env.cr.execute(
            """
            UPDATE customer_archive_backup_content c SET last_id = CASE
                   WHEN n.needed THEN NULL ELSE GREATEST(c.first_id, %(before)s) END
              FROM (
                SELECT o.id, o.is_good AND CASE WHEN o.source LIKE 'part:%%'
                       THEN NOT %(is_dumped)s OR o.source = ANY(%(parts)s)
                       ELSE EXISTS (SELECT FROM ir_attachment a
                                     WHERE a.store_fname = o.source)
                       END AS needed
                  FROM customer_archive_backup_content o
                 WHERE o.target_id = %(target)s) n
             WHERE n.id = c.id AND n.needed <> (c.last_id IS NULL)
               AND (n.needed OR c.last_id IS NULL
                    AND %(is_dumped)s = (c.source LIKE 'part:%%'))
               AND (%(is_dumped)s OR c.source NOT LIKE 'part:%%')
            """,
            values,
        )
        self.invalidate_model()

    def _last_before(self, run):
        domain = [("target_id", "=", run.target_id.id), ("state", "=", "done")]
        runs = self.env["customer.archive.backup"]
        return runs.search([*domain, ("id", "<", run.id)], limit=1).id or None

    def _parts(self, target):
        """Return the parts of dumps that lie on a target, by source."""
        self.env.cr.execute(
            """
            SELECT source, sealed, sha256, sm3, size::bigint
              FROM customer_archive_backup_content
             WHERE target_id = %s AND is_good AND source LIKE 'part:%%'
            """,
            [target.id],
        )
        return {row[0]: Content(*row) for row in self.env.cr.fetchall()}

    def _stored_in(self, run, batch=2000):
        """Give the contents of a run that was marked, but the parts of its dump."""
        last = ""
        while True:
            self.env.cr.execute(
                """
                SELECT source, sealed, sha256, sm3, size::bigint
                  FROM customer_archive_backup_content
                 WHERE target_id = %s AND last_id IS NULL AND is_good
                   AND source > %s AND source NOT LIKE 'part:%%'
                 ORDER BY source LIMIT %s
                """,
                [run.target_id.id, last, batch],
            )
            rows = self.env.cr.fetchall()
            yield from (Content(*row) for row in rows)
            if len(rows) < batch:
                return
            last = rows[-1][0]

    def _spoil(self, target, digests):
        """Note that contents aren't there as they should be: they are written anew."""
        self.env.cr.execute(
            """
            UPDATE customer_archive_backup_content SET is_good = false
             WHERE target_id = %s AND sha256 = ANY(%s)
            """,
            [target.id, list(digests)],
        )
        self.invalidate_model()
