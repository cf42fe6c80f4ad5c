"""Whatever a file holds, reading it costs little and its mistake is told with its place."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.core.centre.reading import read_configuration
from chalicelib.core.documents.examining import USUAL
from chalicelib.core.documents.placeholders import fill
from chalicelib.core.flow.model import Known
from chalicelib.core.flow.plugins import read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.flow.stories import read_story
from chalicelib.core.ground.mistakes import MistakesFound
from local.documents import MOST_BYTES, DocumentMistakes, parse, read_yaml
from tests.local.hostile import HOSTILE

READERS = {
    "flow": lambda document: read_flow(document, Known()),
    "plugin": read_plugin,
    "story": read_story,
    "centre": lambda document: read_configuration(document, 1),
}


def refusal_of(path: Path, kind: str) -> str:
    """Give the first mistake that whoever wrote the file is told."""
    try:
        document = read_yaml(path)
        try:
            READERS[kind](fill(document.value, {}))
        except MistakesFound as found:
            raise document.located(found) from None
    except DocumentMistakes as refused:
        return str(refused.mistakes[0])
    return "it was taken"


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_with_its_place(name, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_text(HOSTILE[name].text, "utf-8")
    assert refusal_of(Path("x.yaml"), kind).startswith(f"x.yaml:{HOSTILE[name].refusal}")


FIFTY_MEGABYTES = 50_000_000


def refuse_all_within_bounds() -> None:
    """Refuse every hostile document as each kind; the kernel allows 50 MB more than now, 200 ms for each."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    seconds = int(time.process_time() + 0.2 * len(HOSTILE) * len(READERS)) + 1
    resource.setrlimit(resource.RLIMIT_AS, (used + FIFTY_MEGABYTES, -1))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    path = Path(sys.argv[1])
    for name, hostile in HOSTILE.items():
        path.write_text(hostile.text, "utf-8")
        for kind in READERS:
            assert hostile.refusal in refusal_of(path, kind), name
    sys.stdout.write("all refused\n")


def test_all_of_them_together_take_less_than_50_mb_and_200_ms_each(tmp_path):
    program = "from tests.local.test_yaml_files import refuse_all_within_bounds; refuse_all_within_bounds()"
    done = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, "-c", program, str(tmp_path / "x.yaml")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("all refused\n", "", 0)


def test_what_yaml_takes_for_something_else_is_what_it_looks_like():
    text = "answer: no\nfrom: 08:30\ndate: 2026-03-05\narea: 0755\nphone: +8675583000000\nhex: 0x1F\n1: one\non: key"
    assert parse(text).value == {
        "answer": "no",
        "from": "08:30",
        "date": "2026-03-05",
        "area": "0755",
        "phone": "+8675583000000",
        "hex": "0x1F",
        "1": "one",
        "on": "key",
    }


def test_numbers_flags_and_nothing_are_what_json_calls_so():
    assert parse("[0, -12, 1.5, 1e3, true, False, null, ~, '1', \"true\"]").value == [
        0, -12, 1.5, 1000.0, True, False, None, None, "1", "true",
    ]  # fmt: skip


def test_an_alias_stands_for_what_it_names():
    assert parse("a: &bye {next: goodbye}\nb: *bye").value == {"a": {"next": "goodbye"}, "b": {"next": "goodbye"}}


def test_an_empty_file_says_nothing():
    assert parse("# only a remark").value is None


def test_mistakes_of_one_file_are_told_together():
    with pytest.raises(DocumentMistakes) as refused:
        parse("a: 1\na: 2\nb: !!str x\nc: 1e999", "x.yaml")
    assert [str(mistake).split(": ")[0] for mistake in refused.value.mistakes] == [
        "x.yaml:2:1",
        "x.yaml:3:4",
        "x.yaml:4:4",
    ]


def test_a_mistake_of_meaning_is_told_at_its_line():
    document = parse("name: x\nsteps:\n  bye:\n    do: hangup\n    texts: Bye.\nlanguage: en-US\n", "x.yaml")
    with pytest.raises(MistakesFound) as found:
        read_flow(document.value, Known())
    assert str(document.located(found.value)) == "x.yaml:5:5: steps.bye.texts: unknown field; did you mean 'text'?"


def test_what_is_missing_is_told_at_what_it_is_missing_in():
    document = parse(
        "name: x\nlanguage: en-US\nsteps:\n  hi:\n    do: say\n    next: bye\n  bye: {do: hangup}\n", "x.yaml"
    )
    with pytest.raises(MistakesFound) as found:
        read_flow(document.value, Known())
    assert str(document.located(found.value)) == "x.yaml:4:3: steps.hi.text: is missing"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: \xff", "x.yaml:1:4: is not UTF-8 text"),
        (b"# " + b"x" * MOST_BYTES[USUAL], f"x.yaml: has more than {MOST_BYTES[USUAL]} bytes"),
    ],
)
def test_what_is_no_text_at_all_is_refused(data, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_bytes(data)
    assert refusal_of(Path("x.yaml"), "flow").startswith(told)


def test_a_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal_of(Path("y.yaml"), "flow") == "y.yaml: No such file or directory"
