# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the regulations ask of papers and of reviews, also in databases of before.

As in a new database; only what administrators left as it was shipped is changed.
Nothing becomes invalid: what files on record lack now, their account managers are asked
for, with a day that leaves them time.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, Command, api

# Working days until the files of before have what is asked for now.
DAYS = 20
COMPANIES = (
    *("buyer", "service", "channel", "strategic"),
    *("raw_material", "goods", "services", "works"),
)
SEALED = ("license", "legal_id", "power", "bank")
BY_OTHERS = "[('is_signed_by_other', '=', True)]"
AT_RISK = "['|', ('is_core', '=', True), ('category_id.is_high_risk', '=', True)]"
REPORT = "Due diligence report", "Risk assessment report (due diligence)"
ROLES = ("clerk", "compliance", "legal")


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    rename(cr)
    ask_for_marks(env)
    ask_by_condition(env)
    ask_for_reviews(env)
    env.flush_all()
    give_time(env)


def rename(cr):
    """Call the report as its Chinese does, unless somebody calls it otherwise."""
    old, new = REPORT
    cr.execute(
        """
        UPDATE customer_archive_document_type t
           SET name = jsonb_set(t.name, '{en_US}', to_jsonb(%s::text))
          FROM ir_model_data d
         WHERE d.module = 'customer_archive' AND d.res_id = t.id
           AND d.name = 'document_type_due_diligence' AND t.name ->> 'en_US' = %s
        """,
        [new, old],
    )


def found(env, name):
    return env.ref(f"customer_archive.{name}", raise_if_not_found=False)


def ask_for_marks(env):
    types = {name: found(env, f"document_type_{name}") for name in SEALED}
    for name, kind in types.items():
        if kind:
            own = {"needs_seal": True, "needs_comparison": True}
            words = name in ("license", "legal_id")
            kind.write({**own, **({"needs_words": True} if words else {})})
    if types["license"]:
        types["license"].has_validity = True
    roles = [env.ref(f"customer_archive.group_{name}").id for name in ROLES]
    for name in ("legal_id", "person_id"):
        if kind := found(env, f"document_type_{name}"):
            kind.download_group_ids = [Command.set(roles)]


def ask_by_condition(env):
    """Give types their condition, unless somebody asks for them otherwise."""
    for name, before, values in (
        ("power", "cooperating", {"condition": BY_OTHERS}),
        (
            "address_proof",
            "optional",
            {
                "requirement": "always",
                "condition": "[('has_other_address', '=', True)]",
            },
        ),
        ("due_diligence", "core", {"requirement": "always", "condition": AT_RISK}),
    ):
        kind = found(env, f"document_type_{name}")
        if kind and kind.requirement == before:
            # As the module itself: what asks less, waits for two people otherwise.
            kind.with_context(install_mode=True).write(values)


def ask_for_reviews(env):
    for name in (*COMPANIES, "prospect"):
        if category := found(env, f"category_{name}"):
            category.legal_review = True
            category.finance_review = name in COMPANIES
    step = found(env, "step_change_management")
    core = "[('is_serious', '=', True), ('archive_id.is_core', '=', True)]"
    if step and step.domain == core:
        env.cr.execute(
            "UPDATE customer_archive_approval_step SET domain = %s WHERE id = %s",
            ["[('is_serious', '=', True)]", step.id],
        )


def give_time(env):
    """Set the day by which files on record have what they lack now."""
    for company in env["res.company"].search([]):
        env.cr.execute(
            """
            UPDATE customer_archive_document d SET due_date = %s
              FROM customer_archive a
             WHERE a.id = d.archive_id AND a.state = 'active' AND d.is_missing
               AND a.company_id = %s
            """,
            [company._archive_working_day(DAYS), company.id],
        )
    env.invalidate_all()
    files = env["customer.archive"].search([("document_ids.is_missing", "=", True)])
    env.add_to_compute(files._fields["papers_due"], files)
    files.flush_recordset(["papers_due", "papers_next"])
