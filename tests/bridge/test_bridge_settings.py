from pathlib import Path

import pytest

from icall_bridge.metrics import Metrics
from icall_bridge.settings import SETTINGS, NotConfigured, read_file, read_secret, read_settings, variable
from icall_bridge.sound.parts import prompts_of

NEEDED = {
    "ICALL_BRIDGE_PBX": "berlin1",
    "ICALL_BRIDGE_PUBLIC_URL": "https://centre.example.com/",
    "ICALL_BRIDGE_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/icall-berlin1.fifo",
    "ICALL_BRIDGE_WEBHOOK_KEYS_FILE": "/etc/icall-bridge/webhook-keys",
    "ICALL_BRIDGE_ARI_PASSWORD_FILE": "/etc/icall-bridge/ari-password",
    "AWS_REGION": "eu-central-1",
}


def refusal(**changed):
    with pytest.raises(NotConfigured) as refused:
        read_settings({**NEEDED, **changed})
    return str(refused.value)


def test_what_must_be_set_is_enough():
    settings = read_settings({**NEEDED, "PATH": "/bin"})

    assert settings.public_url == "https://centre.example.com"
    assert settings.recordings_folder == Path("/var/spool/asterisk/recording")
    assert settings.outside == "PJSIP/{name}@trunk"
    assert settings.cache_megabytes == 512
    assert settings.spare_folder is None
    assert settings.endpoints == {}


def test_as_a_service_of_systemd_its_folders_and_secrets_are_systemds():
    of_systemd = {
        "STATE_DIRECTORY": "/var/lib/icall-bridge:/var/lib/other",
        "CACHE_DIRECTORY": "/var/cache/icall-bridge",
        "RUNTIME_DIRECTORY": "/run/icall-bridge",
        "CREDENTIALS_DIRECTORY": "/run/credentials/icall-bridge.service",
    }
    needed = {name: value for name, value in NEEDED.items() if not name.endswith("_FILE")}

    settings = read_settings({**needed, **of_systemd})

    assert settings.state_folder == Path("/var/lib/icall-bridge")
    assert settings.spare_folder == Path("/run/icall-bridge")
    assert settings.webhook_keys_file == Path("/run/credentials/icall-bridge.service/webhook-keys")
    assert settings.ari_password_file == Path("/run/credentials/icall-bridge.service/ari-password")


def test_all_that_is_missing_is_told_at_once():
    with pytest.raises(NotConfigured) as refused:
        read_settings({})
    assert sorted(words.partition(" ")[0] for words in str(refused.value).split("; ")) == sorted(NEEDED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PBX", "Berlin-1"),
        ("PUBLIC_URL", "http://centre.example.com"),
        ("PUBLIC_URL", "https://user:secret@centre.example.com"),
        ("PUBLIC_URL", "https://[::1"),
        ("QUEUE_URL", "icall.fifo"),
        ("ARI_URL", "http://10.0.0.1:8088/ari"),
        ("STATE_FOLDER", "var/lib"),
        ("OUTSIDE", "PJSIP/trunk"),
        ("OUTSIDE", "PJSIP/{name}@trunk with blanks"),
        ("AGENT", "PJSIP/somebody"),
        ("VOICE", "robot"),
        ("ALLOW_PRIVATE", "10.0.0.1"),
        ("FILLER_AFTER", "soon"),
        ("FILLER_AFTER", "nan"),
        ("CACHE_MEGABYTES", "0"),
        ("HEALTH_PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
        ("SPEECH_BUCKET", "Not A Bucket"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_and_never_repeated(name, value):
    told = refusal(**{f"ICALL_BRIDGE_{name}": value})

    assert told.startswith(f"ICALL_BRIDGE_{name} must")
    assert value not in told.removeprefix(f"ICALL_BRIDGE_{name} must").split()


def test_a_slip_in_a_name_is_told_with_what_was_meant():
    assert refusal(ICALL_BRIDGE_VOICES="none") == "ICALL_BRIDGE_VOICES is no setting; did you mean ICALL_BRIDGE_VOICE?"


def test_on_a_laptop_aws_is_elsewhere_and_http_is_our_own_machine():
    settings = read_settings(
        {
            **NEEDED,
            "ICALL_BRIDGE_PUBLIC_URL": "http://127.0.0.1:8000",
            "ICALL_BRIDGE_SQS_ENDPOINT": "http://localhost:5000",
            "ICALL_BRIDGE_ALLOW_PRIVATE": "loopback,10.0.0.1:80",
        }
    )

    assert settings.endpoints == {"sqs": "http://localhost:5000"}
    assert settings.allow_private == {"loopback", "10.0.0.1:80"}


def test_a_file_of_settings_is_read_as_systemd_reads_it(tmp_path):
    path = tmp_path / "bridge.conf"
    path.write_text(
        "# the bridge\n\nICALL_BRIDGE_PBX=berlin1\n  AWS_REGION = x\n".replace(" = ", "=") + "A='b c'\nB=\"d\"\n"
    )

    assert read_file(path) == {"ICALL_BRIDGE_PBX": "berlin1", "AWS_REGION": "x", "A": "b c", "B": "d"}


def test_a_line_that_is_no_setting_is_told_by_its_number(tmp_path):
    path = tmp_path / "bridge.conf"
    path.write_text("A=1\nmy secret\n")

    with pytest.raises(NotConfigured, match=r"^bridge\.conf:2 is no NAME=value$"):
        read_file(path)
    with pytest.raises(NotConfigured, match="cannot be read"):
        read_file(tmp_path / "nowhere.conf")


def test_a_secret_stands_in_a_file_that_not_everybody_can_read(tmp_path):
    path = tmp_path / "ari-password"
    path.write_text("opens-it\n")
    path.chmod(0o640)
    assert read_secret(path) == "opens-it"

    path.chmod(0o644)
    with pytest.raises(NotConfigured, match="chmod 640"):
        read_secret(path)
    path.chmod(0o600)
    path.write_text("\n")
    with pytest.raises(NotConfigured, match="empty"):
        read_secret(path)
    with pytest.raises(NotConfigured, match="cannot be read"):
        read_secret(tmp_path / "nowhere")


def test_a_voice_that_is_not_there_is_told_before_anybody_calls(tmp_path):
    espeak = {"ICALL_BRIDGE_VOICE": "espeak", "ICALL_BRIDGE_ESPEAK": str(tmp_path / "nowhere")}

    with pytest.raises(NotConfigured, match="espeak-ng"):
        prompts_of(read_settings({**NEEDED, **espeak}), Metrics())


@pytest.mark.parametrize("voice", ["polly", "none"])
def test_prompts_are_built_of_the_settings(tmp_path, voice, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "pretend")
    told = {
        "ICALL_BRIDGE_VOICE": voice,
        "ICALL_BRIDGE_SPEECH_BUCKET": "sounds",
        "ICALL_BRIDGE_CACHE_FOLDER": str(tmp_path),
    }

    prompts = prompts_of(read_settings({**NEEDED, **told}), Metrics())

    assert prompts.filler


def test_every_setting_has_a_variable_of_its_own():
    assert len({variable(name) for name in SETTINGS}) == len(SETTINGS)
