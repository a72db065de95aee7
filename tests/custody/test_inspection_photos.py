import base64

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .inspection_case import PHOTO, PICTURE, InspectionCase


@tagged("post_install", "-at_install")
class TestInspectionPhotos(InspectionCase, TransactionCase):
    """Requirement B3: photos are seen by who reads the point, and leave nowhere."""

    def setUp(self):
        super().setUp()
        self.inspected = self.inspection()
        self.found_line = self.found(self.inspected)
        self.found_line.photo_ids = [(0, 0, {"image": PICTURE})]
        self.photo = self.found_line.photo_ids

    def test_who_sees_it(self):
        picture = self.photo.sudo().attachment_id
        for role in ("auditor", "management", "clerk", "archivist", "sales"):
            own = self.photo.with_user(self.users[role])
            with self.subTest(role):
                self.assertEqual(own.image, PICTURE)
                self.assertEqual(picture.with_user(self.users[role]).datas, PICTURE)
        for role in ("sales_other", "finance", "admin", "legal"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.photo.with_user(self.users[role]).read(["image"])
            with self.subTest(role), self.assertRaises(AccessError):
                picture.with_user(self.users[role]).read(["datas"])
        self.assertFalse(picture.public or picture.access_token)

    def test_it_stays_here(self):
        """It isn't changed, exchanged, or taken along by a message."""
        keeper = self.users["archivist"]
        picture = self.photo.sudo().attachment_id.with_user(keeper)
        for values in ({"name": "x.jpg"}, {"datas": PICTURE}, {"public": True}):
            with self.subTest(values), self.assertRaises(UserError):
                picture.write(values)
        with self.assertRaises(UserError):
            picture.unlink()
        with self.assertRaises(UserError):
            self.photo.image = PICTURE
        partner = self.partner("外部")
        with self.assertRaises(AccessError):
            partner.with_user(self.users["clerk"]).message_post(
                body="x", attachment_ids=picture.ids
            )
        with self.assertRaises(AccessError):
            self.env["ir.attachment"].with_user(keeper).create(
                {
                    "name": "x.jpg",
                    "datas": PICTURE,
                    "res_model": PHOTO,
                    "res_id": self.photo.id,
                }
            )

    def test_what_is_a_photo(self):
        for content in (
            b"MZ\x90\x00",
            b"%PDF-1.4 x",
            b"<html></html>",
            b"\xff\xd8\xffx",
        ):
            with self.subTest(content), self.assertRaisesRegex(UserError, "JPG|photo"):
                image = base64.b64encode(content)
                self.found_line.photo_ids = [(0, 0, {"image": image})]
        # What is no base64 at all.
        for image in ("x", "照片", b"abcde", 7):
            with self.subTest(image), self.assertRaisesRegex(UserError, "photo"):
                self.found_line.photo_ids = [(0, 0, {"image": image})]
        with self.assertRaises(UserError):
            self.found_line.photo_ids = [(0, 0, {})]

    @mute_logger("odoo.sql_db")
    def test_not_moved_to_what_is_signed(self):
        """By SQL neither; a photo of a repair doesn't become one of the inspection."""
        other = self.inspection(self.cabinet)
        self.answer(other)
        other.with_user(self.users["archivist"]).action_sign()
        self.env.flush_all()
        refused = psycopg2.errors.RestrictViolation
        with self.assertRaises(refused), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE customer_archive_inspection_photo SET line_id = %s"
                " WHERE id = %s",
                [other.line_ids[0].id, self.photo.id],
            )
        self.answer(self.inspected, "locks")
        own = self.found_line.with_user(self.users["clerk"])
        own.write({"repair_photo_ids": [(0, 0, {"image": PICTURE})]})
        self.inspected.action_sign()
        self.env.flush_all()
        with self.assertRaises(refused), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE customer_archive_inspection_photo SET kind = 'inspection'"
                " WHERE id = %s",
                own.repair_photo_ids.ids,
            )

    def test_removed_while_open(self):
        picture = self.photo.sudo().attachment_id
        with self.assertRaises(AccessError):
            self.photo.with_user(self.users["clerk"]).unlink()
        self.photo.unlink()
        self.assertFalse(picture.exists())
