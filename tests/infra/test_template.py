"""The merged template, as `python -m infra.package` writes it."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chalicelib.adapters.dynamodb.models import (
    AgentEventRow,
    CallEventRow,
    ClaimRow,
    EntryRow,
    ReadyRow,
    RecordingRow,
    WaitingRow,
)
from chalicelib.config import _NEEDED
from infra import package, resources

ROOT = Path(__file__).parents[2]
FUNCTIONS = {
    "APIHandler",
    "WebsocketConnect",
    "WebsocketMessage",
    "WebsocketDisconnect",
    "Stream",
    "Timers",
    "Webhooks",
    "Recordings",
    "Sweep",
}
QUEUES = ("Timers", "Webhooks", "Recordings")
ASTERISKS = (1, 2, 3, 4)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """The product's package; without requirements nothing is downloaded."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / ".chalice", project / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    shutil.copy(ROOT / "app.py", project)
    shutil.copytree(ROOT / "chalicelib", project / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "requirements.txt").touch()
    package.package(project, project / "out")
    return project / "out"


@pytest.fixture(scope="session")
def template(bundle):
    return resources.load(bundle / "sam.yaml")


@pytest.fixture(scope="session")
def made(template):
    return template["Resources"]


def of_type(made, kind):
    return {name: resource for name, resource in made.items() if resource["Type"] == kind}


def statements(made, function):
    role = made[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    return made[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def actions(made, function):
    return {action for statement in statements(made, function) for action in statement["Action"]}


def event_of(made, function):
    (event,) = made[function]["Properties"]["Events"].values()
    return event["Properties"]


def test_cfn_lint_finds_nothing(bundle):
    lint = [str(Path(sys.executable).with_name("cfn-lint")), str(bundle / "sam.yaml")]
    said = subprocess.run(lint, capture_output=True, text=True, check=False)  # noqa: S603  # our own words

    assert (said.returncode, said.stdout) == (0, "")


def test_every_resource_has_a_type_so_no_override_missed_its_function(made):
    assert [name for name, resource in made.items() if "Type" not in resource] == []
    assert of_type(made, "AWS::Serverless::Function").keys() == FUNCTIONS


def test_the_table_is_kept_encrypted_and_recoverable_and_streams_its_new_images(made):
    table = made["Table"]

    assert table["DeletionPolicy"] == "Retain"
    assert table["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["Properties"]["SSESpecification"]["SSEEnabled"]
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_waits_six_times_its_functions_time_out_and_has_dead_letters(made, name):
    queue = made[f"{name}Queue"]["Properties"]

    assert queue["VisibilityTimeout"] == 6 * made[name]["Properties"]["Timeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]}


@pytest.mark.parametrize("name", QUEUES)
def test_a_queues_function_reads_that_queue_and_reports_partial_failures(made, name):
    assert event_of(made, name)["Queue"] == {"Fn::Sub": f"${{{name}Queue.Arn}}"}
    assert event_of(made, name)["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("n", ASTERISKS)
def test_each_asterisk_has_an_encrypted_fifo_queue_of_its_own_without_dead_letters_and_an_alarm(made, n):
    queue, alarm = made[f"AsteriskQueue{n}"], made[f"AsteriskBridge{n}Alarm"]

    assert queue["Condition"] == alarm["Condition"] == f"HasAsterisk{n}"
    assert queue["Properties"]["FifoQueue"]
    assert queue["Properties"]["SqsManagedSseEnabled"]
    assert "RedrivePolicy" not in queue["Properties"]
    watched = [metric["MetricStat"]["Metric"] for metric in alarm["Properties"]["Metrics"] if "MetricStat" in metric]
    assert {metric["MetricName"] for metric in watched} == {
        "ApproximateAgeOfOldestMessage",
        "NumberOfEmptyReceives",
        "NumberOfMessagesReceived",
    }
    for metric in watched:
        (dimension,) = metric["Dimensions"]
        assert dimension["Value"] == {"Fn::GetAtt": [f"AsteriskQueue{n}", "QueueName"]}


def test_every_function_that_may_tell_a_carrier_may_send_to_the_asterisks_there_are_and_none_takes_from_them(made):
    for function in FUNCTIONS:
        resources_of = [s["Resource"] for s in statements(made, function) if s["Sid"] == "SendLater"]
        sends = {place["Fn::If"][0] for place in resources_of[0] if "Fn::If" in place} if resources_of else set()
        assert sends == ({f"HasAsterisk{n}" for n in ASTERISKS} if function != "Webhooks" else set())
        taking = [s["Resource"] for s in statements(made, function) if "sqs:ReceiveMessage" in s["Action"]]
        assert "AsteriskQueue" not in json.dumps(taking)


def test_a_stack_deploys_without_a_twilio_account_and_without_an_asterisk(template):
    names = ["TwilioAccountSid", *(f"AsteriskPbx{n}" for n in ASTERISKS)]
    assert {template["Parameters"][name]["Default"] for name in names} == {""}


def test_the_stream_function_reads_the_tables_stream_and_gives_up_into_dead_letters(made):
    event = event_of(made, "Stream")

    assert event["Stream"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["StreamDeadLetters", "Arn"]}


def test_the_stream_function_keeps_up_and_gets_every_kind_of_row_that_asks_for_something(made):
    event = event_of(made, "Stream")

    assert event["ParallelizationFactor"] == 10
    (only,) = event["FilterCriteria"]["Filters"]
    asking = {WaitingRow, ReadyRow, AgentEventRow, CallEventRow, RecordingRow}
    wanted = json.loads(only["Pattern"])["dynamodb"]["NewImage"]["kind"]["S"]
    assert set(wanted) == {row.kind.get_discriminator(row) for row in asking}
    # Calls are not to wait behind the rows of a large configuration.
    assert not {row.kind.get_discriminator(row) for row in (EntryRow, ClaimRow)} & set(wanted)


def test_buckets_are_private_and_encrypted_and_recordings_expire(made):
    for bucket in of_type(made, "AWS::S3::Bucket").values():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
        assert "BucketEncryption" in bucket["Properties"]
        assert "VersioningConfiguration" not in bucket["Properties"]
    rules = made["RecordingsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rules[0]["ExpirationInDays"] == {"Ref": "RecordingsDays"}


def test_every_bucket_takes_encrypted_transport_only(made):
    policies = {
        policy["Properties"]["Bucket"]["Ref"]: policy["Properties"]["PolicyDocument"]["Statement"][0]
        for policy in of_type(made, "AWS::S3::BucketPolicy").values()
    }

    assert policies.keys() == of_type(made, "AWS::S3::Bucket").keys()
    for statement in policies.values():
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_function_has_a_log_group_that_forgets(made):
    groups = of_type(made, "AWS::Logs::LogGroup").values()

    named = {group["Properties"]["LogGroupName"]["Fn::Sub"] for group in groups}
    assert named == {f"/aws/lambda/${{{function}}}" for function in FUNCTIONS}
    assert {group["Properties"]["RetentionInDays"] for group in groups} == {30}


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_no_function_may_more_than_it_needs(made, function):
    wide = [s["Sid"] for s in statements(made, function) if s["Resource"] == "*"]

    assert wide == ["TraceWhenSwitchedOn"]  # X-Ray knows no resources
    assert not any("*" in action for action in actions(made, function))
    assert "dynamodb:Scan" not in actions(made, function)


def test_only_the_recordings_function_writes_recordings_and_only_queues_functions_read_them(made):
    writers = {name for name in FUNCTIONS if "s3:PutObject" in actions(made, name)}
    readers = {name for name in FUNCTIONS if "sqs:ReceiveMessage" in actions(made, name)}

    assert writers == {"Recordings"}
    assert readers == set(QUEUES)
    assert "execute-api:ManageConnections" not in actions(made, "Webhooks")


def test_a_queues_function_may_read_that_queue_alone(made):
    for name in QUEUES:
        (consume,) = [s for s in statements(made, name) if s["Sid"] == "ConsumeQueue"]
        assert consume["Resource"] == {"Fn::GetAtt": [f"{name}Queue", "Arn"]}


def test_functions_find_everything_by_reference(template):
    variables = template["Globals"]["Function"]["Environment"]["Variables"]

    assert variables["ICALL_TABLE"] == {"Ref": "Table"}
    for name in QUEUES:
        assert variables[f"ICALL_{name.upper()}_QUEUE_URL"] == {"Ref": f"{name}Queue"}
    places = variables["ICALL_ASTERISK_PBXS"]["Fn::Join"][1]
    assert [place["Fn::If"] for place in places] == [
        [f"HasAsterisk{n}", {"Fn::Sub": f"${{AsteriskPbx{n}}}=${{AsteriskQueue{n}}},"}, ""] for n in ASTERISKS
    ]
    literals = {name for name, value in variables.items() if isinstance(value, str)}
    assert literals == {"POWERTOOLS_SERVICE_NAME"}


def test_the_sockets_address_names_the_stage_that_is_deployed(template):
    stage = template["Resources"]["WebsocketAPIStage"]["Properties"]["StageName"]
    address = template["Globals"]["Function"]["Environment"]["Variables"]["ICALL_SOCKETS_URL"]["Fn::Sub"]

    assert address.endswith(f"/{stage}")


def test_the_pages_address_leads_to_the_stage_that_is_deployed(made):
    origins = made["Pages"]["Properties"]["DistributionConfig"]["Origins"]
    (path,) = [origin["OriginPath"] for origin in origins if origin["Id"] == "api"]

    assert path == f"/{made['RestAPI']['Properties']['StageName']}"


def test_every_function_is_traced_when_it_is_asked_for(made):
    traced = {name for name in FUNCTIONS if isinstance(made[name]["Properties"]["Tracing"], dict)}

    assert traced == FUNCTIONS


def test_every_setting_without_which_the_app_refuses_to_start_is_given(template):
    given = template["Globals"]["Function"]["Environment"]["Variables"]

    assert set(_NEEDED.values()) <= given.keys()


def test_dead_letters_late_streams_5xx_and_errors_raise_alarms(made):
    alarms = of_type(made, "AWS::CloudWatch::Alarm")
    watched = {
        metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"]
        for metric in alarms["FunctionErrorsAlarm"]["Properties"]["Metrics"]
        if "MetricStat" in metric
    }

    of_asterisks = {"AsteriskAlarm", *(f"AsteriskBridge{n}Alarm" for n in ASTERISKS)}
    usual = {"DeadLettersAlarm", "StreamAgeAlarm", "ApiErrorsAlarm", "FunctionErrorsAlarm"}
    assert alarms.keys() == usual | of_asterisks
    assert watched == FUNCTIONS


def test_the_bundle_carries_bytecode_that_needs_no_times(bundle):
    with zipfile.ZipFile(bundle / "deployment.zip") as archive:
        names = archive.namelist()
        bytecode = archive.read("__pycache__/app.cpython-311.pyc")

    assert {"app.py", "chalice/app.py", "chalice/__pycache__/app.cpython-311.pyc"} <= set(names)
    assert int.from_bytes(bytecode[4:8], "little") == 0b01  # hash-based, unchecked


def test_equal_sources_give_equal_bundles(tmp_path):
    for name, year in (("a.zip", 2001), ("b.zip", 2002)):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(zipfile.ZipInfo("m.py", (year, 1, 1, 0, 0, 0)), "x = 1\n")
        package.compile_bundle(tmp_path / name)

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_every_policy_file_is_some_functions(made):
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    used = {f["iam_policy_file"] for f in config["stages"]["dev"]["lambda_functions"].values()}

    assert used == {path.name for path in (ROOT / ".chalice").glob("policy-*.json")}


def test_an_app_that_cannot_be_imported_is_not_packaged(tmp_path, capfd):
    shutil.copytree(ROOT / ".chalice", tmp_path / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    (tmp_path / "app.py").write_text("import no_such_module")

    with pytest.raises(SystemExit, match="could not package"):
        package.package(tmp_path, tmp_path / "out")

    assert "no_such_module" in capfd.readouterr().err


def test_another_python_than_the_runtimes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "RUNTIME", (3, 12))

    with pytest.raises(SystemExit, match=r"Packaging needs Python 3\.12"):
        package.package(tmp_path, tmp_path / "out")
