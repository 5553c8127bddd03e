"""Says what an upload really is, makes it harmless, or refuses it with a sentence.

An allow-list by content: the first bytes decide, the name never does. Photographs are decoded and encoded
again, so position, camera, comments and anything hidden behind the picture are gone. Office files and PDF
cannot be rewritten without damage; they are searched for whatever acts on its own (macros, scripts,
launches, embedded programs, templates fetched from elsewhere) and refused if it is there. Everything else
is refused.

Parsers are the soft spot, so :func:`inspect_in_child` runs them in a process of its own, with limits on
memory and time, without this process's environment, and kills it when it takes too long. That child starts
without Django; it reports reasons, and the sentences are worded in the parent
(:attr:`Unacceptable.message`).
"""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO
from xml.etree import ElementTree as ET

from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.functional import _StrPromise

MIB = 1024 * 1024
MAX_BYTES = 50 * MIB
MAX_PIXELS = 40_000_000
MAX_SIDE = 2560
MAX_NAME_CHARS = 120
MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 200 * MIB
MAX_PART_BYTES = 64 * MIB
MAX_RATIO = 300  # honest XML packs to about a thirtieth
RATIO_MATTERS_BYTES = 5 * MIB
MAX_PDF_OBJECTS = 200_000
MAX_PDF_DEPTH = 60
MAX_PDF_STREAM_BYTES = 32 * MIB
PDF_TAIL_BYTES = 64
TIMEOUT_SECONDS = 10.0
MEMORY_BYTES = 512 * MIB


class Kind(StrEnum):
    """What people would call the file."""

    IMAGE = "image"
    PDF = "pdf"
    WORD = "word"
    SHEET = "sheet"
    SLIDES = "slides"
    OFD = "ofd"
    TEXT = "text"


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_ALLOWED = "not_allowed"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    TOO_COMPLEX = "too_complex"
    TOO_MANY_PIXELS = "too_many_pixels"
    IMAGE_FORMAT = "image_format"
    HEIC = "heic"
    PROGRAM = "program"
    SCRIPT = "script"
    ARCHIVE = "archive"
    WEBPAGE = "webpage"
    MACRO = "macro"
    ACTIVE_OFFICE = "active_office"
    ACTIVE_PDF = "active_pdf"
    LOCKED = "locked"
    DISGUISED = "disguised"


_MESSAGES: dict[Reason, _StrPromise] = {
    Reason.EMPTY: gettext_lazy("这个文件是空的，请重新选择。"),
    Reason.TOO_LARGE: gettext_lazy("文件太大，一个文件最多50MB。请压缩图片或分成几个文件。"),
    Reason.NOT_ALLOWED: gettext_lazy(
        "不能上传这种文件。可以上传：图片（JPG、PNG、WebP）、PDF、OFD、Word、Excel、PPT、WPS文件和TXT。"
    ),
    Reason.BROKEN: gettext_lazy(
        "这个文件读不出来，可能没有传完整或已经损坏。请打开看一看，重新保存后再上传。"
    ),
    Reason.TOO_SLOW: gettext_lazy("检查这个文件用的时间太长，没有收下。请另存为PDF，或分成几个文件再上传。"),
    Reason.TOO_COMPLEX: gettext_lazy("这个文件展开后太大，没有收下。请减少内容，或分成几个文件再上传。"),
    Reason.TOO_MANY_PIXELS: gettext_lazy("图片尺寸太大，最多4000万像素。请缩小后再上传。"),
    Reason.IMAGE_FORMAT: gettext_lazy("不能上传这种图片。请另存为JPG或PNG，再上传。"),
    Reason.HEIC: gettext_lazy(
        "这是苹果手机的HEIC照片，许多电脑打不开。请在手机「设置－相机－格式」里选「兼容性最佳」，或转成JPG再上传。"
    ),
    Reason.PROGRAM: gettext_lazy("这是程序文件，为了安全不能上传。"),
    Reason.SCRIPT: gettext_lazy("这是脚本文件，为了安全不能上传。"),
    Reason.ARCHIVE: gettext_lazy("不能上传压缩包。请解压后，把里面的文件一个个上传。"),
    Reason.WEBPAGE: gettext_lazy("不能上传网页或矢量图文件。请另存为PDF或图片，再上传。"),
    Reason.MACRO: gettext_lazy(
        "这个文件带有宏，为了安全不能上传。请另存为不带宏的格式（.docx、.xlsx、.pptx）。"
    ),
    Reason.ACTIVE_OFFICE: gettext_lazy(
        "这个文件里嵌有程序，或会自动从别处取内容，为了安全不能上传。请另存为PDF再上传。"
    ),
    Reason.ACTIVE_PDF: gettext_lazy(
        "这个PDF里有脚本、附件或会自动运行的动作，为了安全不能上传。请用「打印为PDF」重新生成。"
    ),
    Reason.LOCKED: gettext_lazy("这个文件设了密码或加了密。请去掉密码，再上传。"),
    Reason.DISGUISED: gettext_lazy("这个文件里还藏着别的内容，没有收下。请重新导出后再上传。"),
}


class Unacceptable(Exception):  # noqa: N818
    """The upload is refused; ``message`` says why and what to do, in the reader's language."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def message(self) -> str:
        """The sentence for the person who uploaded."""
        return str(_MESSAGES[self.reason])


@dataclass(frozen=True)
class Inspected:
    """An upload that may be kept.

    Attributes:
        kind: what people would call it.
        media_type: what it is served as.
        extension: with the dot, by content.
        name: the cleaned file name with that extension.
        clean_bytes: what to store instead of the upload.
        width: of an image, in pixels, after cleaning.
        height: likewise.
    """

    kind: Kind
    media_type: str
    extension: str
    name: str
    clean_bytes: bytes
    width: int | None = None
    height: int | None = None


_OOXML = "application/vnd.openxmlformats-officedocument."
_TYPES: dict[str, tuple[Kind, str]] = {
    ".jpg": (Kind.IMAGE, "image/jpeg"),
    ".png": (Kind.IMAGE, "image/png"),
    ".webp": (Kind.IMAGE, "image/webp"),
    ".pdf": (Kind.PDF, "application/pdf"),
    ".docx": (Kind.WORD, f"{_OOXML}wordprocessingml.document"),
    ".xlsx": (Kind.SHEET, f"{_OOXML}spreadsheetml.sheet"),
    ".pptx": (Kind.SLIDES, f"{_OOXML}presentationml.presentation"),
    ".ofd": (Kind.OFD, "application/ofd"),
    ".doc": (Kind.WORD, "application/msword"),
    ".xls": (Kind.SHEET, "application/vnd.ms-excel"),
    ".ppt": (Kind.SLIDES, "application/vnd.ms-powerpoint"),
    ".wps": (Kind.WORD, "application/vnd.ms-works"),
    ".et": (Kind.SHEET, "application/vnd.ms-excel"),
    ".dps": (Kind.SLIDES, "application/vnd.ms-powerpoint"),
    ".txt": (Kind.TEXT, "text/plain; charset=utf-8"),
}


@dataclass(frozen=True)
class _Found:
    extension: str
    clean_bytes: bytes
    width: int | None = None
    height: int | None = None


def inspect(data: bytes, filename: str) -> Inspected:
    """What the upload is, cleaned; in this process, so only for content that may be trusted to parse.

    Raises:
        Unacceptable: it is refused.
    """
    return _inspected(_recognised(data, filename), filename)


def _inspected(found: _Found, filename: str) -> Inspected:
    kind, media_type = _TYPES[found.extension]
    return Inspected(
        kind=kind,
        media_type=media_type,
        extension=found.extension,
        name=clean_name(filename, found.extension),
        clean_bytes=found.clean_bytes,
        width=found.width,
        height=found.height,
    )


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
    b"\x00asm",
    b"dex\n",
)
_ARCHIVES = (
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
    b"ISc(",
    b"!<arch>",
    b"xar!",
)
_OTHER_IMAGES = (
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\1\0",
    b"8BPS",
    b"\x01\x00\x00\x00\x58\x00\x00\x00",
)
_SCRIPT_NAMES = frozenset(
    {
        ".bat",
        ".cmd",
        ".ps1",
        ".psm1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".mjs",
        ".wsf",
        ".wsh",
        ".hta",
        ".sh",
        ".bash",
        ".py",
        ".pyw",
        ".rb",
        ".pl",
        ".php",
        ".phtml",
        ".jsp",
        ".asp",
        ".aspx",
        ".reg",
        ".inf",
        ".scf",
        ".url",
        ".desktop",
        ".lnk",
        ".scr",
        ".com",
        ".exe",
        ".dll",
        ".msi",
        ".jar",
        ".apk",
    }
)
_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|img|meta|link|style|form|xml|\?xml|x:|xsl:)",
    re.IGNORECASE,
)
_SCRIPT_TEXT = re.compile(
    r"\A\s*(?:#!|@echo\b|<\?php|<\?=|<%|Windows Registry Editor|REGEDIT4|\[InternetShortcut\])", re.IGNORECASE
)


def _recognised(data: bytes, filename: str) -> _Found:
    if not data:
        raise Unacceptable(Reason.EMPTY)
    if len(data) > MAX_BYTES:
        raise Unacceptable(Reason.TOO_LARGE)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _is_webp(data):
        return _image(data)
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if data.startswith(_OLE):
        return _compound(data, filename)
    _refuse_known(data)
    return _text(data, filename)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _refuse_known(data: bytes) -> None:
    """Name what the file is, where that helps the person more than «not allowed»."""
    if data.startswith(_PROGRAMS):
        raise Unacceptable(Reason.PROGRAM)
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar":
        raise Unacceptable(Reason.ARCHIVE)
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        heic = brand in {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
        raise Unacceptable(Reason.HEIC if heic else Reason.NOT_ALLOWED)
    if data.startswith(_OTHER_IMAGES):
        raise Unacceptable(Reason.IMAGE_FORMAT)
    if data.startswith(b"{\\rtf"):
        raise Unacceptable(Reason.NOT_ALLOWED)


# --- images ----------------------------------------------------------------------------------------


def _image(data: bytes) -> _Found:
    """Decode and encode again: what is not a pixel does not come along."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Unacceptable(Reason.TOO_MANY_PIXELS)
            # MPO: a telephone's JPEG with a second picture behind the first.
            form = "JPEG" if opened.format == "MPO" else str(opened.format)
            orientation = opened.getexif().get(0x0112, 1)
            if form == "JPEG":
                opened.draft(None, (MAX_SIDE, MAX_SIDE))
            clean = _pixels(opened, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unacceptable(Reason.TOO_MANY_PIXELS) from error
    except MemoryError as error:
        raise Unacceptable(Reason.TOO_COMPLEX) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        struct.error,
        zlib.error,
        IndexError,
        KeyError,
    ) as error:
        raise Unacceptable(Reason.BROKEN) from error
    clean = _upright(clean, orientation)
    out = io.BytesIO()
    if form == "JPEG":
        clean.save(out, "JPEG", quality=88, optimize=True, progressive=True)
    elif form == "WEBP":
        clean.save(out, "WEBP", quality=85)
    else:
        clean.save(out, "PNG", optimize=True)
    extension = {"JPEG": ".jpg", "WEBP": ".webp"}.get(form, ".png")
    return _Found(extension, out.getvalue(), clean.width, clean.height)


def smaller(found: Inspected, side: int) -> Inspected:
    """Return a cleaned image with at most so many pixels on a side; it was encoded here, so it may be parsed."""
    if found.width is None or found.height is None or max(found.width, found.height) <= side:
        return found
    with Image.open(io.BytesIO(found.clean_bytes)) as opened:
        form = str(opened.format)
        opened.load()
        opened.thumbnail((side, side))
        out = io.BytesIO()
        opened.save(out, form, quality=80)
        return replace(found, clean_bytes=out.getvalue(), width=opened.width, height=opened.height)


def _pixels(opened: Image.Image, form: str) -> Image.Image:
    """Only the pixels of the first picture, small enough, in a mode that every browser shows."""
    opened.load()
    see_through = form != "JPEG" and (
        "transparency" in opened.info or opened.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    )
    mode = "RGBA" if see_through else "L" if opened.mode in {"1", "L"} else "RGB"
    small = opened if opened.mode == mode else opened.convert(mode)
    small.thumbnail((MAX_SIDE, MAX_SIDE))
    clean = Image.new(mode, small.size)
    clean.paste(small)
    return clean


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turn the picture as the camera was held; the note that said so is dropped."""
    if orientation not in range(2, 9):
        return image
    image.getexif()[0x0112] = orientation
    turned = ImageOps.exif_transpose(image)
    clean = Image.new(turned.mode, turned.size)
    clean.paste(turned)
    return clean


# --- PDF -------------------------------------------------------------------------------------------

# Names that act, carry files, or reach out. Long ones are looked for in every byte, the short ones only in
# parsed objects and outside streams: three bytes turn up in compressed pictures by chance.
_PDF_ACTIVE = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/RichMedia",
        "/XFA",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
    }
)
_PDF_ACTIVE_BYTES = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)\b")
_PDF_JS_BYTES = re.compile(rb"/JS(?=[\s(<\[/\d])")
_PDF_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_PDF_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_PDF_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def _pdf(data: bytes) -> _Found:
    tail = data[data.rfind(b"%%EOF") + 5 :] if b"%%EOF" in data else b""
    if len(tail.strip(b"\0\r\n\t ")) > PDF_TAIL_BYTES or zipfile.is_zipfile(io.BytesIO(data)):
        raise Unacceptable(Reason.DISGUISED)
    if re.search(rb"<\s*(?:html|script|svg|body|!doctype)", data[:2048], re.IGNORECASE):
        raise Unacceptable(Reason.DISGUISED)
    _refuse_active_pdf_bytes(data)
    try:
        _check_pdf(PdfReader(io.BytesIO(data), strict=False))
    except Unacceptable:
        raise
    except MemoryError as error:
        raise Unacceptable(Reason.TOO_COMPLEX) from error
    except Exception as error:  # pypdf raises whatever the broken object provoked
        raise Unacceptable(Reason.BROKEN) from error
    return _Found(".pdf", data)


def _check_pdf(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise Unacceptable(Reason.LOCKED)
    if not len(reader.pages):
        raise Unacceptable(Reason.BROKEN)
    for found in _pdf_objects(reader):
        if _is_active_pdf(found):
            raise Unacceptable(Reason.ACTIVE_PDF)


def _refuse_active_pdf_bytes(data: bytes) -> None:
    """Look where another reader might: in every byte and in object streams that no table lists."""
    plain = _unescaped(data)
    if _PDF_ACTIVE_BYTES.search(plain) or _PDF_JS_BYTES.search(_PDF_STREAM.sub(b"", plain)):
        raise Unacceptable(Reason.ACTIVE_PDF)
    view = memoryview(data)
    for match in _PDF_OBJECT_STREAM.finditer(data):
        try:
            packed = zlib.decompressobj().decompress(view[match.end() :], MAX_PDF_STREAM_BYTES)
        except zlib.error:
            continue  # another filter; the parser below reads those it can
        packed = _unescaped(packed)
        if _PDF_ACTIVE_BYTES.search(packed) or _PDF_JS_BYTES.search(packed):
            raise Unacceptable(Reason.ACTIVE_PDF)


def _unescaped(data: bytes) -> bytes:
    """Names as they are meant: /J#61vaScript is /JavaScript."""
    return _PDF_NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), data)


def _pdf_objects(reader: PdfReader) -> Iterator[object]:
    """Every object that the file's own tables list, and the trailer."""
    yield reader.trailer
    listed = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    listed |= {(number, 0) for number in reader.xref_objStm}
    if len(listed) > MAX_PDF_OBJECTS:
        raise Unacceptable(Reason.TOO_COMPLEX)
    for number, generation in sorted(listed):
        if number:
            yield reader.get_object(_reference(reader, number, generation))


def _reference(reader: PdfReader, number: int, generation: int) -> IndirectObject:
    return IndirectObject(number, generation, reader)


def _is_active_pdf(found: object, depth: int = 0) -> bool:
    if depth > MAX_PDF_DEPTH:
        raise Unacceptable(Reason.TOO_COMPLEX)
    if isinstance(found, DictionaryObject):
        return any(key in _PDF_ACTIVE or _is_active_pdf(found.raw_get(key), depth + 1) for key in found)
    if isinstance(found, ArrayObject):
        return any(_is_active_pdf(item, depth + 1) for item in list.__iter__(found))
    return isinstance(found, NameObject) and found in _PDF_ACTIVE


# --- packages: DOCX, XLSX, PPTX, OFD -----------------------------------------------------------------

_MAIN_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
_MACRO_PART = re.compile(r"vbaproject|vbadata|macrosheets/|/vba|dialogsheets/", re.IGNORECASE)
_ACTIVE_PART = re.compile(
    r"activex|\.(?:exe|dll|scr|com|pif|msi|bat|cmd|ps1|vbs|js|jse|wsf|hta|lnk|jar|sh|py)$", re.IGNORECASE
)
_NESTED_OFFICE = re.compile(r"\.(?:docx|xlsx|pptx)$", re.IGNORECASE)
# Relationships that fetch or run when the file is opened; links that a reader clicks are not among them.
_FETCHING = re.compile(r"/(?:oleObject|frame|subDocument|control|package|aFChunk|attachedTemplate)$")
_LOCAL_TEMPLATE = re.compile(r"(?:file:///)?[A-Za-z]:[\\/]|[^:\\/]+$")
_FIELD_CODE = re.compile(
    rb"<(?:\w+:)?(?:instrText\b[^<>]*>([^<]*)|fldSimple\b[^<>]*?\binstr\s*=\s*[\"']([^\"'<]*))"
)
_DDE = re.compile(rb"\bDDE(?:AUTO)?\b", re.IGNORECASE)


def _package(data: bytes) -> _Found:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            extension = _package_extension(package, len(data))
            for entry in package.infolist():
                _check_part(package, entry)
    except MemoryError as error:
        raise Unacceptable(Reason.TOO_COMPLEX) from error
    except (zipfile.BadZipFile, zlib.error, ET.ParseError, NotImplementedError) as error:
        raise Unacceptable(Reason.BROKEN) from error
    except (OSError, ValueError, EOFError, RuntimeError, KeyError, struct.error) as error:
        raise Unacceptable(Reason.BROKEN) from error
    return _Found(extension, data)


def _package_extension(package: zipfile.ZipFile, size: int) -> str:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
        raise Unacceptable(Reason.TOO_COMPLEX)
    if unpacked > RATIO_MATTERS_BYTES and unpacked > size * MAX_RATIO:
        raise Unacceptable(Reason.TOO_COMPLEX)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unacceptable(Reason.LOCKED)
    names = [entry.filename for entry in entries]
    flat = {name.lower() for name in names}
    if any(_MACRO_PART.search(name) for name in names):
        raise Unacceptable(Reason.MACRO)
    extension = next((found for part, found in _MAIN_PARTS.items() if part in flat), "")
    if "[content_types].xml" not in flat or not extension:
        extension = ".ofd" if "ofd.xml" in flat else ""
    if not extension:
        raise Unacceptable(Reason.ARCHIVE)
    # Two parts of one name, parts outside, bytes before the first or after the last: readers would disagree.
    outside = any(name.startswith(("/", "\\")) or ".." in re.split(r"[\\/]", name) for name in names)
    if len(flat) != len(names) or outside or package.comment or min(e.header_offset for e in entries):
        raise Unacceptable(Reason.DISGUISED)
    if any(_ACTIVE_PART.search(name) for name in names):
        raise Unacceptable(Reason.ACTIVE_OFFICE)
    return extension


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.lower()
    embedded = "embeddings/" in name
    if not embedded and not name.endswith((".xml", ".rels", ".vml")):
        return
    if entry.file_size > MAX_PART_BYTES:
        raise Unacceptable(Reason.TOO_COMPLEX)
    part = package.read(entry)
    if embedded:
        _check_embedded(name, part)
        return
    flat = part.replace(b"\0", b"")
    if b"<!DOCTYPE" in flat.upper() or b"<!ENTITY" in flat.upper():
        raise Unacceptable(Reason.ACTIVE_OFFICE)
    if name == "[content_types].xml" and re.search(
        rb"macroEnabled|vbaProject|ms-office\.activeX", part, re.IGNORECASE
    ):
        raise Unacceptable(Reason.MACRO)
    if name.endswith(".rels"):
        _check_relationships(part)
    if name.startswith("word/") and _DDE.search(b"".join(a or b for a, b in _FIELD_CODE.findall(flat))):
        raise Unacceptable(Reason.ACTIVE_OFFICE)


def _check_relationships(part: bytes) -> None:
    for relation in ET.fromstring(part):  # noqa: S314 - a document type was refused above
        target = relation.get("Target", "")
        if relation.get("Type", "").endswith("/vbaProject"):
            raise Unacceptable(Reason.MACRO)
        if relation.get("TargetMode", "").lower() != "external":
            continue
        kind = relation.get("Type", "")
        if re.match(r"\s*(?:javascript|vbscript|data|ms-[a-z]+|search-ms):", target, re.IGNORECASE):
            raise Unacceptable(Reason.ACTIVE_OFFICE)
        # A template on the author's own disk is named in many honest letters, and never fetched.
        local = kind.endswith("/attachedTemplate") and _LOCAL_TEMPLATE.match(target)
        if _FETCHING.search(kind) and not local:
            raise Unacceptable(Reason.ACTIVE_OFFICE)


def _check_embedded(name: str, part: bytes) -> None:
    """A chart's own workbook may stay; packaged programs and anything with macros may not."""
    if part.startswith(_OLE):
        entries = frozenset(_compound_entries(part))
        if entries & _OLE_MACROS:
            raise Unacceptable(Reason.MACRO)
        if "\x01Ole10Native" in entries or "Package" in entries:
            raise Unacceptable(Reason.ACTIVE_OFFICE)
    elif _NESTED_OFFICE.search(name) and part.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(part)) as nested:
            names = nested.namelist()
            if any(_MACRO_PART.search(inner) for inner in names):
                raise Unacceptable(Reason.MACRO)
            if any(_ACTIVE_PART.search(inner) or "embeddings/" in inner.lower() for inner in names):
                raise Unacceptable(Reason.ACTIVE_OFFICE)
    else:
        raise Unacceptable(Reason.ACTIVE_OFFICE)


# --- compound files: DOC, XLS, PPT, WPS --------------------------------------------------------------

_OLE_MACROS = frozenset({"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros", "PROJECTwm"})
_OLE_ACTIVE = frozenset({"\x01Ole10Native", "\x01Ole10ItemName", "Equation Native", "Package"})
_OLE_KINDS: Sequence[tuple[str, str, str]] = (
    ("WordDocument", ".doc", ".wps"),
    ("Workbook", ".xls", ".et"),
    ("Book", ".xls", ".et"),
    ("PowerPoint Document", ".ppt", ".dps"),
)
# A sheet record of the macro type (Excel 4): id 0x0085, length, stream offset, visibility, type 1.
_XLM_SHEET = re.compile(rb"\x85\x00[\x06-\x50]\x00.{4}[\x00-\x02]\x01.[\x00\x01]", re.DOTALL)


def _compound(data: bytes, filename: str) -> _Found:
    entries = frozenset(_compound_entries(data))
    if "EncryptedPackage" in entries or "EncryptionInfo" in entries:
        raise Unacceptable(Reason.LOCKED)
    if entries & _OLE_MACROS:
        raise Unacceptable(Reason.MACRO)
    if entries & _OLE_ACTIVE:
        raise Unacceptable(Reason.ACTIVE_OFFICE)
    for stream, microsoft, wps in _OLE_KINDS:
        if stream in entries:
            if microsoft == ".xls" and _XLM_SHEET.search(data):
                raise Unacceptable(Reason.MACRO)
            return _Found(wps if filename.lower().endswith(wps) else microsoft, data)
    raise Unacceptable(Reason.NOT_ALLOWED)


def _compound_entries(data: bytes) -> Iterator[str]:
    """Names of all storages and streams, deleted ones too.

    A directory entry is 128 bytes, aligned, with its name in UTF-16, the name's length at 64 and the type at
    66. Looking at every aligned place needs no allocation table, so a broken one hides nothing.
    """
    for offset in range(512, len(data) - 127, 128):
        length, kind = struct.unpack_from("<HB", data, offset + 64)
        if kind in {1, 2, 5} and 4 <= length <= 64 and length % 2 == 0:  # noqa: PLR2004
            name = data[offset : offset + length]
            if name.endswith(b"\0\0"):
                yield name[:-2].decode("utf-16-le", "replace")


# --- plain text --------------------------------------------------------------------------------------


def _text(data: bytes, filename: str) -> _Found:
    text = _decoded(data)
    if PurePosixPath(filename.replace("\\", "/")).suffix.lower() in _SCRIPT_NAMES or _SCRIPT_TEXT.match(text):
        raise Unacceptable(Reason.SCRIPT)
    if _MARKUP.search(text) or re.match(r"\s*(?:MIME-Version|Content-Type)\s*:", text, re.IGNORECASE):
        raise Unacceptable(Reason.WEBPAGE)
    return _Found(".txt", text.encode())


def _decoded(data: bytes) -> str:
    encodings = ("utf-8-sig", "gb18030")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16", "utf-16")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text):
            return text
    raise Unacceptable(Reason.NOT_ALLOWED)


# --- names -------------------------------------------------------------------------------------------

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def clean_name(filename: str, extension: str) -> str:
    """The file name as it may be shown, stored and sent: no path, nothing invisible, the true extension."""
    flat = unicodedata.normalize("NFC", filename)
    flat = re.split(r"[\\/]", flat)[-1]
    # Cc and Cf: control characters, text direction, zero width. Cs, Co, Cn: nothing that can be read.
    flat = "".join(c for c in flat if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    flat = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", flat)).strip(" .")
    stem = re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", flat).strip(" .")
    if stem.lower().endswith(extension):
        stem = stem[: -len(extension)].strip(" .")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    stem = stem[: MAX_NAME_CHARS - len(extension)].strip(" .")
    return f"{stem or '附件'}{extension}"


# --- the killable child --------------------------------------------------------------------------------


def inspect_in_child(
    data: bytes,
    filename: str,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> Inspected:
    """What the upload is, cleaned, found out by a process that may be killed without harm.

    Raises:
        Unacceptable: it is refused, took too long, wanted too much memory, or broke its parser.
    """
    if len(data) > MAX_BYTES:
        raise Unacceptable(Reason.TOO_LARGE)
    order = {"filename": filename, "seconds": int(timeout_seconds) + 1, "memory": memory_bytes}
    # -P: nothing is imported from the folder it happens to start in. No environment: no secrets to steal.
    command = [sys.executable, "-P", "-m", "tongxin.capabilities.files.content"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=json.dumps(order).encode() + b"\n" + data,
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
            cwd="/",
            env={"PYTHONPATH": str(Path(__file__).resolve().parents[3]), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise Unacceptable(Reason.TOO_SLOW) from error
    head, _, clean = done.stdout.partition(b"\n")
    try:
        answer = json.loads(head)
        if "reason" in answer:
            refused = Reason(answer["reason"])
        else:
            return _inspected(_Found(answer["extension"], clean, answer["width"], answer["height"]), filename)
    except (ValueError, KeyError, TypeError) as error:  # it died before it could answer
        raise Unacceptable(Reason.BROKEN) from error
    raise Unacceptable(refused)


def _limit(*, seconds: int, memory_bytes: int) -> None:
    """Bind this process: memory, processor time, no core file, no written file."""
    import resource  # noqa: PLC0415 - Unix only, and only the child needs it

    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _answer(stdin: BinaryIO) -> tuple[dict[str, object], bytes]:
    order = json.loads(stdin.readline())
    _limit(seconds=order["seconds"], memory_bytes=order["memory"])
    try:
        found = _recognised(stdin.read(), order["filename"])
    except Unacceptable as refusal:
        return {"reason": refusal.reason.value}, b""
    except MemoryError:
        return {"reason": Reason.TOO_COMPLEX.value}, b""
    return {"extension": found.extension, "width": found.width, "height": found.height}, found.clean_bytes


def main() -> None:
    """Read one order and one file from standard input, write the verdict and the clean file."""
    head, clean = _answer(sys.stdin.buffer)
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + clean)


if __name__ == "__main__":
    main()
