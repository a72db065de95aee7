"""What the matrix of rights tries on transfers, by the names in rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .rights_disposals import DISPOSAL, LISTED, _closed

TRANSFER = "customer.archive.transfer"
NAMES = ("draft", "packed", "witness", "handed")


def add_transfers(ground):
    """Add a transfer in each state, of files of "sales", and one of another company.

    The archivist hands over what waits for its witness.
    """
    made = {name: _transfer(ground, name, _closed(ground)) for name in NAMES}
    made["company"] = _transfer(ground, "draft", ground.files["company"])
    ground.subjects[TRANSFER] = made


def _transfer(ground, state, file):
    archivist, company = ground.users["archivist"].id, file.company_id.id
    disposal = _make(
        ground,
        DISPOSAL,
        kind="transfer",
        state="handover",
        reason="x",
        company_id=company,
        user_id=archivist,
    )
    values = {"disposal_id": disposal.id, "company_id": company}
    transfer = _make(
        ground,
        TRANSFER,
        **values,
        name=f"YJ-{state}-{company}",
        transfer_to="苏州市档案馆",
        state=state,
        receiver="周敏",
        cancel_reason="x",
        handed_by_id=state in ("witness", "handed") and archivist,
        handed_on="2026-03-02" if state in ("witness", "handed") else False,
    )
    _make(
        ground,
        LISTED,
        disposal_id=disposal.id,
        archive_id=file.id,
        state="handover",
        verdict="transfer",
        transfer_to="苏州市档案馆",
        transfer_id=transfer.id,
    )
    return transfer


def _make(ground, model, **values):
    record = as_system(ground.env[model].sudo()).create(values)
    return ground.env[model].sudo().browse(record.id)


# What records are created with, by ground and subject.
TRANSFERS_CREATED = {
    TRANSFER: lambda g, _n: {
        "name": "YJ-1",
        "company_id": g.files["active"].company_id.id,
        "disposal_id": g.subjects[TRANSFER]["draft"].disposal_id.id,
    },
}
