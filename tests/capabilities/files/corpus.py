"""Files as honest people and attackers send them, built here so that none has to be kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

import openpyxl
from docx import Document
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongxin.capabilities.files.content import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


class Hostile(NamedTuple):
    """A file that must be refused, and why."""

    label: str
    filename: str
    data: bytes
    reason: Reason


class Honest(NamedTuple):
    """A file that must be taken, and what it is."""

    label: str
    filename: str
    data: bytes
    extension: str


def picture(
    form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object
) -> bytes:
    """A small picture whose left half is red, so that turning it shows."""
    image = Image.new(mode, size)
    if mode == "RGB":
        image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def located_picture(form: str = "JPEG", orientation: int = 6) -> bytes:
    """A photograph that says where, when and with what it was taken, and how it was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 13.0, 5.0), 3: "E", 4: (106.0, 39.0, 2.0)})
    return picture(form, exif=exif.tobytes())


def huge_png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def pdf(
    root: Mapping[str, object] | None = None, *, password: str = "", script: str = "", attach: bool = False
) -> bytes:
    """A one-page PDF, with whatever is asked for in its root."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if script:
        writer.root_object[NameObject("/OpenAction")] = action("/JavaScript", "/JS", script)
    if attach:
        writer.add_attachment("a.exe", b"MZ")
    for key, value in (root or {}).items():
        writer.root_object[NameObject(key)] = value
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def action(kind: str, key: str, value: str) -> DictionaryObject:
    """An action as a PDF names it."""
    return DictionaryObject(
        {NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)},
    )


def pdf_with_hidden_object(packed: bytes) -> bytes:
    """A PDF that carries an object stream which its own table does not list."""
    stream = zlib.compress(packed)
    extra = b"99 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n" % len(
        stream
    )
    whole = pdf()
    at = whole.rfind(b"xref")
    return whole[:at] + extra + stream + b"\nendstream endobj\n" + whole[at:]


def pdf_around_a_zip() -> bytes:
    """A PDF in whose last lines a zip lies; its comment is the PDF's own ending."""
    whole = pdf()
    at = whole.rfind(b"startxref")
    return whole[:at] + package({"a.exe": b"MZ"}, comment=whole[at:])


def word() -> bytes:
    """An ordinary letter."""
    document = Document()
    document.add_paragraph("关于加强农村公路安全防护的提案")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sheet() -> bytes:
    """An ordinary table."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["姓名"])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def package(parts: Mapping[str, bytes], *, comment: bytes = b"") -> bytes:
    """A zip of the given parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def slides() -> bytes:
    """The least that is a presentation."""
    return package({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"})


def ofd(**more: bytes) -> bytes:
    """The least that is an OFD."""
    return package({"OFD.xml": b"<ofd:OFD xmlns:ofd='x'/>", "Doc_0/Document.xml": b"<d/>", **more})


def plus(base: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same package with parts put in or replaced."""
    with zipfile.ZipFile(io.BytesIO(base)) as old:
        kept = {entry.filename: old.read(entry) for entry in old.infolist()}
    return package({**kept, **parts})


def relations(kind: str, target: str, *, external: bool = True) -> bytes:
    """A relationship part with one relationship."""
    mode = ' TargetMode="External"' if external else ""
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
        "</Relationships>"
    ).encode()


def compound(*names: str, tail: bytes = b"") -> bytes:
    """A compound file as far as its directory goes."""
    entries = b""
    for name in ("Root Entry", *names):
        text = (name + "\0").encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<HB", len(text), 2) + bytes(61)
    return OLE_MAGIC + bytes(504) + entries + tail


def locked_zip() -> bytes:
    """A letter whose parts are flagged as encrypted."""
    data = bytearray(word())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def twice() -> bytes:
    """A letter with two parts of one name, of which readers may take either."""
    with zipfile.ZipFile(io.BytesIO(word())) as old:
        kept = [(entry.filename, old.read(entry)) for entry in old.infolist()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in kept:
            made.writestr(name, content)
        made.writestr("WORD/document.xml", b"<x/>")
    return out.getvalue()


DDE = b'<w:p><w:instrText xml:space="preserve">DDE</w:instrText><w:instrText>AUTO cmd.exe</w:instrText></w:p>'
XLM = b"\x85\x00\x0e\x00\x10\x20\x00\x00\x01\x01\x06\x00Macro1"
MACRO_TYPES = (
    b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)
BIG = bytes(30_000_000)

HOSTILE = [
    Hostile("nothing", "a.pdf", b"", Reason.EMPTY),
    # programs
    Hostile("exe", "a.exe", b"MZ\x90\x00" + bytes(200), Reason.PROGRAM),
    Hostile("exe named pdf", "a.pdf", b"MZ\x90\x00" + bytes(200), Reason.PROGRAM),
    Hostile("exe behind RTL override", "照片\u202egpj.exe", b"MZ" + bytes(200), Reason.PROGRAM),
    Hostile("elf named jpg", "a.jpg", b"\x7fELF" + bytes(200), Reason.PROGRAM),
    Hostile("java class", "a.class", b"\xca\xfe\xba\xbe" + bytes(50), Reason.PROGRAM),
    Hostile("mach-o", "a", b"\xcf\xfa\xed\xfe" + bytes(50), Reason.PROGRAM),
    Hostile("windows shortcut", "a.lnk", b"\x4c\0\0\0\x01\x14\x02\0" + bytes(80), Reason.PROGRAM),
    Hostile("wasm", "a.wasm", b"\0asm\1\0\0\0", Reason.PROGRAM),
    # scripts
    Hostile("shell script named txt", "a.txt", b"#!/bin/sh\nrm -rf /\n", Reason.SCRIPT),
    Hostile("batch named txt", "a.txt", b"@echo off\r\ndel *\r\n", Reason.SCRIPT),
    Hostile("php named jpg", "a.jpg", b"<?php system($_GET[1]); ?>", Reason.SCRIPT),
    Hostile("javascript", "a.js", b"WScript.Shell", Reason.SCRIPT),
    Hostile("powershell", "说明.PS1", b"Get-Process", Reason.SCRIPT),
    Hostile("internet shortcut", "a.txt", b"[InternetShortcut]\r\nURL=file://x", Reason.SCRIPT),
    Hostile("asp", "a.txt", b"<%eval request(1)%>", Reason.SCRIPT),
    # pages
    Hostile("html named pdf", "a.pdf", HTML, Reason.WEBPAGE),
    Hostile("html named txt", "a.txt", b"hello\n" * 5000 + HTML, Reason.WEBPAGE),
    Hostile("html in utf-16", "a.txt", HTML.decode().encode("utf-16"), Reason.WEBPAGE),
    Hostile("svg with script", "a.svg", SVG, Reason.WEBPAGE),
    Hostile("svg named png", "a.png", b'<?xml version="1.0"?>' + SVG, Reason.WEBPAGE),
    Hostile("xml with entities", "a.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', Reason.WEBPAGE),
    Hostile("mhtml", "a.doc", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Reason.WEBPAGE),
    Hostile("html head before pdf", "a.pdf", HTML + pdf(), Reason.WEBPAGE),
    # archives
    Hostile("zip", "a.zip", package({"a.txt": b"x"}), Reason.ARCHIVE),
    Hostile("zip named docx", "a.docx", package({"a.exe": b"MZ"}), Reason.ARCHIVE),
    Hostile("jar", "a.jar", package({"META-INF/MANIFEST.MF": b"x"}), Reason.ARCHIVE),
    Hostile("empty zip", "a.zip", package({}), Reason.ARCHIVE),
    Hostile(
        "odt", "a.odt", package({"mimetype": b"application/vnd.oasis.opendocument.text"}), Reason.ARCHIVE
    ),
    Hostile("rar", "a.rar", b"Rar!\x1a\x07\x01\x00", Reason.ARCHIVE),
    Hostile("7z named pdf", "a.pdf", b"7z\xbc\xaf\x27\x1c" + bytes(20), Reason.ARCHIVE),
    Hostile("gzip", "a.gz", b"\x1f\x8b\x08" + bytes(20), Reason.ARCHIVE),
    Hostile("tar", "a.tar", b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), Reason.ARCHIVE),
    # images
    Hostile("gif with a jar behind it", "a.gif", b"GIF89a" + package({"a.class": b"x"}), Reason.IMAGE_FORMAT),
    Hostile("bmp", "a.bmp", picture("BMP"), Reason.IMAGE_FORMAT),
    Hostile("tiff", "a.tif", picture("TIFF"), Reason.IMAGE_FORMAT),
    Hostile("heic", "a.heic", b"\0\0\0\x18ftypheic" + bytes(40), Reason.HEIC),
    Hostile("mp4", "a.mp4", b"\0\0\0\x18ftypisom" + bytes(40), Reason.NOT_ALLOWED),
    Hostile("png of 60000 by 60000", "a.png", huge_png(60_000, 60_000), Reason.TOO_MANY_PIXELS),
    Hostile("png of 10000 by 10000", "a.png", huge_png(10_000, 10_000), Reason.TOO_MANY_PIXELS),
    Hostile("png that lies about its size", "a.png", huge_png(3000, 3000), Reason.BROKEN),
    Hostile("half a jpeg", "a.jpg", picture(size=(400, 400))[:900], Reason.BROKEN),
    Hostile("half a png", "a.png", picture("PNG", (400, 400))[:100], Reason.BROKEN),
    Hostile("half a webp", "a.webp", picture("WEBP", (400, 400))[:40], Reason.BROKEN),
    Hostile("jpeg magic only", "a.jpg", b"\xff\xd8\xff\xe0" + bytes(50), Reason.BROKEN),
    # pdf
    Hostile("pdf with javascript", "a.pdf", pdf(script="app.alert(1)"), Reason.ACTIVE_PDF),
    Hostile("pdf with an attachment", "a.pdf", pdf(attach=True), Reason.ACTIVE_PDF),
    Hostile(
        "pdf that launches",
        "a.pdf",
        pdf({"/OpenAction": action("/Launch", "/F", "cmd.exe")}),
        Reason.ACTIVE_PDF,
    ),
    Hostile("pdf with /JS only", "a.pdf", pdf({"/OpenAction": action("/X", "/JS", "1")}), Reason.ACTIVE_PDF),
    Hostile(
        "pdf with escaped names",
        "a.pdf",
        pdf({"/OpenAction": action("/URI", "/URI", "x")}).replace(b"/S /URI", b"/S /J#61vaScript"),
        Reason.ACTIVE_PDF,
    ),
    Hostile(
        "pdf that submits", "a.pdf", pdf({"/AA": action("/SubmitForm", "/F", "http://x")}), Reason.ACTIVE_PDF
    ),
    Hostile("pdf with xfa", "a.pdf", pdf({"/AcroForm": action("/Y", "/XFA", "x")}), Reason.ACTIVE_PDF),
    Hostile(
        "pdf with a hidden object stream",
        "a.pdf",
        pdf_with_hidden_object(b"1 0 <</S /JavaScript>>"),
        Reason.ACTIVE_PDF,
    ),
    Hostile("pdf with a password", "a.pdf", pdf(password="x"), Reason.LOCKED),
    Hostile("pdf with a zip behind it", "a.pdf", pdf() + package({"a.exe": b"MZ"}), Reason.DISGUISED),
    Hostile("pdf with a zip inside", "a.pdf", pdf_around_a_zip(), Reason.DISGUISED),
    Hostile("pdf with a program behind it", "a.pdf", pdf() + b"MZ" + b"x" * 500, Reason.DISGUISED),
    Hostile("pdf with a page in its head", "a.pdf", b"%PDF-1.7\n%" + HTML + pdf()[8:], Reason.DISGUISED),
    Hostile("half a pdf", "a.pdf", b"%PDF-1.7\n1 0 obj <<", Reason.BROKEN),
    # office packages
    Hostile(
        "docm named docx", "a.docx", plus(word(), {"word/vbaProject.bin": compound("VBA")}), Reason.MACRO
    ),
    Hostile(
        "docm by content type", "a.docx", plus(word(), {"[Content_Types].xml": MACRO_TYPES}), Reason.MACRO
    ),
    Hostile(
        "macro under another name",
        "a.docx",
        plus(word(), {"word/_rels/document.xml.rels": relations("vbaProject", "x.bin", external=False)}),
        Reason.MACRO,
    ),
    Hostile(
        "xlsx with a macro sheet",
        "a.xlsx",
        plus(sheet(), {"xl/macrosheets/sheet1.xml": b"<x/>"}),
        Reason.MACRO,
    ),
    Hostile(
        "docx with a packed program",
        "a.docx",
        plus(word(), {"word/embeddings/oleObject1.bin": compound("\x01Ole10Native")}),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with a macro inside an embedding",
        "a.docx",
        plus(word(), {"word/embeddings/oleObject1.bin": compound("_VBA_PROJECT_CUR")}),
        Reason.MACRO,
    ),
    Hostile(
        "docx with a nested xlsm",
        "a.docx",
        plus(word(), {"word/embeddings/a.xlsx": plus(sheet(), {"xl/vbaProject.bin": b"x"})}),
        Reason.MACRO,
    ),
    Hostile(
        "docx with a program part", "a.docx", plus(word(), {"word/media/a.exe": b"MZ"}), Reason.ACTIVE_OFFICE
    ),
    Hostile(
        "docx with activex",
        "a.docx",
        plus(word(), {"word/activeX/activeX1.xml": b"<x/>"}),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with a remote object",
        "a.docx",
        plus(word(), {"word/_rels/document.xml.rels": relations("oleObject", "http://x/a.doc")}),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with a remote template",
        "a.docx",
        plus(word(), {"word/_rels/settings.xml.rels": relations("attachedTemplate", "https://x/a.dotm")}),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with a template on a share",
        "a.docx",
        plus(
            word(), {"word/_rels/settings.xml.rels": relations("attachedTemplate", "file:///\\\\x\\a.dotm")}
        ),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with a script link",
        "a.docx",
        plus(word(), {"word/_rels/document.xml.rels": relations("hyperlink", "javascript:alert(1)")}),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with dde",
        "a.docx",
        plus(word(), {"word/document.xml": b'<w:d xmlns:w="x">' + DDE + b"</w:d>"}),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "docx with entities",
        "a.docx",
        plus(
            word(), {"word/document.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}
        ),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile("zip bomb named docx", "a.docx", plus(word(), {"word/media/a.png": BIG}), Reason.TOO_COMPLEX),
    Hostile(
        "docx of 6000 parts",
        "a.docx",
        plus(word(), {f"word/media/{n}.png": b"" for n in range(6000)}),
        Reason.TOO_COMPLEX,
    ),
    Hostile(
        "docx with a part outside", "a.docx", plus(word(), {"../../etc/cron.d/x": b"x"}), Reason.DISGUISED
    ),
    Hostile("docx with two parts of one name", "a.docx", twice(), Reason.DISGUISED),
    Hostile("docx behind a program", "a.docx", b"PK\x03\x04" + b"x" * 100 + word(), Reason.DISGUISED),
    Hostile(
        "docx with a message in its tail",
        "a.docx",
        package({"[Content_Types].xml": b"<T/>", "word/document.xml": b"<d/>"}, comment=HTML),
        Reason.DISGUISED,
    ),
    Hostile("docx with a password inside", "a.docx", locked_zip(), Reason.LOCKED),
    Hostile("half a docx", "a.docx", word()[:2000], Reason.BROKEN),
    Hostile("ofd with a program", "a.ofd", ofd(**{"Doc_0/Attachs/a.exe": b"MZ"}), Reason.ACTIVE_OFFICE),
    # compound files
    Hostile("doc with macros", "a.doc", compound("WordDocument", "Macros", "VBA"), Reason.MACRO),
    Hostile("xls with macros", "a.xls", compound("Workbook", "_VBA_PROJECT_CUR"), Reason.MACRO),
    Hostile("xls with a macro sheet of 1992", "a.xls", compound("Workbook", tail=XLM), Reason.MACRO),
    Hostile(
        "doc with a packed program",
        "a.doc",
        compound("WordDocument", "\x01Ole10Native"),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile(
        "doc with an equation exploit",
        "a.doc",
        compound("WordDocument", "Equation Native"),
        Reason.ACTIVE_OFFICE,
    ),
    Hostile("docx with a password", "a.docx", compound("EncryptedPackage", "EncryptionInfo"), Reason.LOCKED),
    Hostile("msi named doc", "a.doc", compound("SummaryInformation", "Property"), Reason.NOT_ALLOWED),
    Hostile("compound magic only", "a.doc", OLE_MAGIC, Reason.NOT_ALLOWED),
    # others
    Hostile("rtf named doc", "a.doc", b"{\\rtf1\\objdata 0105}", Reason.NOT_ALLOWED),
    Hostile("text with null bytes", "a.txt", b"abc\0def", Reason.NOT_ALLOWED),
    Hostile("noise", "a.bin", bytes(range(256)) * 8, Reason.NOT_ALLOWED),
]

HONEST = [
    Honest("jpeg", "现场照片.jpg", picture(), ".jpg"),
    Honest(
        "jpeg with a second picture",
        "a.jpg",
        picture("MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))]),
        ".jpg",
    ),
    Honest("jpeg named png", "现场.png", picture(), ".jpg"),
    Honest("cmyk jpeg", "a.jpeg", picture(mode="CMYK"), ".jpg"),
    Honest("grey jpeg", "a.jpg", picture(mode="L"), ".jpg"),
    Honest("jpeg with a zip behind it", "a.jpg", picture() + package({"a.exe": b"MZ"}), ".jpg"),
    Honest("jpeg with a page behind it", "a.jpg", picture() + HTML, ".jpg"),
    Honest("png", "a.png", picture("PNG"), ".png"),
    Honest("see-through png", "a.png", picture("PNG", mode="RGBA"), ".png"),
    Honest("palette png", "a.png", picture("PNG", mode="P"), ".png"),
    Honest("16-bit png", "a.png", picture("PNG", mode="I;16"), ".png"),
    Honest("webp", "a.webp", picture("WEBP"), ".webp"),
    Honest("pdf", "答复.pdf", pdf(), ".pdf"),
    Honest("pdf with a link", "a.pdf", pdf({"/OpenAction": action("/URI", "/URI", "http://x")}), ".pdf"),
    Honest("pdf with blanks behind it", "a.pdf", pdf() + b"\0\r\n\r\n", ".pdf"),
    Honest("docx", "提案.docx", word(), ".docx"),
    Honest(
        "docx with a link",
        "a.docx",
        plus(word(), {"word/_rels/x.xml.rels": relations("hyperlink", "https://x")}),
        ".docx",
    ),
    Honest(
        "docx with its template at home",
        "a.docx",
        plus(
            word(),
            {"word/_rels/settings.xml.rels": relations("attachedTemplate", "file:///C:\\a\\Normal.dotm")},
        ),
        ".docx",
    ),
    Honest(
        "docx with a chart's workbook",
        "a.docx",
        plus(word(), {"word/embeddings/Microsoft_Excel1.xlsx": sheet()}),
        ".docx",
    ),
    Honest("xlsx", "名册.xlsx", sheet(), ".xlsx"),
    Honest("pptx", "a.pptx", slides(), ".pptx"),
    Honest("ofd", "公文.ofd", ofd(), ".ofd"),
    Honest("doc", "a.doc", compound("WordDocument", "1Table"), ".doc"),
    Honest("wps", "a.wps", compound("WordDocument", "1Table"), ".wps"),
    Honest("xls", "a.xls", compound("Workbook"), ".xls"),
    Honest("et", "a.et", compound("Workbook"), ".et"),
    Honest("ppt", "a.ppt", compound("PowerPoint Document"), ".ppt"),
    Honest("text", "说明.txt", "您好。\r\n1 < 2，a>b\r\n".encode(), ".txt"),
    Honest("text in gb18030", "说明.txt", "关于农村公路".encode("gb18030"), ".txt"),
    Honest("text in utf-16", "说明.txt", "关于农村公路".encode("utf-16"), ".txt"),
]
