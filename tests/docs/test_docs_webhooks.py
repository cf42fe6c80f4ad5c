"""The page on webhooks lists what is really sent, and the receivers that it shows hold against strangers."""

import json
import re
import subprocess
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.webhooks import body_of, sign
from chalicelib.core.centre.model import NOTICES
from chalicelib.core.told.webhook_keys import read_signing_keys
from chalicelib.core.told.webhook_retries import RETRY_SECONDS
from tests.docs import pages
from tests.fakes.centre import Centre

PAGES = pages.both("webhooks")
NOW = 1_772_700_300
BODY = '{"customer":"张三"}'.encode()
KEY, OTHER = ("whsec_" + b64encode(letter * 25).decode() for letter in (b"k", b"o"))
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")

Headers = dict[str, str]
Verify = Callable[[str, Headers, bytes], bool]
Notices = Mapping[str, list[Mapping[str, Any]]]


def delivered(*keys: str, sent: str = str(NOW), body: bytes = BODY, notice: str = "n-1") -> Headers:
    """Give the headers of a notice, signed with all keys, as the product sends them."""
    signatures = [sign(read_signing_keys(key, ""), notice, int(sent), body) for key in keys]
    return dict(zip(HEADERS, (notice, sent, " ".join(signatures)), strict=True))


GENUINE = [
    pytest.param(KEY, delivered(KEY), BODY, id="signed"),
    pytest.param(KEY.rstrip("="), delivered(KEY), BODY, id="a key without its padding"),
    pytest.param(KEY, delivered(OTHER, KEY), BODY, id="two signatures during a rotation"),
    pytest.param(KEY, delivered(KEY) | {"webhook-signature": "v1a,b2xk " + delivered(KEY)["webhook-signature"]}, BODY),
    pytest.param(KEY, delivered(KEY, sent=str(NOW - 299)), BODY, id="nearly five minutes old"),
    pytest.param(KEY, delivered(KEY, body=b""), b"", id="an empty body"),
    pytest.param(
        # The example of the Standard Webhooks specification's own libraries.
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        b'{"test": 2432232314}',
        id="the published example",
    ),
]
FORGED = [
    *(({name: value for name, value in delivered(KEY).items() if name != missing}, BODY) for missing in HEADERS),
    *(
        (delivered(KEY) | {name: hostile}, BODY)
        for name in HEADERS
        for hostile in ("", "\udcff", "签", "é", "v1", "v1,")
    ),
    *(
        (delivered(KEY) | {"webhook-timestamp": sent}, BODY)
        for sent in ("soon", "9" * 5000, "1e9", "-1", "٣", f"{NOW}.0")
    ),
    ({}, b""),
    (delivered(OTHER), BODY),
    (delivered(KEY), BODY + b" "),
    (delivered(KEY, sent=str(NOW - 301)), BODY),
    (delivered(KEY, sent=str(NOW + 301)), BODY),
    (delivered(KEY) | {"webhook-id": "n-2"}, BODY),
    (delivered(KEY) | {"webhook-signature": delivered(KEY)["webhook-signature"].replace("v1,", "v2,")}, BODY),
    (delivered(KEY) | {"webhook-signature": delivered(KEY)["webhook-signature"].removeprefix("v1,")}, BODY),
]


def shown_in_python(page: Path, now: float) -> Verify:
    """Give the page's Python receiver, with its clock stopped."""
    (source,) = pages.examples(page, "python")
    shown: dict[str, Any] = {}
    exec(compile(source, str(page), "exec"), shown)  # noqa: S102 - our own page
    shown["time"] = SimpleNamespace(time=lambda: now)
    verify: Verify = shown["verify"]
    return verify


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


@pytest.mark.parametrize(("secret", "headers", "body"), GENUINE)
def test_the_python_receiver_takes_a_genuine_notice(page: Path, secret: str, headers: Headers, body: bytes) -> None:
    assert shown_in_python(page, int(headers["webhook-timestamp"]) + 1)(secret, headers, body) is True


@pytest.mark.parametrize(("headers", "body"), FORGED)
def test_the_python_receiver_says_no_to_a_stranger(page: Path, headers: Headers, body: bytes) -> None:
    assert shown_in_python(page, NOW)(KEY, headers, body) is False


hostile = st.one_of(
    st.text(),
    st.text(st.sampled_from("0123456789 .,v1+/=\x00\ud800\udcff٣é签"), max_size=40),
    st.sampled_from(["n-1", str(NOW), "v1," + "A" * 43 + "="]),
)


@settings(max_examples=150)
@given(headers=st.dictionaries(st.sampled_from(HEADERS), hostile), body=st.binary(max_size=50))
@example(headers=dict.fromkeys(HEADERS, "9" * 5000), body=b"")
def test_no_header_makes_the_python_receiver_fail(headers: Headers, body: bytes) -> None:
    assert shown_in_python(pages.DOCS / "webhooks.md", NOW)(KEY, headers, body) is False


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_MTIz"])
def test_the_python_receiver_refuses_to_work_with_a_secret_that_proves_nothing(page: Path, secret: str) -> None:
    with pytest.raises(ValueError, match="no signing key"):
        shown_in_python(page, NOW)(secret, delivered(KEY), BODY)


JUDGE = """
import { verify } from "./verify.mjs";
import { readFileSync } from "node:fs";
const judged = JSON.parse(readFileSync(0, "utf8")).map(({ now, secret, headers, body }) => {
  Date.now = () => now * 1000;
  try { return verify(secret, headers, Buffer.from(body, "base64")); } catch (error) { return error.message; }
});
console.log(JSON.stringify(judged));
"""


def judged_in_node(page: Path, folder: Path, cases: list[tuple[str, Headers, bytes, float]]) -> list[bool | str]:
    """Give what the page's receiver for Node says of each case (secret, headers, body, now), or its error."""
    (source,) = pages.examples(page, "javascript")
    (folder / "verify.mjs").write_text(source, "utf-8")
    (folder / "judge.mjs").write_text(JUDGE, "utf-8")
    told = [
        {"secret": secret, "headers": headers, "body": b64encode(body).decode(), "now": now}
        for secret, headers, body, now in cases
    ]
    ran = subprocess.run(  # noqa: S603 - our own page
        ["node", folder / "judge.mjs"],  # noqa: S607
        input=json.dumps(told).encode(),
        capture_output=True,
        check=False,
    )
    assert not ran.returncode, ran.stderr.decode()
    judged: list[bool | str] = json.loads(ran.stdout)
    return judged


def test_the_receiver_for_node_judges_as_the_one_in_python(page: Path, tmp_path: Path) -> None:
    genuine = [
        (secret, headers, body, int(headers["webhook-timestamp"]) + 1)
        for secret, headers, body in (case.values for case in GENUINE)
    ]
    forged = [(KEY, headers, body, NOW) for headers, body in FORGED]
    weak = [(secret, delivered(KEY), BODY, NOW) for secret in ("", "whsec_", "whsec_MTIz")]
    judged = judged_in_node(page, tmp_path, [*genuine, *forged, *weak])
    assert judged == [True] * len(genuine) + [False] * len(forged) + ["The secret is no signing key."] * len(weak)


@pytest.fixture(scope="module")
def sent() -> Notices:
    """What business systems heard of two calls: one that was transferred and written up, one that nobody answered."""
    centre = Centre(change_config=lambda document: document["webhooks"]["business"].pop("events"))
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.calls()
    caller.hears("查询运单请按1")
    caller.presses("0")
    agent.hears("Ring")
    agent.answers()
    agent.hears("Talk")
    colleague = centre.page("200").signs_in().is_ready()
    assert agent.does(5, 2, "200") == 0
    colleague.hears("Ring")
    colleague.answers()
    colleague.hears("Talk")
    caller.hang_up()
    colleague.hears("WrapUp")
    assert colleague.does(25, 1, "solved") == 0
    gone = centre.calls()
    gone.hears("查询运单请按1")
    gone.hang_up()
    centre.settles()
    heard = defaultdict(list)
    for _, kind, data in centre.webhooks.delivered:
        heard[kind].append(data)
    return dict(heard)


def documented(page: Path) -> Mapping[str, set[str]]:
    """Give the fields that the page's table has for each type of notice."""
    fields: Mapping[str, set[str]] = {kind: set() for kind in NOTICES}
    for names, where, *_ in (row for row in pages.rows(page) if len(row) == 3 and not row[0].startswith("`webhook-")):
        for kind in re.findall(r"`(call\.\w+)`", where) or NOTICES:
            fields[kind] |= set(re.findall(r"`(\w+)`", names))
    return fields


def test_what_is_sent_has_just_the_fields_that_are_listed(page: Path, sent: Notices) -> None:
    assert set(sent) == set(NOTICES)
    for kind, notices in sent.items():
        for data in notices:
            assert set(data) == documented(page)[kind], kind


def test_what_there_was_not_is_null(sent: Notices) -> None:
    talked, lost = sent["call.ended"]
    assert talked["disposition"] is None
    assert sent["call.disposed"][0]["disposition"] == "solved"
    assert {name for name, value in lost.items() if value is None} == {"owner", "vocId", "queue", "disposition"}
    assert (lost["talkSeconds"], lost["agents"]) == (0, [])
    assert "" not in [value for data in (talked, lost) for value in data.values()]


def test_the_notice_shown_is_one_that_is_sent(page: Path, sent: Notices) -> None:
    shown = json.loads(pages.examples(page, "json")[0])
    assert json.loads(body_of(shown["type"], 1_772_700_300_250, shown["data"])) == shown
    assert list(shown["data"]) == list(sent[shown["type"]][0])


def test_the_waits_between_deliveries_are_as_the_page_says() -> None:
    assert RETRY_SECONDS == (5, 30, 120, 600, 900)
    assert "5 s, 30 s, 2 min, 10 min and then every 15 min" in pages.text(pages.DOCS / "webhooks.md")
    assert "5 秒、30 秒、2 分钟、10 分钟" in pages.text(pages.DOCS / "webhooks.zh.md")
