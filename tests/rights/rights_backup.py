"""What the matrix of rights tries on backups, by rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

TARGET, RUN = "customer.archive.backup.target", "customer.archive.backup"
RESTORE = "customer.archive.restore"
HOST_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
)
FOLDER = "/tmp/customer_archive_rights"


def add_backups(ground):
    """Add a target with a run, and what was restored of two files."""
    target = ground.env[TARGET].sudo().create({"name": "异地备份", "url": FOLDER})
    run = _make(ground, RUN, name="20261130-daily", target_id=target.id, state="done")
    ground.subjects[TARGET] = {"here": target}
    ground.subjects[RUN] = {"here": run}
    user = ground.users["archivist"].id
    ground.subjects[RESTORE] = {
        name: _make(ground, RESTORE, archive_id=ground.files[name].id, user_id=user)
        for name in ("active", "company")
    }


def _make(ground, model, **values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
BACKUPS_CREATED = {
    TARGET: lambda _g, _n: {"name": "异地备份", "url": f"{FOLDER}/more"},
    RUN: lambda g, _n: {"name": "x", "target_id": g.subjects[TARGET]["here"].id},
    RESTORE: lambda g, _n: {
        "archive_id": g.files["active"].id,
        "user_id": g.users["archivist"].id,
    },
}
# What is written into its fields, and what shows that the options were.
BACKUPS_VALUES = {
    (TARGET, "url"): lambda _g, _r, _role: f"{FOLDER}/other",
    (TARGET, "options"): lambda _g, _r, _role: '{"username": "备份"}',
    (TARGET, "host_key"): lambda _g, _r, _role: HOST_KEY,
}
BACKUPS_SEEN = {(TARGET, "options"): lambda record: record.ciphertext}
