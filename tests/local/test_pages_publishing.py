"""What an agent's browser gets after `./icall pages publish`, from a bucket by moto."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from local import cli
from local.pages_publishing import CannotPublish, at_asterisk, publish_pages
from tests.fakes.bucket import bucket

REGION, BUCKET = "eu-central-1", "icall-pages"
SOCKETS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api"
BUILT = {
    "console/dist/index.html": "<script src=/console/assets/index-B3kdV9H_.js>",
    "console/dist/icon.svg": "<svg/>",
    "console/dist/assets/index-B3kdV9H_.js": "1",
    "console/dist/assets/use-open-state-CmjL65Kx.css": "2",
    "console/dist/assets/notification.js": "6",
    "console/dist/.icall-stamp": "not for browsers",
    "sdk/dist/iCallAgent.js": "3",
    "sdk/dist/icall-agent.mjs": "4",
    "sdk/dist/icall-agent.mjs.map": "{}",
    "sdk/dist/telephones/twilio-voice.mjs": "7",
    "sdk/dist/telephones/twilio-voice.d.mts": "8",
    "sdk/dist/types/sign-in.d.ts": "5",
}


@pytest.fixture
def s3(monkeypatch) -> Iterator[object]:
    with bucket(BUCKET, REGION, monkeypatch) as client:
        yield client


@pytest.fixture
def web(tmp_path):
    for name, text in BUILT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def put_in_order(s3):
    """The keys as they will be put, heard from the client itself."""
    keys = []
    s3.meta.events.register("provide-client-params.s3.PutObject", lambda params, **_: keys.append(params["Key"]))
    return keys


def refuse(s3, refused):
    """Let the bucket refuse one key."""

    def refusing(params, **_):
        if params["Key"] == refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")

    s3.meta.events.register("provide-client-params.s3.PutObject", refusing)


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("console/index.html", "text/html; charset=utf-8"),
        ("console/icon.svg", "image/svg+xml"),
        ("console/assets/index-B3kdV9H_.js", "text/javascript; charset=utf-8"),
        ("console/assets/use-open-state-CmjL65Kx.css", "text/css; charset=utf-8"),
        ("console/deployment.json", "application/json"),
        ("sdk/iCallAgent.js", "text/javascript; charset=utf-8"),
        ("sdk/icall-agent.mjs", "text/javascript; charset=utf-8"),
        ("sdk/icall-agent.mjs.map", "application/json"),
        ("sdk/telephones/twilio-voice.mjs", "text/javascript; charset=utf-8"),
        ("sdk/telephones/twilio-voice.d.mts", "text/plain; charset=utf-8"),
        ("sdk/deployment.json", "application/json"),
        ("sdk/types/sign-in.d.ts", "text/plain; charset=utf-8"),
    ],
)
def test_a_browser_is_told_what_each_file_is(s3, web, key, content_type):
    publish_pages(s3, BUCKET, SOCKETS, web)

    assert s3.get_object(Bucket=BUCKET, Key=key)["ContentType"] == content_type


def test_only_files_whose_name_changes_with_their_content_are_kept_without_asking(s3, web):
    publish_pages(s3, BUCKET, SOCKETS, web)

    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    told = {key: s3.head_object(Bucket=BUCKET, Key=key)["CacheControl"] for key in keys}
    hashed = {"console/assets/index-B3kdV9H_.js", "console/assets/use-open-state-CmjL65Kx.css"}
    assert {key for key, caching in told.items() if caching == "public, max-age=31536000, immutable"} == hashed
    assert {caching for key, caching in told.items() if key not in hashed} == {"no-cache"}


def test_the_page_comes_last_and_what_it_names_comes_first(s3, web):
    keys = put_in_order(s3)
    publish_pages(s3, BUCKET, SOCKETS, web)

    assert keys[:2] == ["console/assets/index-B3kdV9H_.js", "console/assets/use-open-state-CmjL65Kx.css"]
    assert keys[-2:] == ["console/deployment.json", "console/index.html"]
    assert len(keys) == len(BUILT) - 1 + 2  # the stamp stays at home, two deployment.json are written


@pytest.mark.parametrize("folder", ["console", "sdk"])
def test_pages_are_told_where_their_socket_and_their_telephone_are(s3, web, folder):
    publish_pages(s3, BUCKET, SOCKETS, web)

    said = json.loads(s3.get_object(Bucket=BUCKET, Key=f"{folder}/deployment.json")["Body"].read())
    assert said == {
        "socket": "wss://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api",
        "telephone": {"kind": "twilio"},
    }


@pytest.mark.parametrize("folder", ["console", "sdk"])
def test_pages_whose_telephones_are_at_asterisk_are_told_its_address(s3, web, folder):
    telephone = at_asterisk("wss://{pbx}.shunda.example/ws", "stun:stun.shunda.example  stun:stun2.shunda.example")
    publish_pages(s3, BUCKET, SOCKETS, web, telephone)

    said = json.loads(s3.get_object(Bucket=BUCKET, Key=f"{folder}/deployment.json")["Body"].read())
    assert said["telephone"] == {
        "kind": "sip",
        "server": "wss://{pbx}.shunda.example/ws",
        "ice": [{"urls": ["stun:stun.shunda.example", "stun:stun2.shunda.example"]}],
    }


def test_an_asterisk_whom_no_secure_page_may_ask_is_refused():
    with pytest.raises(CannotPublish, match=r"ICALL_SIP_SERVER must be .* wss://"):
        at_asterisk("ws://pbx.shunda.example/ws")


def test_a_page_that_is_open_since_the_morning_still_finds_its_parts(s3, web):
    publish_pages(s3, BUCKET, SOCKETS, web)
    (web / "console/dist/assets/index-B3kdV9H_.js").rename(web / "console/dist/assets/index-Zz9_-kQ1.js")
    publish_pages(s3, BUCKET, SOCKETS, web)

    for name in ("index-B3kdV9H_.js", "index-Zz9_-kQ1.js"):
        assert s3.get_object(Bucket=BUCKET, Key=f"console/assets/{name}")["Body"].read() == b"1"


def test_a_publication_that_fails_leaves_the_page_that_was_there(s3, web):
    publish_pages(s3, BUCKET, SOCKETS, web)
    (web / "console/dist/index.html").write_text("the new page", "utf-8")
    refuse(s3, "sdk/iCallAgent.js")

    with pytest.raises(CannotPublish, match=r"icall-pages did not take sdk/iCallAgent\.js: .*AccessDenied"):
        publish_pages(s3, BUCKET, SOCKETS, web)
    kept = s3.get_object(Bucket=BUCKET, Key="console/index.html")["Body"].read().decode()
    assert kept == BUILT["console/dist/index.html"]


@pytest.mark.parametrize("missing", ["console/dist/index.html", "sdk/dist/iCallAgent.js"])
def test_pages_that_are_not_built_are_not_published(s3, web, missing):
    (web / missing).unlink()

    with pytest.raises(CannotPublish, match=f"web/{missing.split('/')[0]} is not built: run tools/web"):
        publish_pages(s3, BUCKET, SOCKETS, web)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_a_kind_of_file_that_no_browser_could_be_told_of_stops_everything(s3, web):
    (web / "console/dist/assets/ring-AAAAAAAA.flac").touch()

    with pytest.raises(CannotPublish, match=r"ring-AAAAAAAA\.flac"):
        publish_pages(s3, BUCKET, SOCKETS, web)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_the_sockets_of_a_laptop_are_no_stacks(s3, web):
    with pytest.raises(CannotPublish, match="SocketsUrl"):
        publish_pages(s3, BUCKET, "http://127.0.0.1:8000/socket", web)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A shell that knows a stack."""
    monkeypatch.setattr(cli, "STACK", tmp_path / "stack.json")
    monkeypatch.setenv("ICALL_PAGES_BUCKET", BUCKET)
    monkeypatch.setenv("ICALL_SOCKETS_URL", SOCKETS)
    monkeypatch.setenv("AWS_REGION", REGION)
    return monkeypatch


def test_the_command_publishes_what_is_built_and_tells_it(s3, web, shell, capsys):
    shell.setattr(cli, "WEB", web)

    assert cli.main(["pages", "publish"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "published console/: 6 files, 2 of them under a name of their own; earlier ones were left",
        "published sdk/: 7 files",
        f"published console/deployment.json: sockets at {SOCKETS.replace('https', 'wss')}, telephones of kind twilio",
    ]
    assert s3.get_object(Bucket=BUCKET, Key="console/index.html")


def test_the_command_publishes_a_telephone_at_asterisk_where_one_is_named(s3, web, shell):
    shell.setattr(cli, "WEB", web)
    shell.setenv("ICALL_SIP_SERVER", "wss://pbx.shunda.example/ws")

    assert cli.main(["pages", "publish"]) == 0
    said = json.loads(s3.get_object(Bucket=BUCKET, Key="sdk/deployment.json")["Body"].read())
    assert said["telephone"] == {"kind": "sip", "server": "wss://pbx.shunda.example/ws"}


@pytest.mark.parametrize(
    ("variable", "output"), [("ICALL_PAGES_BUCKET", "PagesBucketName"), ("ICALL_SOCKETS_URL", "SocketsUrl")]
)
def test_the_command_says_which_output_of_the_stack_it_has_to_be_told(shell, capsys, variable, output):
    shell.delenv(variable)

    assert cli.main(["pages", "publish"]) == 1
    assert f"Set {variable} to the stack's output {output}" in capsys.readouterr().err
