"""The console of `make run`: people read what is theirs, programs write into files."""

import logging
import socket
import sys
import time

import pytest

from local import console, run
from local.asterisk.packages import UnavailableError
from local.carriers import EmulatedTwilio
from local.laptop import LaptopSettings


@pytest.fixture
def spoken(tmp_path, capfd):
    """Run something with the console open, and give (what stood on the terminal, what the three files hold)."""

    def speak(what):
        with console.opened(tmp_path) as terminal:
            what(terminal)
        files = {name: (tmp_path / name).read_text("utf-8") for name in ("functions.log", "laptop.log", "carrier.log")}
        return capfd.readouterr().out, files

    return speak


def test_what_functions_print_goes_into_their_file_and_what_is_said_to_the_terminal(spoken):
    def what(terminal):
        sys.stdout.write('{"level": "INFO"}\n')
        terminal.say("Welcome.")

    shown, files = spoken(what)
    assert shown == "Welcome.\n"
    assert files["functions.log"] == '{"level": "INFO"}\n'


def test_who_calls_whom_is_for_people_alone_and_an_exchange_for_its_file(spoken):
    def what(terminal):
        terminal.show("☎ 83366857 → +8675583000000 rings")
        terminal.show("to-product voice POST http://127.0.0.1:8000/carriers/twilio/voice -> 200")

    shown, files = spoken(what)
    assert shown == "  ☎ 83366857 → +8675583000000 rings\n"
    assert files["carrier.log"].startswith("to-product voice")
    assert "83366857" not in files["carrier.log"]


def test_a_carriers_error_is_seen_and_kept(spoken):
    shown, files = spoken(lambda terminal: terminal.show("error 11200 (x): the product answered 500"))
    assert "11200" in shown
    assert "11200" in files["carrier.log"]


def test_an_access_line_goes_into_its_file_once(spoken):
    def what(_terminal):
        logging.getLogger("laptop.gateway").info("GET %s %d", "/socket", 101)

    shown, files = spoken(what)
    assert shown == ""
    assert files["laptop.log"].count("GET /socket 101") == 1
    assert files["functions.log"] == ""


def test_a_failure_is_mentioned_with_the_file_that_tells_more_and_nothing_of_its_text(spoken):
    def what(_terminal):
        try:
            int("no-13900139000")
        except ValueError:
            logging.getLogger("laptop.gateway").exception("%s failed", "socket_message")

    shown, files = spoken(what)
    assert "ValueError" in shown
    assert "laptop.log" in shown
    assert "13900139000" not in shown
    assert "Traceback" in files["laptop.log"]


def test_after_the_end_stdout_is_the_terminal_again(spoken, capfd):
    spoken(lambda _terminal: None)
    sys.stdout.write("back\n")
    sys.stdout.flush()
    assert capfd.readouterr().out == "back\n"


def starts(folder, said):
    """Open the console once, and let functions and carrier say something."""
    with console.opened(folder) as terminal:
        sys.stdout.write(f"{said}\n")
        terminal.show(f"to-product {said}")


def test_what_the_last_starts_said_is_kept_and_no_more(tmp_path):
    for number in range(8):
        starts(tmp_path, f"start {number}")
    (tmp_path / "dynamodb.log").write_text("a server's", "utf-8")
    starts(tmp_path, "start 8")

    kept = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    said = [(tmp_path / name / "functions.log").read_text("utf-8") for name in kept]
    assert kept == [f"before-{turn}" for turn in range(1, console.STARTS_KEPT + 1)]
    assert said == [f"start {number}\n" for number in (7, 6, 5, 4, 3)]
    assert (tmp_path / "before-1" / "dynamodb.log").exists()
    assert (tmp_path / "carrier.log").read_text("utf-8") == "to-product start 8\n"


def test_a_log_that_grows_large_goes_on_in_a_new_file_and_nothing_is_lost_at_the_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(console, "_LOOK_SECONDS", 0.01)
    with console.opened(tmp_path, largest=1000) as terminal:
        for line in range(40):
            terminal.show(f"to-product line {line:03} {'x' * 30}")
        sys.stdout.write("y" * 1001 + "\n")
        sys.stdout.flush()
        moved = tmp_path / "functions.log.1"
        while not moved.exists():
            time.sleep(0.01)
        sys.stdout.write("afterwards\n")

    parts = [(tmp_path / name).read_text("utf-8") for name in ("carrier.log.1", "carrier.log")]
    assert all(len(part) <= 1000 for part in parts)
    assert parts[1].splitlines()[-1].startswith("to-product line 039")
    assert (moved.read_text("utf-8"), (tmp_path / "functions.log").read_text("utf-8")) == (
        "y" * 1001 + "\n",
        "afterwards\n",
    )


@pytest.mark.enable_socket
def test_a_taken_port_is_said_in_one_line_with_what_to_set():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(run.CannotRunError) as why:
            run.check_ports(LaptopSettings(0, port, 0))
    assert f"Port {port} for the carrier is taken" in str(why.value)
    assert "ICALL_CARRIER_PORT" in str(why.value)


@pytest.mark.parametrize("variable", ["ICALL_PORT", "ICALL_CARRIER_PORT", "ICALL_BUSINESS_PORT", "ICALL_SPEED"])
def test_a_setting_that_is_no_number_is_named(variable):
    with pytest.raises(run.CannotRunError, match=f"{variable} must be a number"):
        run.read_settings({variable: "soon"})


def test_settings_come_from_the_environment():
    settings = run.read_settings({"ICALL_PORT": "18000", "ICALL_SPEED": "2.5"})
    assert (settings.gateway_port, settings.carrier_port, settings.speed) == (18000, 8010, 2.5)


def test_without_a_word_the_emulated_carrier_carries():
    assert isinstance(run.carrier_of({}, LaptopSettings(), pytest.fail), EmulatedTwilio)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"CARRIER": "asterix"}, "CARRIER must be emulated"),
        ({"CARRIER": "asterisk", "SIP_ADDRESS": "0.0.0.0"}, "SIP_ADDRESS must be one of this machine's own"),  # noqa: S104 - refused
        ({"CARRIER": "asterisk", "SIP_ADDRESS": "203.0.113.7"}, "SIP_ADDRESS must be one of this machine's own"),
        ({"CARRIER": "asterisk", "SIP_ADDRESS": "everywhere"}, "SIP_ADDRESS must be one of this machine's own"),
        ({"CARRIER": "asterisk", "ICALL_SIP_PORT": "soon"}, "ICALL_SIP_PORT must be a number"),
    ],
    ids=["no such carrier", "open to everybody", "another machine", "no address", "no port"],
)
@pytest.mark.enable_socket
def test_a_carrier_that_cannot_be_is_refused_with_what_to_set(said, why):
    with pytest.raises(run.CannotRunError, match=why):
        run.carrier_of(said, LaptopSettings(), pytest.fail)


@pytest.mark.enable_socket
def test_a_machine_without_debians_packages_is_told_what_is_missing(monkeypatch):
    def missing():
        raise UnavailableError("no apt-get here")

    said = []
    monkeypatch.setattr("local.asterisk.packages.is_installed", lambda: False)
    monkeypatch.setattr("local.asterisk.packages.install", missing)
    free = {"ICALL_SIP_PORT": "0", "ICALL_ASTERISK_PORT": "0"}
    with pytest.raises(run.CannotRunError, match=r"No Asterisk .*: no apt-get here\."):
        run.carrier_of({"CARRIER": "asterisk"} | free, LaptopSettings(), said.append)
    assert said == ["Fetching Asterisk out of Debian's packages; this once takes about a minute ..."]


@pytest.mark.enable_socket
def test_a_port_of_sip_that_is_taken_is_named_with_the_variable_that_moves_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        said = {"CARRIER": "asterisk", "ICALL_SIP_PORT": str(taken.getsockname()[1]), "ICALL_ASTERISK_PORT": "0"}
        with pytest.raises(run.CannotRunError, match="set ICALL_SIP_PORT"):
            run.carrier_of(said, LaptopSettings(), pytest.fail)


def test_what_happened_at_an_asterisk_is_kept_by_itself():
    assert run.read_settings({}).data != run.read_settings({"CARRIER": "asterisk"}).data
