"""What the freight company knows: its register, read once, and what has happened since, kept in one JSON file."""

import hmac
import json
import os
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SEED = Path(__file__).with_name("seed.json")
KEPT_DELIVERIES = 1000
ENGLISH = "en-US"
_SHORTEST_LINE = 7

Record = dict[str, Any]


class Store:
    """Waybills, customers and users as seeded; work orders and received webhooks as they come."""

    def __init__(self, data_dir: Path | None) -> None:
        seed = json.loads(SEED.read_text(encoding="utf-8"))
        self.users: Mapping[str, str] = seed["users"]
        self._waybills: Mapping[str, Record] = seed["waybills"]
        self._members: Mapping[str, Record] = seed["members"]
        self.customers: Sequence[Record] = seed["customers"]
        self._file = data_dir / "business.json" if data_dir else None
        kept = _kept(self._file)
        self.work_orders: list[Record] = kept["work_orders"]
        self.deliveries: deque[Record] = deque(kept["deliveries"], maxlen=KEPT_DELIVERIES)

    def waybill(self, number: str, language: str = "") -> Record | None:
        """The waybill of that number, its names in English where that is asked for, or None."""
        known = self._waybills.get(number)
        if known is None:
            return None
        named = known[ENGLISH] if language == ENGLISH else {}
        return {name: value for name, value in (known | named).items() if name != ENGLISH}

    def customer(self, phone: str) -> Record | None:
        """The customer on that line, with or without country and area code, or None."""
        return next((one for one in self.customers if _same_line(one["phone"], phone)), None)

    def member(self, number: str, pin: str) -> Record | None:
        """The member of that number if the PIN is theirs, without it, or None."""
        known = self._members.get(number, {"pin": ""})
        if not hmac.compare_digest(known["pin"].encode(), pin.encode()):
            return None
        return {name: value for name, value in known.items() if name != "pin"}

    def add_work_order(self, order: Record) -> Record:
        """The work order under its new number."""
        numbered = {"id": f"WO-{len(self.work_orders) + 1:05d}", **order}
        self.work_orders.append(numbered)
        self._keep()
        return numbered

    def delivered(self, webhook_id: str) -> bool:
        """Whether that webhook was already received."""
        return any(delivery["id"] == webhook_id for delivery in self.deliveries)

    def add_delivery(self, delivery: Record) -> None:
        """Remember a webhook; the oldest beyond a thousand are forgotten."""
        self.deliveries.append(delivery)
        self._keep()

    def _keep(self) -> None:
        """Write the file whole and swap it in, so that a crash leaves the old one or the new one."""
        if self._file is None:
            return
        state = {"work_orders": self.work_orders, "deliveries": list(self.deliveries)}
        fresh = self._file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(state, file, ensure_ascii=False, indent=1)
        fresh.replace(self._file)


def _kept(file: Path | None) -> dict[str, list[Record]]:
    if file is None or not file.exists():
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        return {"work_orders": [], "deliveries": []}
    kept: dict[str, list[Record]] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _same_line(registered: str, calling: str) -> bool:
    """Carriers write one line as 83366857, 02083366857 or +862083366857: the shorter must end the longer."""
    digits = "".join(char for char in calling if char in "0123456789").removeprefix("86")
    ours = registered.removeprefix("0")
    theirs = digits.removeprefix("0")
    return min(len(ours), len(theirs)) >= _SHORTEST_LINE and (ours.endswith(theirs) or theirs.endswith(ours))
