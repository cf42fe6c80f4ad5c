"""`./icall flows check`: what people write is checked wherever it lies, without a laptop, and all mistakes are told."""

import os
import subprocess
from pathlib import Path

import pytest

from local.cli import main

ROOT = Path(__file__).parents[2]

HELLO = """\
name: hello
language: en-US
steps:
  ask:
    do: menu
    prompt: Press 1 for the bank.
    keys: {"1": bank}
    on_timeout: bye
    on_no_match: bye
  bank: {do: plugin, ask: bank, into: {RATE: rate}, next: bye, on_failure: bye}
  bye: {do: hangup, text: Goodbye.}
"""
BANK = "name: bank\naddress: ${BANK_URL}/rates\noutputs: {rate: rate}\n"
STORY = """\
story: A caller hears of the bank
flow: hello
lines:
  - hears: Press 1
  - presses: "1"
  - answers: {rate: 3}
  - hears: Goodbye.
"""


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    """A folder of one's own, far from the product's, with a flow, its plugin and its story."""
    monkeypatch.setattr("local.cli.STACK", tmp_path / "stack.json")
    monkeypatch.chdir(tmp_path)
    for name in ("mine/plugins", "mine/stories", "empty"):
        (tmp_path / name).mkdir(parents=True)
    Path("mine/hello.yaml").write_text(HELLO, "utf-8")
    Path("mine/plugins/bank.yaml").write_text(BANK, "utf-8")
    Path("mine/stories/bank.yaml").write_text(STORY, "utf-8")
    return tmp_path


@pytest.fixture
def check(folder, capsys):
    """Run the command and give its exit code, what it told and what it complained of."""

    def run(*words: str, bank: bool = True):
        told = ("--set", "BANK_URL=https://bank.example") if bank else ()
        code = main(["flows", "check", *words, *told])
        shown = capsys.readouterr()
        return code, shown.out.splitlines(), shown.err.splitlines()

    return run


def test_a_folder_of_ones_own_is_right_and_its_stories_come_true(check):
    assert check("mine") == (
        0,
        [
            "✓ mine/plugins/bank.yaml: plugin bank",
            "✓ mine/hello.yaml: flow hello",
            "✓ mine/stories/bank.yaml: story came true: A caller hears of the bank",
        ],
        [],
    )


@pytest.mark.parametrize("named", ["mine/hello.yaml", "mine/stories/bank.yaml"])
def test_of_a_single_file_what_it_rests_on_is_read_too_and_its_stories_are_told(check, named):
    code, told, _ = check(named)
    assert code == 0
    assert "✓ mine/stories/bank.yaml: story came true: A caller hears of the bank" in told


def test_mistakes_of_other_files_in_the_folder_are_not_told(check):
    Path("mine/other.yaml").write_text("name: other\nsteps: {}\n", "utf-8")
    assert check("mine/hello.yaml")[0] == 0
    assert check("mine")[0] == 1


def test_every_mistake_of_every_file_is_told_at_once_with_file_line_and_column(check):
    Path("mine/hello.yaml").write_text(
        HELLO.replace("on_timeout: bye", "on_timeout: by").replace("rate}", "rat}"), "utf-8"
    )
    Path("mine/second.yaml").write_text("name: second\nsteps:\n  - x\n", "utf-8")
    Path("mine/third.yaml").write_text("steps: [\n", "utf-8")
    Path("mine/plugins/bank.yaml").write_text(BANK.replace("outputs", "output"), "utf-8")
    code, told, wrong = check("mine", bank=False)
    assert (code, told) == (1, [])
    assert wrong.pop(0).startswith("✗ mine/plugins/bank.yaml:2:1: address: there is no setting 'BANK_URL' here")
    assert wrong == [
        "✗ mine/plugins/bank.yaml: outputs: is missing",
        "✗ mine/plugins/bank.yaml:3:1: output: unknown field; did you mean 'outputs'?",
        "✗ mine/third.yaml:2:1: did not find expected node content",
        "✗ mine/hello.yaml:8:5: steps.ask.on_timeout: there is no step 'by'; did you mean 'bye'?",
        "✗ mine/second.yaml: language: is missing",
        "✗ mine/second.yaml:2:1: steps: must be a mapping of names to values, not a list",
        "  A setting is given by --set NAME=VALUE, or by the environment",
    ]


def test_a_story_that_does_not_come_true_is_told_with_its_line(check):
    Path("mine/stories/bank.yaml").write_text(STORY.replace("Press 1", "Press 2"), "utf-8")
    code, _, wrong = check("mine")
    assert code == 1
    heard = "line 1 (hears: Press 2): heard instead: Press 1 for the bank."
    assert wrong == [f"✗ mine/stories/bank.yaml:4:5: lines[0]: A caller hears of the bank: {heard}"]


def test_a_story_of_a_flow_that_is_not_there_is_told(check):
    Path("mine/stories/bank.yaml").write_text(STORY.replace("flow: hello", "flow: helo"), "utf-8")
    assert check("mine")[2] == [
        "✗ mine/stories/bank.yaml:2:1: flow: there is no flow 'helo' beside it; did you mean 'hello'?"
    ]


def test_stories_may_lie_beside_their_flows(check):
    Path("mine/stories/bank.yaml").rename("mine/story-of-the-bank.yaml")
    assert check("mine")[1][-1].startswith("✓ mine/story-of-the-bank.yaml: story came true")


def test_queues_are_checked_against_a_configuration_if_one_is_named(check):
    Path("mine/hello.yaml").write_text(
        HELLO.replace(
            "{do: hangup, text: Goodbye.}",
            "{do: queue, queue: servise, on_full: end, on_closed: end}\n  end: {do: hangup}",
        ),
        "utf-8",
    )
    Path("centre.yaml").write_text("time_zone: UTC\nqueues: {service: {}}\n", "utf-8")
    assert check("mine", "--centre", "centre.yaml")[2] == [
        "✗ mine/hello.yaml:11:20: steps.bye.queue: there is no queue 'servise'; did you mean 'service'?"
    ]


@pytest.mark.parametrize("path", ["empty", "nowhere", "nowhere.yaml"])
def test_where_there_is_nothing_the_command_says_so_and_does_not_succeed(check, path):
    code, told, wrong = check(path)
    assert (code, told, len(wrong)) == (2, [], 1)
    assert wrong[0].startswith(f"✗ {path}: there is no ")


def test_publishing_where_there_is_nothing_says_so_even_without_a_laptop(folder, capsys):
    assert main(["flows", "publish", "empty"]) == 2
    assert capsys.readouterr().err.startswith("✗ empty: there is no flow here")


def test_without_a_laptop_publishing_says_what_to_start(folder, capsys, monkeypatch):
    monkeypatch.delenv("ICALL_TABLE", raising=False)
    assert main(["flows", "publish", "mine"]) == 1
    assert capsys.readouterr().err.startswith("✗ No laptop is running (make run)")


def test_a_command_that_is_not_understood_ends_with_2():
    with pytest.raises(SystemExit) as ended:
        main(["flows", "examine"])
    assert ended.value.code == 2


def test_the_flows_that_ship_are_right(folder, capsys):
    assert main(["flows", "check"]) == 0
    assert main(["flows", "check", str(ROOT / "flows"), "--centre", str(ROOT / "config" / "demo.yaml")]) == 0


def test_paths_are_those_of_the_folder_that_the_command_is_called_from(folder):
    environment = {"PATH": os.environ["PATH"], "BANK_URL": "https://bank.example"}
    done = subprocess.run(  # noqa: S603 - our own command
        [ROOT / "icall", "flows", "check", "mine"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "flow hello" in done.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ((), ["flows check", "flows publish", "config apply", "call --then", "agent --id", "exit codes"]),
        (("config", "apply"), ["examples:", "my-centre.yaml", "--set"]),
        (("flows", "publish"), ["examples:", "hello.yaml", "media/*.wav"]),
        (("flows", "check"), ["examples:", "stories/*.yaml", "--centre", "exit codes"]),
        (("pages", "publish"), ["example:", "ICALL_PAGES_BUCKET"]),
        (
            ("call",),
            ["hear TEXT", "/PATTERN/", "press KEYS", "say WORDS", "wait SECONDS", "stay", "hang-up", "examples:"],
        ),
        (
            ("agent",),
            ["answer", "hangup", "hold, retrieve", "call NUMBER", "digits", "pause", "ready", "wrapped", "examples:"],
        ),
    ],
)
def test_the_help_of_every_command_has_its_words_and_examples(command, words, capsys):
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    shown = capsys.readouterr().out
    assert not [word for word in words if word not in shown]
