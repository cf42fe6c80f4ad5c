"""`./icall` against the running laptop: what it prints, and what its exit code says."""

import asyncio

import pytest

from local.agent import ACTIONS
from local.cli import main
from local.publishing import DEMO_CENTRE
from tests.laptop.conftest import asks

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]


@pytest.fixture
def shell(laptop, monkeypatch, tmp_path):
    """A shell in which the running laptop is known."""
    monkeypatch.setattr("local.cli.STACK", tmp_path / "stack.json")
    monkeypatch.setenv("CARRIER_URL", laptop.carrier_url)
    for name, address in laptop.addresses().items():
        monkeypatch.setenv(name, address)


def version_in_force(laptop):
    return laptop.parts.world.catalogue.centre().version


def test_a_script_that_comes_true_ends_with_0_and_shows_the_conversation(shell, capsys):
    script = ["hear 查询运单请按1", "press 1", "hear 请输入运单号", "hang-up"]
    assert main(["call", *(word for step in script for word in ("--then", step))]) == 0
    shown = capsys.readouterr().out
    assert "您好，欢迎致电顺达物流" in shown
    assert "presses: 1" in shown


def test_a_script_that_does_not_come_true_ends_with_1_and_says_what_was_heard_last(shell, capsys):
    script = ["hear 查询运单请按1", "hang-up", "hear 您的运单是蓝色的"]
    assert main(["call", *(word for step in script for word in ("--then", step))]) == 1
    assert "✗ did not hear '您的运单是蓝色的'" in capsys.readouterr().out


def test_a_number_that_is_not_ours_cannot_be_called(shell, capsys):
    assert main(["call", "--to", "+8675500000000", "--then", "stay"]) == 1
    assert "+8675500000000" in capsys.readouterr().out


def test_without_a_laptop_the_command_line_says_what_to_start(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("local.cli.STACK", tmp_path / "stack.json")
    monkeypatch.delenv("CARRIER_URL", raising=False)
    assert main(["call", "--then", "stay"]) == 1
    assert "make run" in capsys.readouterr().err


def test_what_a_configuration_would_change_is_told_before_it_is_applied_and_then(laptop, shell, tmp_path, capsys):
    before = version_in_force(laptop)
    path = tmp_path / "changed.yaml"
    path.write_text(DEMO_CENTRE.read_text("utf-8").replace("name: 张三", "name: 张三丰"), "utf-8")
    assert main(["config", "check", str(path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == ["agents changed: 1 (100)", "✓ it can be applied: ./icall config apply"]
    assert version_in_force(laptop) == before
    assert main(["config", "apply", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == told[0]
    assert laptop.parts.world.catalogue.agent_record("100").name == "张三丰"


def test_a_wrong_configuration_is_refused_whole_with_every_mistake_and_its_place(laptop, shell, tmp_path, capsys):
    before = version_in_force(laptop)
    wrong = DEMO_CENTRE.read_text("utf-8").replace("profile: senior", "profile: wizard")
    wrong = wrong.replace("flow: freight-waybill", "flow: nowhere").replace("wrap_up: 60", "wrap_up: soon")
    path = tmp_path / "wrong.yaml"
    path.write_text(wrong, "utf-8")
    assert main(["config", "apply", str(path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert any("agents.101.profile" in line for line in told)
    assert any("queues.service.wrap_up" in line for line in told)
    assert version_in_force(laptop) == before


def test_a_right_configuration_is_the_next_version(laptop, shell, capsys):
    before = version_in_force(laptop)
    assert main(["config", "apply", str(DEMO_CENTRE)]) == 0
    assert f"version {before + 1} " in capsys.readouterr().out


def test_flows_are_published_as_new_versions_and_calls_go_on(laptop, shell, capsys):
    assert main(["flows", "publish"]) == 0
    first = capsys.readouterr().out
    assert main(["flows", "publish"]) == 0
    assert "published freight-waybill version " in first
    assert capsys.readouterr().out != first
    assert main(["call", "--then", "hear 查询运单请按1"]) == 0


def test_an_agent_with_a_wrong_password_is_told_so(shell, capsys):
    assert main(["agent", "--id", "100", "--password", "guess"]) == 1
    assert "AgentID or password is wrong" in capsys.readouterr().err


def test_a_call_leaves_no_error_at_the_carrier(laptop, shell):
    assert main(["call", "--then", "hear 查询运单请按1"]) == 0
    assert asyncio.run(asks(f"{laptop.carrier_url}/control/errors"))["errors"] == []


def test_an_agent_is_told_who_is_signed_in_and_what_can_be_typed(shell, capsys, monkeypatch, tmp_path):
    (tmp_path / "typed").write_text("q\n", "utf-8")
    with (tmp_path / "typed").open(encoding="utf-8") as typed:
        monkeypatch.setattr("sys.stdin", typed)
        assert main(["agent", "--id", "100"]) == 0
    told = f"100 张三, seat 1, browser: signed in, paused\n  words: {', '.join(ACTIONS)}; q ends"
    # The laptop runs in this very process, and its functions print their metrics in between.
    assert told in capsys.readouterr().out


def test_publishing_an_empty_folder_says_so_and_does_not_succeed(shell, capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    assert main(["flows", "publish", str(tmp_path / "empty")]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"✗ {tmp_path}/empty: there is no flow here")


def test_a_wrong_flow_beside_right_ones_keeps_all_of_them_back(laptop, shell, capsys, tmp_path):
    right = "name: right\nlanguage: en-US\nsteps: {bye: {do: hangup}}\n"
    (tmp_path / "right.yaml").write_text(right, "utf-8")
    (tmp_path / "wrong.yaml").write_text(right.replace("right", "wrong").replace("hangup", "hangop"), "utf-8")
    assert main(["flows", "publish", str(tmp_path)]) == 1
    assert f"✗ {tmp_path}/wrong.yaml:3:15: steps.bye.do: " in capsys.readouterr().err
    assert "right" not in laptop.parts.world.catalogue.flow_names()
