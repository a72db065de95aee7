"""Copies in the browser: what is taken, what isn't, and who may see it."""

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..encryption.encryption_case import TRAINED
from ..support.flow_case import DIALOG, WalkCase, step
from .test_browser import pdf, photo

COPIES = f"{DIALOG} .o_field_widget[name=attachment_ids]"
VIEWER = ".o-FileViewer"


@tagged("post_install", "-at_install")
class TestBrowserCopies(WalkCase, HttpCase):
    def form(self, archive):
        return f"/odoo/customer.archive/{archive.id}"

    def item(self, archive, name):
        kind = self.env.ref(f"customer_archive.document_type_{name}")
        return archive.document_ids.filtered(lambda item: item.type_id == kind)

    def choose(self):
        return step(f"{COPIES} .o_attach", "choose_files")

    def told(self, name, words):
        """A message names a file and says why."""
        return step(f'.o_notification:contains("{name}"):contains("{words}")')

    def test_empty(self):
        """What is empty is refused in words, and nothing breaks."""
        archive = self.archive()
        self.walk(
            "sales",
            self.form(archive),
            self.row("Business licence", "[name=document_ids]"),
            self.choose(),
            self.told("empty.pdf", "is empty."),
            step("body:not(:has(.o_error_dialog))"),
            # The form goes on.
            self.fill("Issuer", "Somebody", DIALOG),
            files=[("empty.pdf", "application/pdf", b"")],
        )

    def test_some_of_several(self):
        """Those that are taken stay, whatever becomes of the others."""
        archive = self.archive()
        self.walk(
            "sales",
            self.form(archive),
            self.row("Business licence", "[name=document_ids]"),
            self.choose(),
            self.told("empty.pdf", "is empty."),
            self.told("tool.exe", "is a program"),
            step(f"{COPIES}:contains(first.jpg):contains(last.pdf)"),
            step(f"{DIALOG} .o_form_button_save", "click"),
            step(".o_form_button_save", "click"),
            step(".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))"),
            files=[
                ("first.jpg", "image/jpeg", photo()),
                ("empty.pdf", "application/pdf", b""),
                ("tool.exe", "application/octet-stream", b"MZ" + b"\0" * 200),
                ("last.pdf", "application/pdf", pdf()),
            ],
        )
        copies = self.item(archive, "license").attachment_ids.sorted("id")
        self.assertEqual([each.name[-4:] for each in copies], [".jpg", ".pdf"])

    @mute_logger("odoo.http")
    def test_refused(self):
        """Whose role doesn't need a paper is told so, and how to apply for it."""
        archive = self.archive()
        paper = self.item(archive, "legal_id")
        copy = Command.create({"name": "identity.jpg", "raw": photo()})
        paper.write({"attachment_ids": [copy], "valid_until": "2099-12-31"})
        self.collect(archive).action_submit()
        for role in ("head", "compliance"):
            archive.with_user(self.users[role]).action_approve("fine")
        archive.with_user(self.users["clerk"]).action_register()
        undertakings = self.env["customer.archive.undertaking"]
        undertakings.with_user(self.users["finance"]).sign(TRAINED)
        self.walk(
            "finance",
            f"/odoo/customer.archive.document/{paper.id}",
            step('.o_field_widget[name=attachment_ids] [aria-label="View"]', "click"),
            self.read("Your role doesn't need this type of document", VIEWER),
            step(f"{VIEWER}:not(:has(img)):not(:has(.o-FileViewer-download))"),
            step(
                f'{VIEWER} button:contains("{self.say("Request Consultation")}")',
                "click",
            ),
            step(f"body:not(:has({VIEWER})) .o_field_widget[name=purpose]"),
            self.read(paper.type_id.name, ".o_field_widget[name=document_ids]"),
        )

    def test_escape(self):
        """Escape closes the viewer, and not the dialog below it."""
        archive = self.archive()
        copy = Command.create({"name": "licence.jpg", "raw": photo()})
        self.item(archive, "license").attachment_ids = [copy]
        self.walk(
            "sales",
            self.form(archive),
            self.row("Business licence", "[name=document_ids]"),
            self.fill("Issuer", "Somebody", DIALOG),
            step(f'{COPIES} [aria-label="View"]', "click"),
            step(f"{VIEWER} img"),
            step("body", "press Escape"),
            step(f"body:not(:has({VIEWER}))"),
            step(f"{DIALOG} .o_field_widget[name=issuer] input:value(Somebody)"),
            step(f"{DIALOG} .o_form_button_cancel", "click"),
            self.closed(),
        )
