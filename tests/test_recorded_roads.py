"""What the SDK's tests replay is what the server tells today."""

import json
import runpy
from pathlib import Path

RECORDER = Path(__file__).parents[1] / "web" / "sdk" / "tools" / "record_roads.py"


def test_the_working_days_that_the_sdk_is_measured_by_are_what_the_server_tells_today():
    recorder = runpy.run_path(str(RECORDER))
    kept, told = (json.loads(text) for text in (recorder["TARGET"].read_text("utf-8"), recorder["recorded"]()))
    different = [
        (road, change)
        for road, days in enumerate(zip(kept, told, strict=True))
        for change, (before, after) in enumerate(zip(*days, strict=True))
        if before != after
    ]

    assert different == [], f"record the roads anew, and see what it means for pages: {RECORDER.name} says how"
