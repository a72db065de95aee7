"""Reads contents that may be anybody's, in the process of :mod:`.watermark_process`."""

import io
import posixpath
import zipfile

from lxml import etree
from PIL import Image, ImageOps

from .paper import CHECK, HEIC, MACROS, OFD, PAGES, PICTURE
from .pdf_repair import repairing
from .watermark import Unmarkable
from .watermark_pdf import opened

# Pixels of the longer side of what is shown, and pages of it.
SIDE, MAX_PAGES = 2400, 50
# Bytes of a picture inside a package.
MAX_MEMBER = 32 * 1024 * 1024
PICTURES = {"jpg", "jpeg", "png", "gif", "tif", "tiff", "bmp", "webp"}
PACKAGES = {"docx", "docm", "xlsx", "xlsm", "pptx", "pptm", "zip", "ofd"}
_OLE = b"\xd0\xcf\x11\xe0"


def work(order):
    """Return the function of (source, target, lines) for an order."""
    return {
        CHECK: lambda source, target, _lines: _check(order, source, target),
        PICTURE: lambda source, target, _lines: _picture(order["of"], source, target),
        PAGES: lambda source, target, _lines: _pages(source, target),
    }[order["kind"]]


# Checked


def _check(order, source, target):
    """Write what to say of a content that can be read; raise if it can't."""
    head, extension = source.read(1024), order["extension"]
    source.seek(0)
    if b"%PDF-" in head or extension == "pdf":
        repairing(_check_pdf, source)
    elif head.startswith(_OLE):
        _check_ole(source, extension)
    elif head.startswith(b"PK") or extension in PACKAGES:
        target.write(_check_package(source))
    elif extension == "xls":
        # Older than any that is in use, or a page or text called a workbook.
        return
    else:
        with Image.open(source) as image:
            image.load()


def _check_pdf(source):
    reader = opened(source)
    if not reader.pages:
        raise ValueError("it has no page")
    # What is missing is missed here, and not before.
    reader.pages[0].get_contents()


def _check_package(source):
    with zipfile.ZipFile(source) as package:
        members = package.infolist()
        if any(each.flag_bits & 1 for each in members):
            raise Unmarkable("protected", "it opens with a password only")
        macros = any(
            posixpath.basename(each.filename).lower() == "vbaproject.bin"
            for each in members
        )
    return MACROS.encode() if macros else b""


def _check_ole(source, extension):
    """Older files of Office, and newer ones that are protected."""
    content = source.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unmarkable("protected", "it opens with a password only")
    if extension == "xls":
        _check_xls(content)


def _check_xls(content):
    import xlrd

    try:
        xlrd.open_workbook(file_contents=content, on_demand=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Unmarkable("protected", "it opens with a password only") from None


# Shown


def _picture(kind, source, target):
    if kind == OFD:
        source = _cover(source)
    elif kind == HEIC:
        _read_heif()
    with Image.open(source) as image:
        image = _page(image)
        image.save(target, "JPEG" if image.mode == "RGB" else "PNG")


def _pages(source, target):
    with Image.open(source) as image:
        count = getattr(image, "n_frames", 1)
        if count > MAX_PAGES:
            raise Unmarkable("too_large", f"more than {MAX_PAGES} pages")
        pages = []
        for index in range(count):
            image.seek(index)
            pages.append(_page(image))
    # As wide as a sheet, whatever the scanner says or leaves out.
    resolution = max(pages[0].size) / 11.69
    first, *rest = pages
    first.save(target, "PDF", save_all=True, append_images=rest, resolution=resolution)


def _page(image):
    """Return one page upright, in colours that browsers know, and not too large."""
    page = ImageOps.exif_transpose(image)
    if page.mode in ("1", "L", "I;16", "I", "F"):
        page = page.convert("L")
    elif page.mode in ("RGBA", "LA", "PA", "P"):
        page = page.convert("RGBA")
        paper = Image.new("RGBA", page.size, "white")
        page = Image.alpha_composite(paper, page).convert("RGB")
    else:
        page = page.convert("RGB")
    page.thumbnail((SIDE, SIDE))
    return page


def _read_heif():
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise Unmarkable("unshown", "pillow-heif isn't installed") from None
    register_heif_opener()


def _cover(source):
    """Return the picture that an OFD carries of itself (GB/T 33190, 7.4: Cover)."""
    with zipfile.ZipFile(source) as package:
        for name in (_cover_named(package), *_thumbnails(package)):
            if name in package.namelist():
                if package.getinfo(name).file_size > MAX_MEMBER:
                    raise Unmarkable("too_large", "its cover")
                return io.BytesIO(package.read(name))
    raise Unmarkable("unshown", "it has no picture of itself")


def _cover_named(package):
    if package.getinfo("OFD.xml").file_size > MAX_MEMBER:
        raise Unmarkable("too_large", "its description")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(package.read("OFD.xml"), parser)
    for cover in root.iter("{*}Cover"):
        return posixpath.normpath((cover.text or "").strip()).lstrip("/")
    return None


def _thumbnails(package):
    for name in package.namelist():
        stem, extension = posixpath.splitext(posixpath.basename(name).lower())
        if stem in ("thumbnail", "preview") and extension[1:] in PICTURES:
            yield name
