"""Runs that are killed, stopped or run out of space, each in a process of its own: nothing is lost, nothing doubled, no line torn."""

from __future__ import annotations

import json
import os
import random
import resource  # POSIX
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hadath import Document, Predictor, read_jsonl
from hadath.inference.unfinished import part_of

if sys.platform == "win32":
    pytest.skip("signals and limits are those of POSIX", allow_module_level=True)

SENTENCES = (
    "سيطر الجيش السوري على مدينة البوكمال صباح الخميس",
    "وقالت الوزيرة إن 14 شخصا أصيبوا في الانفجار",
    "انسحبت القوات من القرية",
    "وبالمدافع قصفت الكتيبة موقعا قرب الحدود",
)
COUNT = 900


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Short texts, some of them no text: enough for some seconds of work."""
    path = tmp_path_factory.mktemp("texts") / "news.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for at in range(COUNT):
            text = None if at % 397 == 5 else f"{SENTENCES[at % 4]} {at}."
            file.write(json.dumps({"id": f"n-{at}", "text": text}, ensure_ascii=False) + "\n")
    return path


@pytest.fixture(scope="module")
def few(source):
    """The first of them."""
    path = source.with_name("few.jsonl")
    path.write_text("".join(source.read_text(encoding="utf-8").splitlines(True)[:40]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def expected(source):
    """What a run that nobody disturbs writes, made without the command line."""
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    tagged = iter(Predictor.load(threads=1).predict([Document(row["id"], row["text"]) for row in rows if row["text"]]))
    return [(row["id"], next(tagged) if row["text"] else None) for row in rows]


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.jsonl"


def start(source, output, *more, **options):
    command = [sys.executable, "-m", "hadath", "predict", str(source), "--output", str(output), "--threads", "1", "--quiet", *more]
    before = options.pop("preexec_fn", None)

    def prepare():
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that run in the background inherit that it is ignored
        if before is not None:
            before()

    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=prepare, **options)


def run(source, output, *more, **options):
    process = start(source, output, *more, **options)
    said = process.communicate(timeout=300)[1]
    assert "Traceback" not in said
    return process.returncode, said


def at_size(process, part, size):
    """Waits until the part has grown past `size`; False if the run ended before."""
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        if process.poll() is not None:
            return False
        if part.exists() and part.stat().st_size > size:
            return True
        time.sleep(0.001)
    raise AssertionError("the run wrote nothing in two minutes")


def check_whole(output, expected):
    assert sorted(one.name for one in output.parent.iterdir()) == [output.name]
    found = list(read_jsonl(output))
    assert [one.id for one in found] == [name for name, _ in expected]
    for one, (_, document) in zip(found, expected, strict=True):
        assert one.error if document is None else one == document


def check_part(output, expected):
    """Whole lines, of the first texts, in order; returns how many."""
    raw = part_of(output).read_bytes()
    assert raw.endswith(b"\n")
    found = list(read_jsonl(part_of(output)))
    assert [one.id for one in found] == [name for name, _ in expected[: len(found)]]
    return len(found)


def kill_and_resume(source, output, expected, kills, seed):
    """Kills runs at random moments, once each, tearing off the end of what they wrote now and then, as a machine does that loses power."""
    dice = random.Random(seed)
    killed = 0
    size = len("".join(one.to_line() for _, one in expected if one).encode())
    bounds = sorted(dice.uniform(0, size * 0.95) for _ in range(kills))
    for bound in bounds:
        process = start(source, output, "--resume")
        if at_size(process, part_of(output), bound):
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        if dice.random() < 0.5:
            os.truncate(part_of(output), part_of(output).stat().st_size - dice.randint(1, 200))
    assert killed == kills
    assert not output.exists()
    code, _ = run(source, output, "--resume")
    assert code == 1  # some of the texts are none
    check_whole(output, expected)


def test_kills_lose_and_double_nothing(source, output, expected):
    kill_and_resume(source, output, expected, 3, 1)


@pytest.mark.slow
def test_twenty_kills_lose_and_double_nothing(source, output, expected):
    kill_and_resume(source, output, expected, 20, 2)


@pytest.mark.parametrize(("sign", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")])
def test_a_run_that_is_stopped_keeps_what_is_finished(source, output, expected, sign, code, word):
    process = start(source, output)
    assert at_size(process, part_of(output), 50_000)
    process.send_signal(sign)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert said == f"hadath: {word}; what was finished is in {part_of(output)}; the same command with --resume goes on with it\n"
    assert 0 < check_part(output, expected) < COUNT
    assert not output.exists()
    assert run(source, output, "--resume")[0] == 1
    check_whole(output, expected)


def test_a_stopped_table_is_whole_as_far_as_it_goes(source, output, expected):
    table = output.with_suffix(".csv")
    process = start(source, table)
    hidden = lambda: next(iter(table.parent.glob(".out.csv.*.part")), table)  # noqa: E731
    limit = time.monotonic() + 120
    while not (hidden() != table and hidden().stat().st_size > 50_000) and time.monotonic() < limit:
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (143, f"hadath: terminated; what was finished is in {part_of(table)}\n")
    assert [one.name for one in table.parent.iterdir()] == ["out.csv.part"]
    written = part_of(table).read_text(encoding="utf-8")
    assert written.endswith("\n")
    seen = {line.split(",")[0] for line in written.splitlines()[1:]}
    last = max(at for at, (name, _) in enumerate(expected) if name in seen)
    marked = {name for name, one in expected[:last] if one is None or one.entities or one.events}
    assert marked <= seen


def test_a_disk_that_fills_up_leaves_whole_lines(source, output, expected):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_001, 200_001))

    code, said = run(source, output, preexec_fn=limited)
    assert code == 2
    kept, fault = said.splitlines()
    assert kept == f"hadath: what was finished is in {part_of(output)}; the same command with --resume goes on with it"
    assert "File too large" in fault
    assert check_part(output, expected) > 100
    assert run(source, output, "--resume")[0] == 1
    check_whole(output, expected)


@pytest.mark.parametrize("format", ["jsonl", "html"])
def test_a_full_device(few, format):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    code, said = run(few, "/dev/full", "--format", format)
    assert code == 2
    assert len(said.splitlines()) == 1
    assert "No space left on device" in said


@pytest.mark.parametrize("format", ["csv", "jsonl.gz"])
def test_a_disk_that_fills_up_leaves_no_half_file_of_other_formats(few, output, format):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (501, 501))

    code, said = run(few, output.with_suffix(f".{format}"), preexec_fn=limited)
    assert code == 2
    assert "File too large" in said
    assert list(output.parent.iterdir()) == []


def test_what_cannot_be_resumed_is_told(few, output):
    part_of(output).write_text('{"id": "other", "text": "نص"}\n', encoding="utf-8")
    for more, said in (
        ([], "go on with it: the same command with --resume"),
        (["--resume"], 'was made of other texts: the document is "other", the text is "n-0"'),
        (["--resume", "--format", "csv"], "--resume goes on with a file of JSON lines"),
    ):
        code, error = run(few, output, *more)
        assert code == 2
        assert said in error
        assert len(error.splitlines()) == 1
    assert part_of(output).read_text(encoding="utf-8") == '{"id": "other", "text": "نص"}\n'


def test_another_floor_is_another_run(few, output):
    code, _ = run(few, output)
    assert code == 1
    before = output.read_bytes()
    code, error = run(few, output, "--resume", "--min-score", "0.95")
    assert code == 2
    assert "by another model or with other options" in error
    assert output.read_bytes() == before
