"""Outputs that are not whole yet: what is kept, what is torn off, and what a later run may go on with."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace

import pytest

from hadath.inference.unfinished import Done, PartFile, check_same, part_of, read_done, resumable
from hadath.inference.writers import FORMATS, open_writer
from hadath.models.documents import Document, Mention, read_jsonl
from hadath.models.errors import DataError, HadathError

TEXTS = [Document(f"d-{at}", f"قال الوزير {at}") for at in range(6)]
TAGGED = [replace(one, entities=(Mention(4, 10, "الوزير", "OCC", "T1", 0.5),), events=(), sentences=()) for one in TEXTS]
FAILED = Document("bad", "", error="not UTF-8 at byte 3")


def lines(documents):
    return "".join(one.to_line() + "\n" for one in documents).encode()


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.jsonl"


def left(folder):
    return sorted(one.name for one in folder.iterdir())


def write(output, documents, after=None):
    with open_writer(output, "jsonl", keep=True, after=after) as writer:
        for one in documents:
            writer.write(one)


class Broken(BaseException):
    """What ends a block without being an error of it, as Ctrl-C does."""


@pytest.mark.parametrize("fault", [RuntimeError, OSError, KeyboardInterrupt, Broken])
def test_what_is_written_is_kept_whatever_ends_the_run(output, fault):
    def run():
        with open_writer(output, "jsonl", keep=True) as writer:
            for one in TAGGED[:3]:
                writer.write(one)
                assert part_of(output).read_bytes().endswith(lines([one]))  # on disk at once, so that no kill can take it
            assert not output.exists()
            raise fault

    with pytest.raises(fault):
        run()
    assert left(output.parent) == ["out.jsonl.part"]
    assert part_of(output).read_bytes() == lines(TAGGED[:3])


def test_a_whole_output_has_its_name_and_no_part(output):
    output.write_text("old")
    write(output, TAGGED)
    assert left(output.parent) == ["out.jsonl"]
    assert output.read_bytes() == lines(TAGGED)


def test_nothing_written_leaves_nothing(output):
    with pytest.raises(RuntimeError), open_writer(output, "jsonl", keep=True):
        raise RuntimeError
    assert left(output.parent) == []


def test_a_part_is_not_overwritten(output):
    part_of(output).write_bytes(lines(TAGGED[:2]))
    with pytest.raises(DataError, match=r"out\.jsonl\.part: holds what a run that has not ended wrote; .*--resume.*remove it"):
        open_writer(output, "jsonl", keep=True)
    assert part_of(output).read_bytes() == lines(TAGGED[:2])


@pytest.mark.parametrize("torn", range(0, len(lines(TAGGED[2:3])), 7))
def test_a_torn_line_is_written_anew(output, torn):
    """Whatever part of the third line reached the disk."""
    part_of(output).write_bytes(lines(TAGGED[:2]) + lines(TAGGED[2:3])[:torn])
    rest = iter(TEXTS)
    done = read_done(output, rest)
    assert (done.documents, done.failed, done.last) == (2, 0, tuple(TAGGED[:2]))
    assert next(rest) is TEXTS[2]
    write(output, TAGGED[2:], done)
    assert output.read_bytes() == lines(TAGGED)
    assert left(output.parent) == ["out.jsonl"]


def test_nothing_to_go_on_with_is_a_beginning(output):
    done = read_done(output, iter(TEXTS))
    assert done == Done(part_of(output))
    write(output, TAGGED, done)
    assert output.read_bytes() == lines(TAGGED)


def test_an_empty_part_is_a_beginning(output):
    part_of(output).touch()
    write(output, TAGGED, read_done(output, iter(TEXTS)))
    assert output.read_bytes() == lines(TAGGED)


def test_a_whole_output_goes_on_where_there_are_more_texts(output):
    output.write_bytes(lines(TAGGED[:4]))
    rest = iter(TEXTS)
    done = read_done(output, rest)
    assert done.documents == 4
    with open_writer(output, "jsonl", keep=True, after=done) as writer:
        assert left(output.parent) == ["out.jsonl.part"]  # no longer whole
        for _ in rest:
            writer.write(TAGGED[4])
            break
    assert output.read_bytes() == lines(TAGGED[:5])


def test_errors_that_were_written_count(output):
    part_of(output).write_bytes(lines([TAGGED[0], FAILED]))
    done = read_done(output, iter([TEXTS[0], FAILED, TEXTS[1]]))
    assert (done.documents, done.failed, done.last) == (2, 1, (TAGGED[0],))


@pytest.mark.parametrize(
    ("texts", "held", "said"),
    [
        (TEXTS[1:], TAGGED[:2], r'part:1: was made of other texts: the document is "d-0", the text is "d-1"'),
        ([TEXTS[0], replace(TEXTS[1], text="آخر")], TAGGED[:2], r"part:2: .*that one's text is another now"),
        (TEXTS[:1], TAGGED[:2], r"holds more documents than there are texts"),
    ],
)
def test_an_output_of_other_texts_is_refused_and_stays(output, texts, held, said):
    part_of(output).write_bytes(lines(held))
    with pytest.raises(DataError, match=said):
        read_done(output, iter(texts))
    assert part_of(output).read_bytes() == lines(held)


@pytest.mark.parametrize("raw", [b"doc,date\n", b"{}\n", b"[]\n", b"\xff\n", b"\0\0\0\n", b'{"id": "d-0", "text": 3}\n', b"[" * 100_000 + b"\n"])
def test_what_is_no_output_of_ours_is_refused_and_stays(output, raw):
    output.write_bytes(raw)
    with pytest.raises(DataError, match=r"out\.jsonl:1: is no output that --resume can go on with"):
        read_done(output, iter(TEXTS))
    assert output.read_bytes() == raw


def test_another_model_is_refused(output):
    part_of(output).write_bytes(lines(TAGGED[:4]))
    done = read_done(output, iter(TEXTS))
    same = [replace(one, entities=(replace(one.entities[0], score=0.5001),)) for one in TAGGED[:4]]
    check_same(done, same)  # the last digits of a score are the machine's
    other = [*same[:3], replace(same[3], entities=(replace(same[3].entities[0], label="PER"),))]
    with pytest.raises(DataError, match=r'another model or with other options.*"d-3"'):
        check_same(done, other)
    check_same(done, other, strict=False)
    for layer in ("entities", "events", "sentences"):
        with pytest.raises(DataError, match="another model"):
            check_same(done, [one.without(layer) for one in same], strict=False)


def test_two_runs_cannot_write_one_output(output):
    pytest.importorskip("fcntl")
    part_of(output).write_bytes(lines(TAGGED[:2]))
    done = read_done(output, iter(TEXTS))
    first = PartFile(output, done)
    with pytest.raises(DataError, match="is being written by another run"):
        PartFile(output, done)
    first.write(TAGGED[2].to_line() + "\n")
    first.settle(True)
    for late in (done, replace(done, path=output)):  # the other has finished in between
        with pytest.raises(DataError, match="has changed since it was read"):
            PartFile(output, late)
        assert left(output.parent) == ["out.jsonl"]
        assert output.read_bytes() == lines(TAGGED[:3])


def test_a_full_disk_leaves_whole_lines(output, monkeypatch):
    """The disk takes half of a line, then nothing."""
    file = PartFile(output)
    inner = file._file

    class Full:
        room = len(lines(TAGGED[:2])) + 11

        def write(self, raw):
            if not self.room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            taken = inner.write(raw[: self.room])
            self.room -= taken
            return taken

    monkeypatch.setattr(file, "_file", Full())
    for one in TAGGED[:2]:
        file.write(one.to_line() + "\n")
    with pytest.raises(OSError, match="No space"):
        file.write(TAGGED[2].to_line() + "\n")
    assert part_of(output).read_bytes() == lines(TAGGED[:3])[: len(lines(TAGGED[:2])) + 11]
    monkeypatch.setattr(file, "_file", inner)
    file.settle(False)
    assert part_of(output).read_bytes() == lines(TAGGED[:2])


@pytest.mark.parametrize("format", [one for one in FORMATS if one != "jsonl"])
def test_other_formats_keep_what_is_finished_when_they_are_stopped(tmp_path, format):
    """Whole as far as it goes: what the part holds is what a run of those texts alone would have written."""
    if format == "parquet":
        pytest.importorskip("pyarrow")

    def run(path, stop):
        with open_writer(path, format, keep=True) as writer:
            for one in TAGGED[:3]:
                writer.write(one)
            if stop is not None:
                raise stop

    run(tmp_path / "whole", None)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "out", KeyboardInterrupt())
    assert left(tmp_path) == ["out.part", "whole"]
    if format == "parquet":
        import pyarrow.parquet as parquet

        assert parquet.read_table(tmp_path / "out.part").to_pylist() == parquet.read_table(tmp_path / "whole").to_pylist()
    else:
        assert (tmp_path / "out.part").read_bytes() == (tmp_path / "whole").read_bytes()
    with pytest.raises(RuntimeError):
        run(tmp_path / "bad", RuntimeError())
    assert left(tmp_path) == ["out.part", "whole"]


@pytest.mark.parametrize(
    ("name", "format", "able"), [("a.jsonl", "jsonl", True), ("a", "jsonl", True), ("a.jsonl.GZ", "jsonl", False), ("a.csv", "csv", False)]
)
def test_what_can_be_gone_on_with(tmp_path, name, format, able):
    assert resumable(name, format) == able
    if not able:
        with pytest.raises(HadathError, match="--resume"):
            open_writer(tmp_path / name, format, keep=True, after=Done(tmp_path / name))
        assert left(tmp_path) == []
    with pytest.raises(HadathError, match="--output"):
        open_writer("-", "jsonl", after=Done(tmp_path / name))


def test_a_link_keeps_its_place(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "out.jsonl"
    link.symlink_to(tmp_path / "real" / "it.jsonl")
    write(link, TAGGED)
    assert link.is_symlink()
    assert list(read_jsonl(tmp_path / "real" / "it.jsonl")) == TAGGED
    assert json.loads(link.read_text(encoding="utf-8").splitlines()[0])["id"] == "d-0"
