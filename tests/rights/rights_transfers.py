"""What the matrix of rights tries on transfers, by the names in rights.tsv."""

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .rights_disposals import DISPOSAL, LISTED, _closed

TRANSFER = "customer.archive.transfer"
NAMES = ("draft", "packed", "witness", "handed")


def add_transfers(ground):
    """Add a transfer in each state, of files of "sales", and one of another company.

    The archivist hands over what waits for its witness.
    """
    made = {name: _transfer(ground, name) for name in NAMES}
    foreign = ground.disposals["company"]
    made["company"] = _of_list(ground, "draft", foreign)
    as_system(foreign.line_ids).write({"transfer_id": made["company"].id})
    ground.subjects[TRANSFER] = made


def _transfer(ground, state):
    archivist, file = ground.users["archivist"].id, _closed(ground)
    values = {"state": "handover", "reason": "x", "user_id": archivist}
    disposal = _make(ground, DISPOSAL, kind="transfer", **values)
    transfer = _of_list(ground, state, disposal)
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


def _of_list(ground, state, disposal):
    handed = state in ("witness", "handed")
    return _make(
        ground,
        TRANSFER,
        disposal_id=disposal.id,
        company_id=disposal.company_id.id,
        name=f"YJ-{state}-{disposal.id}",
        transfer_to="苏州市档案馆",
        state=state,
        receiver="周敏",
        cancel_reason="x",
        handed_by_id=handed and ground.users["archivist"].id,
        handed_on="2026-03-02" if handed else False,
    )


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
