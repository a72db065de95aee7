"""What the matrix of rights tries on retention policies and holds, by rights.tsv."""

POLICY, HOLD = "customer.archive.retention.policy", "customer.archive.hold"
TABLE = "customer.archive.retention.table"
RESTRAIN = "customer.archive.restrain"
UNINSTALL = "customer.archive.uninstall"


def add_holds(ground):
    """Add a hold on "active" by legal, one of another company, and a policy."""
    file = ground.files["active"].with_user(ground.users["legal"])
    made = {"active": file.action_hold("audit", "matrix").sudo()}
    foreign = ground.files["company"].with_user(ground.foreigner)
    made["company"] = foreign.action_hold("audit", "matrix").sudo()
    ground.subjects[HOLD] = made
    policy = ground.env.ref("customer_archive.retention_permanent")
    ground.subjects[POLICY] = {"here": policy}
    ground.subjects[TABLE] = {"here": ground.env[TABLE].search([], limit=1)}


# What records are created with, by ground and subject.
HOLDS_CREATED = {
    POLICY: lambda _g, _n: {"name": "x", "years": 1},
    TABLE: lambda _g, _n: {"class_code": "x"},
    HOLD: lambda g, _n: {
        "archive_id": g.files["active"].id,
        "kind": "audit",
        "placed_by_id": g.users["legal"].id,
        "placed_on": "2026-01-01 00:00:00",
    },
    RESTRAIN: lambda g, _n: {
        "archive_ids": [(6, 0, g.files["active"].ids)],
        "reason": "matrix",
    },
    UNINSTALL: lambda _g, _n: {"reason": "matrix"},
}
