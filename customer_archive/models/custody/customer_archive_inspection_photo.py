import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri, image_process

from ..common.sentinel import as_system, is_system
from ..copies.stored_paper import PICTURES, drop, keep

LINE = "customer.archive.inspection.line"
# How pictures begin that are taken here, and what they are called.
PRINTED = 600
BEGINS = {b"\xff\xd8\xff": "photo.jpg", b"\x89PNG": "photo.png"}
GUARD = """
BEGIN
    -- Neither taken away from what is signed nor moved to it.
    IF EXISTS (SELECT 1
                 FROM (VALUES (OLD.line_id, OLD.kind),
                              (NEW.line_id, NEW.kind)) AS p (line, kind)
                 JOIN customer_archive_inspection_line l ON l.id = p.line
                 JOIN customer_archive_inspection i ON i.id = l.inspection_id
                WHERE p.kind = 'inspection' AND i.state = 'signed'
                   OR p.kind = 'repair' AND l.finding_state = 'confirmed')
    THEN
        RAISE EXCEPTION 'Photos of a signed inspection are never changed or deleted.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END """


class CustomerArchiveInspectionPhoto(models.Model):
    """A photo of what was found, or of its repair 巡检照片.

    Kept with its line as evidence: who may read the line sees it, and nobody else; no
    message, mail or other record takes it along.
    """

    _name = "customer.archive.inspection.photo"
    _description = "Inspection Photo"
    _inherit = ["customer.archive.guard"]
    _order = "line_id, id"
    _rec_names_search = ["line_id.inspection_id.name"]

    line_id = fields.Many2one(
        LINE,
        string="Inspection Line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [("inspection", "Of the Inspection"), ("repair", "Of the Repair")],
        string="Shows",
        required=True,
        default="inspection",
    )
    image = fields.Binary(
        string="Photo", compute="_compute_image", inverse="_inverse_image"
    )
    attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, ondelete="restrict"
    )
    digest = fields.Char(string="SHA-256 of the Photo", readonly=True, copy=False)

    def init(self):
        """Let the database itself refuse to change what is signed or confirmed."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_inspection_photo_guard()
                RETURNS trigger LANGUAGE plpgsql AS %s;
            CREATE OR REPLACE TRIGGER customer_archive_inspection_photo_kept
                BEFORE INSERT OR UPDATE OR DELETE ON customer_archive_inspection_photo
                FOR EACH ROW EXECUTE FUNCTION customer_archive_inspection_photo_guard();
            """,
            [GUARD],
        )

    @api.depends("line_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for photo in self:
            # Who may read the photo may know of what it is.
            photo.display_name = photo.sudo().line_id.with_env(self.env).display_name

    @api.depends("attachment_id")
    def _compute_image(self):
        # Photos are opened by people; what works as the system is given none.
        is_person = not self.sudo(False).env.su
        for photo in self:
            # Who may read the photo may see it; of the attachment nothing else.
            stored = photo.sudo().attachment_id
            photo.image = stored.datas if is_person and stored else False

    def _image_for_print(self):
        """Return the picture for a print, small enough, as an address with its data."""
        content = base64.b64decode(self.image or b"")
        return image_data_uri(
            base64.b64encode(image_process(content, size=(PRINTED, PRINTED)))
        )

    def _inverse_image(self):
        for photo in self.filtered("image"):
            if photo.sudo().attachment_id:
                raise UserError(self._stays_words())
            upload = photo.image
            content = photo._check_picture(upload)
            name = _name_of(content)
            stored, digest = keep(photo, upload, name, PICTURES)
            # Who may add photos was checked.
            values = {"attachment_id": stored.id, "digest": digest}
            as_system(photo.sudo()).write(values)
        # It isn't kept in memory.
        self.invalidate_recordset(["image"], flush=False)

    # Create, write, delete

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            **dict.fromkeys(("attachment_id", "digest"), False),
        }

    @api.model_create_multi
    def create(self, vals_list):
        if not is_system(self.env):
            self.check_access("create")
            for vals in map(self._add_missing_default_values, vals_list):
                line = self.env[LINE].browse(vals.get("line_id") or ())
                self._check_photo_of(line, vals["kind"])
        photos = super().create(vals_list)
        if any(not photo.sudo().attachment_id for photo in photos):
            raise UserError(self.env._("Take a photo, or choose one, before saving."))
        return photos

    def write(self, vals):
        # Nothing but the picture itself, which is kept as the photo is made.
        other = vals.keys() - {"image"} or self.sudo().attachment_id
        if other and not is_system(self.env):
            raise UserError(self._stays_words())
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        if not is_system(self.env):
            self._check_photos_open()
        # With a photo goes its picture; whether it may go was checked.
        pictures = self.sudo().attachment_id
        as_system(self.sudo()).write({"attachment_id": False})
        drop(pictures)
        return super().unlink()

    def _check_picture(self, upload):
        """Check that it is a picture which can be shown and printed; return it.

        :param upload: as a client sends it, in base64
        :raise UserError: if it isn't, or has more pixels than anybody needs
        """
        try:
            content = base64.b64decode(upload)
            image_process(content, size=(1, 1), verify_resolution=True)
        except (OSError, TypeError, UserError, ValueError) as error:
            raise UserError(
                self.env._(
                    "This photo can't be shown: take it again, with at most 50 "
                    "million pixels."
                )
            ) from error
        return content

    def _stays_words(self):
        return self.env._(
            "A photo stays as it was taken: remove it, and add another one."
        )

    def _check_photos_open(self):
        """Check that the user may add or remove these photos, now."""
        for kind, photos in self.grouped("kind").items():
            self._check_photo_of(photos.line_id, kind)

    @api.model
    def _check_photo_of(self, lines, kind):
        if kind == "repair":
            lines._check_may_repair()
        else:
            lines._check_may_answer()


def _name_of(head):
    """Return what a picture is called, by how it begins; else what keeps it out."""
    return next(
        (name for begin, name in BEGINS.items() if head.startswith(begin)), "photo"
    )
