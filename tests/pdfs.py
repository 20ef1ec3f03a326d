"""PDFs of every kind that tests need, made from nothing; each with a text of its own."""

import io

from fixtures.pdf import text_pdf
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter

PARAGRAPHS = [
    "The Ambassador received the Minister of Foreign Affairs on Thursday, and spoke with him for two hours about"
    " the treaty, the frontier and the railways.",
    "The Minister thanked him and asked that the conversation be kept from the newspapers until the spring.",
]


def text(title: str = "Memorandum of Conversation", paragraphs: list[str] | None = None) -> bytes:
    """One that says what it holds."""
    return text_pdf([title, *(paragraphs or PARAGRAPHS)])


def large(size: int, title: str = "A long scan") -> bytes:
    """A whole one of at least so many bytes."""
    whole = text(title)
    start = whole.rindex(b"startxref")
    return whole[:start] + b"%" + b"x" * size + b"\n" + whole[start:]


def image(words: str = "TOP SECRET\nThe Ambassador received\nthe Minister on Thursday.") -> bytes:
    """A scan: a picture of words, without text."""
    picture = Image.new("L", (1240, 620), 255)
    ImageDraw.Draw(picture).text((80, 80), words, fill=0, font=ImageFont.load_default(size=60), spacing=30)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


def encrypted(password: str = "secret") -> bytes:
    """One that asks for a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(text())))
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked() -> bytes:
    """One that anybody may read, but not print: it is encrypted with an empty password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(text())))
    writer.encrypt("", owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def both() -> bytes:
    """A cover page with text, then a scan."""
    writer = PdfWriter()
    for part in (text("Cover of the archive's edition"), image()):
        writer.append(PdfReader(io.BytesIO(part)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def broken() -> bytes:
    """One with the marks of a PDF and nothing in between."""
    return b"%PDF-1.4\n" + b"nothing of use\n" * 20 + b"%%EOF\n"
