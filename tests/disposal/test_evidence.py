"""What the system stored as evidence is what it stored, for everybody."""

import base64
from contextlib import closing
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_open

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.disposal import (
    customer_archive_disposal_certificate as certificate,
)

from ..copies.papers_case import stored
from ..support.common import PASSWORD
from .disposal_case import DisposalCase, printed

COPY, LOG = "ir.attachment", "customer.archive.log"
LINE, RUN = "customer.archive.annual.line", "customer.archive.register.run"
DISPOSAL = "customer.archive.disposal"
YEAR = {"year": 2031, "date": "2031-01-04", "due_date": "2031-02-01"}
QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")


@tagged("post_install", "-at_install")
class TestEvidence(DisposalCase, HttpCase):
    """Requirement F5."""

    def setUp(self):
        super().setUp()
        self.file = self.closed(partner=self.partner("已销毁有限公司"))
        self.over(self.file)
        self.disposal = self.approve(self.listed(self.file))
        self.witnessed(self.disposal)
        # As on a real server: tests print no PDF of their own accord.
        cls = self.registry["ir.actions.report"]
        pdf = printed(f"Certificate {self.disposal.name}")
        self.patch(cls, "_render_qweb_pdf", lambda *_args, **_kw: (pdf, "pdf"))
        self.run_cron()
        self.disposal = self.disposal.sudo()
        self.assertEqual(self.disposal.state, "done")
        self.people = {**self.users, "system": self.env.ref("base.user_admin")}

    def stored(self, ids):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, name, res_model, res_id, store_fname, checksum, access_token,"
            " public, type, url, mimetype FROM ir_attachment WHERE id = ANY(%s)"
            " ORDER BY id",
            [ids],
        )
        return self.env.cr.fetchall()

    def attempt(self, way):
        try:
            with mute_logger(*QUIET):
                result = way()
                self.env.flush_all()
                return result
        except (AccessError, UserError, ValueError):
            return None

    # Bound

    def test_bound_by_digest_in_the_record(self):
        disposal = self.by(self.disposal, "auditor")
        bound = disposal.certificate_ids
        self.assertEqual(
            sorted(bound.mapped("name")),
            sorted(f"certificate_{disposal.certificate}.{k}" for k in ("json", "pdf")),
        )
        details = (
            self.env[LOG]
            .search([("model", "=", DISPOSAL), ("event", "=", "dispose")])
            .mapped("detail")
        )
        for kind in ("json", "pdf"):
            digest = disposal[f"certificate_{kind}_digest"]
            self.assertEqual(
                digest,
                certificate.digest_of(stored(disposal[f"certificate_{kind}_id"])),
            )
            said = f"certificate {disposal.certificate} {kind} {digest}"
            self.assertIn(said, details)

    def test_what_was_exchanged_isnt_shown(self):
        """Also if it was done past Odoo."""
        kept = self.disposal.certificate_pdf_id
        Path(kept._full_path(kept.store_fname)).write_bytes(printed("x"))
        self.env.invalidate_all()
        self.assertEqual(
            self.disposal.certificate_ids, self.disposal.certificate_json_id
        )

    # Every evidence, every way, everybody

    def evidence(self):
        """Return an attachment of each kind that the registry knows, by field."""
        found = {
            f"{DISPOSAL} {kind}": self.disposal[f"certificate_{kind}_id"]
            for kind in ("json", "pdf")
        }
        engine = as_system(self.env[COPY].sudo())
        for model, names in self.env[COPY]._evidence_fields().items():
            if model == DISPOSAL:
                continue
            keeper = self.keeper(model)
            for name in names:
                found[f"{model} {name}"] = self.env[COPY].browse(
                    engine.create(
                        {
                            "name": f"{name}.xlsx",
                            "raw": b"stored",
                            "res_model": model,
                            "res_id": keeper.id,
                        }
                    ).id
                )
        return found

    def keeper(self, model):
        """Return a record of a model that keeps stored registers."""
        engine = as_system(self.env[model].sudo())
        if model == RUN:
            register = self.env["customer.archive.register"].search([], limit=1)
            values = {
                "user_id": self.users["clerk"].id,
                "company_id": self.company.id,
                "company_ids": self.company.ids,
                "register_ids": register.ids,
            }
        elif model == "customer.archive.regulation.version":
            rule = self.env["customer.archive.regulation"].create({"name": "制度"})
            values = {"regulation_id": rule.id, "number": "1", "summary": "x"}
            values["valid_from"] = "2027-01-01"
        elif model == "customer.archive.training":
            values = {"name": "培训", "date": "2027-01-01", "trainer": "x"}
        elif model == "customer.archive.transfer":
            values = {"name": "YJ-1", "company_id": self.company.id}
            values["disposal_id"] = self.disposal.id
        elif model == "customer.archive.inspection.photo":
            places = self.env["customer.archive.location"]
            room = places.create({"name": "二楼库房", "kind": "room"})
            inspections = self.env["customer.archive.inspection"]
            inspection = inspections.create({"location_id": room.id})
            with file_open("customer_archive/demo/papers/photo.jpg", "rb") as picture:
                image = base64.b64encode(picture.read())
            values = {"line_id": inspection.line_ids[:1].id, "image": image}
        else:
            self.assertEqual(model, LINE, "Say here how a record of it is made")
            annual = as_system(self.env["customer.archive.annual"].sudo())
            run = annual.create({"company_id": self.company.id, **YEAR})
            department = self.departments["sales"]
            values = {"annual_id": run.id, "department_id": department.id}
        return self.env[model].sudo().browse(engine.create(values).id)

    def ways(self, user, attachment):
        own, superuser = attachment.with_user(user), attachment.sudo()
        for name, value in {
            "raw": b"x",
            "datas": b"eA==",
            "name": "x.pdf",
            "res_model": "res.partner",
            "res_id": user.partner_id.id,
            "public": True,
            "access_token": "x",
            "type": "url",
            "url": "http://example.com",
        }.items():
            yield f"write {name}", lambda n=name, v=value: own.write({n: v})
            yield (
                f"as superuser {name}",
                lambda n=name, v=value: superuser.write({n: v}),
            )
        yield "unlink", own.unlink
        yield "unlink as superuser", superuser.unlink
        yield "delete", lambda: superuser._delete_and_notify()
        yield "token", own.generate_access_token

    def test_nobody_alters_evidence(self):
        for name, attachment in self.evidence().items():
            before = self.stored(attachment.ids)
            self.assertTrue(before)
            for role, user in self.people.items():
                for way, act in self.ways(user, attachment):
                    with closing(self.env.cr.savepoint(flush=False)):
                        self.attempt(act)
                        same = self.stored(attachment.ids) == before
                    self.env.invalidate_all(flush=False)
                    self.assertTrue(same, f"{name}: {way} as {role}")

    def test_no_refusal_names_it(self):
        """Who may not read an attachment isn't told its name either."""
        emp = self.env["res.users"].create(
            {
                "name": "No role",
                "login": "t_no_role",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        self.evidence()
        ours = (
            self.env[COPY]
            .sudo()
            .search([("res_model", "=like", "customer.archive%"), ("id", "!=", 0)])
        )
        self.assertTrue(ours)
        for attachment in ours:
            name = attachment.name
            own = attachment.with_user(emp)
            ways = {
                "copy": own.copy,
                "read": lambda own=own: own.read(["name"]),
                **dict(self.ways(emp, attachment)),
            }
            for way, act in ways.items():
                if "superuser" in way or way == "delete":
                    continue
                with self.subTest(f"{attachment.res_model}: {way}"):
                    self.assertNotIn(name, self.refusal(act))

    def refusal(self, act):
        """Return what somebody is told who mustn't do something."""
        try:
            with mute_logger(*QUIET), closing(self.env.cr.savepoint(flush=False)):
                act()
                self.env.flush_all()
        except (AccessError, UserError) as error:
            return str(error)
        finally:
            self.env.invalidate_all(flush=False)
        raise AssertionError("It wasn't refused")

    def test_nobody_adds_evidence(self):
        """Not by creating it, and not by moving something there."""
        paper = {
            role: self.env[COPY].with_user(user).create({"name": "a.pdf", "raw": b"x"})
            for role, user in self.people.items()
            if not user.share
        }
        keepers = {
            model: self.disposal if model == DISPOSAL else self.keeper(model)
            for model in self.env[COPY]._evidence_fields()
        }
        for model, keeper in keepers.items():
            at = {"res_model": model, "res_id": keeper.id}
            for role, user in self.people.items():
                new = {"name": "certificate_ZM-9999.pdf", "raw": printed("x"), **at}
                own = self.env[COPY].with_user(user)
                ways = {
                    "create": lambda own=own, new=new: own.create(new),
                    "create as superuser": lambda own=own, new=new: own.sudo().create(
                        new
                    ),
                }
                if role in paper:
                    mine = paper[role]
                    ways["move"] = lambda mine=mine, at=at: mine.write(at)
                    ways["move as superuser"] = lambda mine=mine, at=at: (
                        mine.sudo().write(at)
                    )
                for way, act in ways.items():
                    with closing(self.env.cr.savepoint(flush=False)):
                        made = self.attempt(act)
                    self.env.invalidate_all(flush=False)
                    self.assertIsNone(made, f"{model}: {way} as {role}")

    def test_nobody_binds_another(self):
        archivist = self.by(self.disposal, "archivist")
        other = self.env[COPY].sudo().create({"name": "x.pdf", "raw": b"x"})
        before = self.disposal.certificate_ids
        for vals in (
            {"certificate_pdf_id": other.id},
            {"certificate_pdf_digest": certificate.digest_of(b"x")},
            {"certificate_json_id": False},
            {"certificate_ids": [(4, other.id)]},
            {"certificate_ids": [(5,)]},
        ):
            with self.subTest(vals):
                self.attempt(lambda vals=vals: archivist.write(vals))
                self.env.invalidate_all()
                self.assertEqual(self.disposal.certificate_ids, before)

    def test_a_route_deletes_nothing(self):
        self.authenticate("t_archivist", PASSWORD)
        kept = self.disposal.certificate_pdf_id
        with self.assertRaises(JsonRpcException), mute_logger(*QUIET):
            self.make_jsonrpc_request(
                "/mail/attachment/delete", {"attachment_id": kept.id}
            )
        self.assertTrue(kept.exists())

    def test_the_registry_knows_all_evidence(self):
        """A field that keeps an attachment of the system's is noticed by itself."""
        fields = {
            (model._name, name)
            for model in self.env.values()
            if is_ours(model._name) and not model._abstract and not model._transient
            for name, field in model._fields.items()
            if field.type == "many2one" and field.comodel_name == COPY and field.store
        }
        known = {
            (model, name)
            for model, names in self.env[COPY]._evidence_fields().items()
            for name in names
        }
        self.assertEqual(
            {each for each in fields if each[1] != "message_main_attachment_id"}, known
        )
        self.assertLessEqual(
            {
                (DISPOSAL, "certificate_pdf_id"),
                (LINE, "ledger_id"),
                (RUN, "attachment_id"),
            },
            known,
        )
