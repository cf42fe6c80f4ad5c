"""The audit is read by day, the newest first, page by page, and by those alone who may."""

import pytest

from tests.fakes.front_door import FrontDoor

DAY = "/agent/audit/2026-01-01"
SEAT, PAUSED, REST = 1, 8, 13


@pytest.fixture
def centre(monkeypatch):
    return FrontDoor(monkeypatch)


def test_an_auditor_reads_what_supervisors_did_and_what_they_were_refused(centre):
    agent, supervisor = centre.page("100").signs_in(), centre.page("200").signs_in()
    for control in (PAUSED, REST, 77):
        supervisor.controls(SEAT, control)
        centre.time.advance(1)
    agent.controls(9, PAUSED)

    assert centre.asks("GET", DAY, token=agent.token).status == 403
    told = centre.asks("GET", DAY, token=supervisor.token).json["records"]
    assert [(record["by"], record["control"], record["sliceNo"], record["result"]) for record in told] == [
        ("100", "forcePaused", 9, -5),
        ("200", "forceRest", 1, 0),
        ("200", "forcePaused", 1, 0),
    ]
    assert [record["target"] for record in told] == ["200", "100", "100"]
    rest = centre.asks("GET", f"{DAY}?before={told[0]['id']}", token=supervisor.token).json["records"]
    assert rest == told[1:]
    assert centre.asks("GET", "/agent/audit/2026-01-02", token=supervisor.token).json["records"] == []


@pytest.mark.parametrize("path", ["/agent/audit/yesterday", f"{DAY}?before=nothing"])
def test_what_is_no_day_and_no_record_is_refused(centre, path):
    supervisor = centre.page("200").signs_in()
    assert centre.asks("GET", path, token=supervisor.token).status == 400
