import asyncio
import subprocess
import sys

import pytest

from local.business.settings import BusinessSettings, IncompleteSettings, read_settings

pytestmark = pytest.mark.enable_socket

ORDER = {"waybill": "6012345678", "vocId": "V1", "agentId": "100", "note": "货到请电话通知"}
ENVIRONMENT = {
    "BUSINESS_API_KEY": "plugin-key",
    "BUSINESS_WEBHOOK_SECRET": "whsec_" + "a2tr" * 8,
    "BUSINESS_ICALL_URL": "http://127.0.0.1:9",
    "BUSINESS_ICALL_API_KEY": "crm-key",
}


def log_in(user):
    async def scenario(company):
        return await company.posts("/login", {"user": user})

    return scenario


def test_a_user_gets_a_login_code_for_the_agent_who_they_are(freight, contact_centre):
    status, granted = freight(log_in("张三"))
    assert (status, granted["agentId"], granted["code"]) == (200, "100", "once")
    assert contact_centre.asked == [("Bearer crm-key", {"agentId": "100"})]


@pytest.mark.parametrize("user", ["赵六", "", None, ["张三"]])
def test_nobody_else_gets_a_login_code(freight, contact_centre, user):
    assert freight(log_in(user))[0] == 403
    assert contact_centre.asked == []


@pytest.mark.parametrize(("status", "reply"), [(401, {"code": "x"}), (200, {}), (200, ["code"]), (200, {"code": 5})])
def test_a_contact_centre_that_grants_no_code_is_reported_as_such(freight, contact_centre, status, reply):
    contact_centre.status, contact_centre.reply = status, reply
    told, answer = freight(log_in("张三"))
    assert told == 502
    assert f"status {status}" in answer["error"]


def test_a_contact_centre_that_cannot_be_reached_is_reported_as_such(freight):
    status, answer = freight(log_in("张三"), icall_url="http://127.0.0.1:9")
    assert status == 502
    assert "cannot be reached" in answer["error"]


def test_a_form_from_a_strange_page_cannot_log_anybody_in(freight, contact_centre):
    async def scenario(company):
        headers = {"Content-Type": "text/plain"}
        async with company.client.post("/login", data='{"user": "张三"}', headers=headers) as answer:
            return answer.status

    assert freight(scenario) == 415
    assert contact_centre.asked == []


def test_a_work_order_is_stored_with_its_recording(freight):
    async def scenario(company):
        status, stored = await company.posts("/api/work-orders", ORDER)
        return status, stored, (await company.asks("/api/work-orders"))[1]["workOrders"]

    status, stored, listed = freight(scenario)
    assert (status, stored["id"], stored["createdAt"]) == (201, "WO-00001", "2026-03-05T05:53:20+00:00")
    assert listed == [stored]
    assert stored.items() >= ORDER.items()


def test_work_orders_survive_a_restart_and_their_numbers_go_on(freight, tmp_path):
    async def write(company):
        return (await company.posts("/api/work-orders", ORDER))[1]

    async def write_and_list(company):
        second = await write(company)
        return second, (await company.asks("/api/work-orders"))[1]["workOrders"]

    first = freight(write, data_dir=tmp_path)
    second, listed = freight(write_and_list, data_dir=tmp_path)
    assert second["id"] == "WO-00002"
    assert listed == [first, second]


@pytest.mark.parametrize(
    ("change", "named"),
    [({"agentId": ""}, "agentId"), ({"note": "x" * 2001}, "note"), ({"vocId": 7}, "vocId"), ({"pin": "1"}, "pin")],
)
def test_a_work_order_with_a_wrong_field_is_refused_by_its_name(freight, change, named):
    async def scenario(company):
        status, answer = await company.posts("/api/work-orders", ORDER | change)
        return status, answer["error"], (await company.asks("/api/work-orders"))[1]["workOrders"]

    status, error, listed = freight(scenario)
    assert (status, listed) == (400, [])
    assert named in error


def test_a_key_that_is_no_text_is_no_key(freight):
    async def scenario(company):
        reader, writer = await asyncio.open_connection(company.client.host, company.client.port)
        writer.write(b"GET /api/work-orders HTTP/1.1\r\nHost: freight\r\nAuthorization: Bearer \xff\r\n\r\n")
        status = await reader.readline()
        writer.close()
        return status

    assert b" 401 " in freight(scenario)


def test_a_work_order_needs_the_key(freight):
    async def scenario(company):
        return await company.posts("/api/work-orders", ORDER, key="guess")

    assert freight(scenario)[0] == 401


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "\ud800".encode("utf-8", "surrogatepass"), '{"user": "\\ud83d"}', '{"user": NaN}', "[" * 100_000],
)
def test_a_body_that_is_no_json_object_is_refused(freight, body):
    async def scenario(company):
        headers = {"Content-Type": "application/json"}
        async with company.client.post("/login", data=body, headers=headers) as answer:
            return answer.status

    assert freight(scenario) == 400


def test_settings_come_from_the_environment_and_are_missed_by_name(tmp_path):
    assert read_settings(ENVIRONMENT, tmp_path).icall_api_key == "crm-key"
    with pytest.raises(IncompleteSettings, match="BUSINESS_ICALL_URL"):
        read_settings(ENVIRONMENT | {"BUSINESS_ICALL_URL": ""}, None)


def test_settings_never_show_their_secrets():
    settings = read_settings(ENVIRONMENT, None)
    assert not any(ENVIRONMENT[name] in repr(settings) for name in ENVIRONMENT if name != "BUSINESS_ICALL_URL")
    with pytest.raises(IncompleteSettings, match="api_key, icall_url"):
        BusinessSettings(api_key="", webhook_secret="whsec_a2tr", icall_url="", icall_api_key="b")


def test_the_program_says_where_it_answers_and_stops_when_told():
    command = [sys.executable, "-m", "local.business", "--port", "0"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603 - our own program
        try:
            line = program.stdout.readline()
        finally:
            program.terminate()
    assert line.startswith("The freight company answers at http://127.0.0.1:")


def test_the_program_does_not_start_without_its_settings():
    program = subprocess.run(
        [sys.executable, "-m", "local.business"], env={}, check=False, capture_output=True, text=True
    )
    assert program.returncode == 2
    assert "BUSINESS_API_KEY" in program.stderr
