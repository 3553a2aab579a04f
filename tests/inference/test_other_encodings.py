"""Texts in other encodings than UTF-8 come in as themselves, and what is not in the encoding is told."""

from __future__ import annotations

import gzip
import io

import pytest

from hadath import HadathError
from hadath.inference.readers import read_texts

ONE = "وصل الوفد إلى العاصمة."
TWO = "قال المتحدث إن الاجتماع تأجل"
FORMS = {
    "txt": (ONE, [ONE]),
    "lines": (f"{ONE}\n\n{TWO}\r\n", [ONE, TWO]),
    "jsonl": (f'{{"text": "{ONE}"}}\n{{"text": "{TWO}"}}\n', [ONE, TWO]),
    "csv": (f'id,text\n1,"{ONE}\n{TWO}"\n2,{TWO}\n', [f"{ONE}\n{TWO}", TWO]),
    "tsv": (f"id\ttext\n1\t{ONE}\n", [ONE]),
}


@pytest.mark.parametrize("encoding", ["windows-1256", "cp1256", "iso-8859-6", "utf-16", "utf-16-le", "utf-8", "UTF8", "utf-8-sig"])
@pytest.mark.parametrize("form", FORMS)
def test_texts_come_in_as_themselves(tmp_path, form, encoding):
    written, expected = FORMS[form]
    path = tmp_path / "news.txt"
    path.write_bytes(written.encode(encoding))
    packed = tmp_path / "news.txt.gz"
    packed.write_bytes(gzip.compress(written.encode(encoding)))
    stream = io.BytesIO(written.encode(encoding))
    for sources in ([path], [packed], ["-"]):
        items = list(read_texts(sources, format=form, encoding=encoding, stdin=stream))
        assert [(one.text, one.error) for one in items] == [(text, None) for text in expected]
    assert not stream.closed


def test_a_mark_of_order_is_no_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(f"\ufeff{ONE}".encode("utf-16-le"))
    [item] = read_texts([path], encoding="utf-16-le")
    assert item.text == ONE


def test_bytes_that_are_not_in_the_encoding_cost_their_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1," + ONE.encode("iso-8859-6") + b"\n2,\xa1\xff\n3," + TWO.encode("iso-8859-6") + b"\n")
    items = list(read_texts([path], encoding="iso-8859-6"))
    assert [one.text for one in items] == [ONE, None, TWO]
    assert items[1].error == 'not iso8859-6 in the column "text"; say with --encoding (encoding=) what it is in'


def test_bytes_that_are_utf_8_and_not_in_the_encoding_are_no_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(ONE.encode())
    [item] = read_texts([path], encoding="ascii")
    assert item.text is None
    assert item.error.startswith("not ascii;")


def test_half_a_character_costs_its_line(tmp_path):
    path = tmp_path / "a.txt"
    broken = "\n".join([ONE, "قال \ud800 ثم", TWO])
    path.write_bytes(broken.encode("utf-16-le", "surrogatepass"))
    first, second, third = read_texts([path], format="lines", encoding="utf-16-le")
    assert (first.text, second.text, third.text) == (ONE, None, TWO)
    assert second.error.startswith("not utf-16-le in the line;")


def test_utf_16_without_a_mark_is_told(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(ONE.encode("utf-16-be"))
    [item] = read_texts([path], encoding="utf-16")
    assert item.text != ONE
    if item.error is not None:  # Python versions differ: some take the machine's own order
        assert "try another --encoding" in item.error


def test_an_encoding_that_breaks_off_costs_no_other_file(tmp_path):
    (tmp_path / "a.txt").write_bytes(ONE.encode("utf-16")[:-1])
    (tmp_path / "b.txt").write_bytes(TWO.encode("utf-16"))
    first, second = read_texts([tmp_path], encoding="utf-16")
    assert first.error == "not utf-16; say with --encoding (encoding=) what it is in"
    assert second.text == TWO


def test_utf_8_is_what_others_are_told_to_try(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(ONE.encode("windows-1256"))
    [item] = read_texts([path])
    assert item.error == "not UTF-8 at byte 0; save the file as UTF-8, or say what it is in with --encoding (encoding=), such as windows-1256"


@pytest.mark.parametrize("name", ["arabic-9", "", "rot13", "base64", "a\0b", "صفر"])
def test_an_unknown_encoding_is_told(tmp_path, name):
    with pytest.raises(HadathError, match="no text encoding is called"):
        read_texts([tmp_path], encoding=name)
