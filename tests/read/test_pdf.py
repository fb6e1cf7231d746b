"""PDFs: nothing lost as a page number, nothing kept that is furniture, headings, notes and columns told apart."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.errors import Unreadable
from pipeline.read.page_text import read_page
from pipeline.read.pdf.layout import Line, paragraphs
from pipeline.read.pdf.text import read_pdf
from pipeline.records.items import Response

NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
FULL = [
    "The engineers found that the wall of the old lock had moved by a hand and that its gate did not",
    "close any more. They asked for money, and for more time, before the winter comes and the river",
    "rises again as it did in the year in which the mill of the village was lost to the flood.",
]


class Put(NamedTuple):
    """Some text at a place of a page: `x` and `y` in points from the lower left, `font` 1 regular and 2 bold."""

    text: str
    y: float
    x: float = 60
    size: float = 11
    font: int = 1


def down(*lines: str, top: float = 740, x: float = 60, size: float = 11, font: int = 1) -> list[Put]:
    return [Put(line, top - 14 * number, x, size, font) for number, line in enumerate(lines) if line]


def written(*pages: list[Put], fonts: tuple[str, str] | None = None, resources: str = "", extra: str = "") -> bytes:
    """A PDF with these pages and a text layer, by hand."""
    regular, bold = fonts or (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    )
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        regular,
        bold,
    ]
    for number, page in enumerate(pages):
        stream = extra + " ".join(
            f"BT /F{put.font} {put.size} Tf {put.x} {put.y} Td ({put.text}) Tj ET" for put in page
        )
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> {resources} >> /Contents {6 + 2 * number} 0 R >>",
            f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream",
        ]
    body, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return body + end.encode() + f"startxref\n{len(body)}\n%%EOF".encode()


def text_of(*pages: list[Put]) -> list[str]:
    return read_pdf(written(*pages), "http://a.example/x.pdf").text.split("\n")


def test_a_line_of_figures_is_text():
    found = text_of(
        down("The lock was built for the second time, after the flood of the spring and the war, in", "1984.",
             "The number of boats that went through it in the whole of the last year that was counted was",
             "1 200.", "The council voted for the repair after a dispute between the", "civil",
             "engineers of the county and the owners of the mill, who had paid for the first report.")
    )  # fmt: skip
    assert found[0].endswith("and the war, in 1984.")
    assert any(line.endswith("that was counted was 1 200.") for line in found)
    assert any("between the civil engineers" in line for line in found)
    assert text_of(down("A table of what was counted at the lock on three days of last May and June, by the hour.",
                        "Year Boats", "2024 312", "2025 298", "7")) == [
        "A table of what was counted at the lock on three days of last May and June, by the hour.",
        "Year Boats", "2024 312", "2025 298", "7",
    ]  # fmt: skip


HEADS = {
    "in the order of the page": lambda n: [*down(f"REPORT ON THE LOCK / No. {n}", top=770), *down(*FULL), Put(f"{n}", 30, 300)],
    "head and foot drawn first": lambda n: [Put(f"- {n} -", 30, 300), Put(f"Report on the lock  {n}", 770), *down(*FULL)],
    "left and right": lambda n: [Put("Roe and Doe" if n % 2 else "On locks", 770), *down(*FULL), Put(f"{n + 100}", 30, 300)],
    "close to the text": lambda n: down(f"Vol. 3, No. {n}", "Harrow, 3 May", *FULL, f"C:\\\\lock\\\\0{n}.doc", f"Page {n} of 6"),
    "roman": lambda n: [*down(*FULL), Put(["i", "ii", "iii", "iv", "v", "vi"][n - 1], 30, 300)],
}  # fmt: skip


@pytest.mark.parametrize("page", HEADS.values(), ids=HEADS)
def test_heads_and_feet_that_differ_by_a_number_cut_no_sentence(page):
    found = "\n".join(text_of(*(page(n) for n in range(1, 7))))
    whole = " ".join(FULL)
    assert found.replace("\n", " ") == " ".join([whole] * 6)


def test_two_pages_are_numbered_too_but_years_at_their_ends_are_text():
    assert "2" not in "".join(text_of(*([*down(*FULL), Put(f"{n}", 30, 300)] for n in (1, 2))))
    years = "\n".join(text_of(*(down(*FULL, str(year)) for year in (1984, 1985))))
    assert "1984" in years
    assert "1985" in years


def test_a_heading_at_the_top_of_a_page_is_no_head():
    pages = [
        [Put(f"{n} Of lock number {n}", 740, size=15), *down(*FULL, top=700), Put(f"{n}", 30, 300)] for n in (1, 2, 3)
    ]
    assert [line for line in text_of(*pages) if line.startswith(("1", "2", "3"))] == [
        "1 Of lock number 1", "2 Of lock number 2", "3 Of lock number 3",
    ]  # fmt: skip


HEADINGS = {
    "size": [Put("On the lock", 700, size=16), *down(*FULL, top=680)],
    "weight": [*down("On the lock", top=700, font=2), *down(*FULL, top=686)],
    "gap": [*down("On the lock", top=720), *down(*FULL, top=686)],
    "alone": down("On the lock", *FULL, top=700),
    "numbered": [Put("2.1. On the lock", 700), *down(*FULL, top=686)],
}


@pytest.mark.parametrize("page", HEADINGS.values(), ids=HEADINGS)
def test_a_heading_is_a_paragraph_of_its_own(page):
    found = text_of([*down(*FULL, top=760), *page])
    assert found[0] == " ".join(FULL)
    assert found[1].endswith("On the lock")
    assert found[2] == " ".join(FULL)


def test_a_footnote_stands_apart_and_the_sentence_above_it_goes_on():
    first = [
        *down(*FULL[:2]),
        Put("1 See the minutes of the council of May, where", 60, size=8),
        Put("it is said.", 50, size=8),
    ]
    found = text_of(first, down(FULL[2]))
    assert found == [" ".join(FULL), "1 See the minutes of the council of May, where it is said."]


def columns(across: bool) -> list[Put]:
    left = [f"left line {n} goes on and on" for n in range(12)]
    right = [f"right line {n} goes on and on" for n in range(12)]
    both = [*down(*left, x=50), *down(*right, x=320)]
    return [Put("A title", 780, size=18), *(sorted(both, key=lambda put: (-put.y, put.x)) if across else both)]


@pytest.mark.parametrize("across", [True, False])
def test_two_columns_are_read_one_after_the_other(across):
    found = " ".join(text_of(columns(across)))
    assert found.index("left line 11") < found.index("right line 0")
    assert "goes on and on left line 5 goes on and on" in found


def test_a_table_is_read_by_its_rows():
    rows = [Put(text, 700 - 14 * n, x) for n in range(8) for text, x in ((f"Lock {n}", 60), (f"{n}00 boats", 320))]
    assert "Lock 3 300 boats" in text_of(rows)
    cells = ((60, "Old lock {}"), (200, "built of oak and iron"), (420, "leaks at the gate"))
    rows = [Put(text.format(n), 700 - 14 * n, x) for n in range(8) for x, text in cells]
    assert "Old lock 3 built of oak and iron leaks at the gate" in text_of(rows)
    wordy = ((60, "The lock {}"), (320, "was built of oak and of iron"))
    rows = [Put(text.format(n), 700 - 14 * n, x) for n in range(8) for x, text in wordy]
    assert "The lock 3 was built of oak and of iron" in " ".join(text_of(rows))


def test_words_divided_at_the_end_of_a_line_are_whole():
    found = text_of(down("The council met in the well-known house at the lock, where it had met all the winter, and sus-",
                         "pended the vote on the well-", "known house until the engineers had finished all of their work."))  # fmt: skip
    assert "and suspended the vote on the well-known house until" in found[0]


def test_more_pages_than_are_read_are_a_part():
    pages = [down(FULL[0], f"close on page number {n},", *FULL[1:]) for n in range(205)]
    body = written(*pages)
    found = read_pdf(body, "http://a.example/x.pdf")
    assert not found.whole
    assert "page number 199" in found.text
    fetched = Response(
        url="http://a.example/x",
        final_url="http://a.example/x",
        fetched_at=NOW,
        media_type="application/pdf",
        body=body,
    )
    assert read_page(fetched, "2026-03-25").extent == "part"
    assert read_pdf(written(*pages[:3]), "http://a.example/x.pdf").whole


def test_what_a_program_fills_in_is_no_title_and_no_author():
    info = "<< /Title (Microsoft Word - lock_v3.docx) /Author (anonymous) >>"
    body = written(down("On the lock", *FULL)).replace(b"/Root 1 0 R", f"/Root 1 0 R /Info {info}".encode())
    fetched = Response(
        url="http://a.example/x", final_url="http://a.example/x", fetched_at=NOW, media_type="", body=body
    )
    found = read_page(fetched, "2026-03-25")
    assert (found.title, found.author, found.extent) == ("On the lock", None, "full text")


UNKNOWN = " ".join(f"/g{number}" for number in range(200))
NAMELESS = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Nameless /FirstChar 33 /LastChar 232 /Widths ["
    + "500 " * 200
    + f"] /Encoding << /Type /Encoding /Differences [33 {UNKNOWN}] >> >>"
)


def test_letters_that_the_file_does_not_say_are_refused():
    with pytest.raises(Unreadable) as failed:
        read_pdf(written(down(*FULL), fonts=(NAMELESS, NAMELESS)), "http://a.example/x.pdf")
    assert failed.value.reason == "PDF of unknown letters"


def test_a_file_of_the_same_name_in_the_current_folder_breaks_nothing(tmp_path):
    for name in ("pipeline.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('not this one')")
    (tmp_path / "x.pdf").write_bytes(written(down(*FULL)))
    program = "from pipeline.read.pdf.text import read_pdf; print(read_pdf(open('x.pdf', 'rb').read(), 'x').text)"
    ours = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": ours}, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == " ".join(FULL)


def test_no_layout_takes_more_than_its_length():
    many = [Line("1 a small line.", 8, False, 60, 800 - n / 100) for n in range(50_000)]
    large = [
        Line("A line of text that ends, and goes on", 11, False, 60 + n % 50, 800 - n / 100) for n in range(50_000)
    ]
    for page in (many + large, large, [Line("a-", 11, False, 60, -n) for n in range(50_000)]):
        begun = time.process_time()
        paragraphs([page, page])
        assert time.process_time() - begun < 20
