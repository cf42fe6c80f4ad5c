"""Lists as the REST API shows them: page by page, each with the addresses of its neighbours.

A page begins after (`PA`) or ends before (`PB`) the resource that its token names. The order in which resources were
made decides, so pages neither repeat nor miss anything when others are made or deleted in between.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from local.carrier.rest.forms import BAD_PAGE_TOKEN, INVALID, Form, RestError

AFTER, BEFORE = "PA", "PB"
PAGE_SIZE = 50
PAGING = frozenset({"PageSize", "Page", "PageToken"})
Resource = dict[str, Any]


class Pages:
    """Cuts lists; `age` tells as which in the row a sid was made, None for one that never was."""

    def __init__(self, age: Callable[[str], int | None]) -> None:
        self._age = age

    def age(self, sid: str) -> int:
        """As which in the row a sid was made; -1 for one that never was."""
        age = self._age(sid)
        return -1 if age is None else age

    def cut(self, name: str, items: Sequence[Resource], uri: str, form: Form, key: str = "sid") -> Resource:
        """The page that a form asks for.

        Args:
            name: The list's name in the answer.
            items: All that the form's filters leave, the newest first.
            uri: The list's path.
            form: The filters, and where to begin.
            key: The field with the resources' sid.

        """
        size, token, number = form.number("PageSize", PAGE_SIZE), form.get("PageToken"), form.number("Page", 0)
        if number and not token:
            raise RestError(400, INVALID, "Page alone does not turn pages: go by next_page_uri, it has a PageToken")
        start = self._start([item[key] for item in items], token, size)
        shown = items[start : start + size]
        query = {field: form.get(field) for field in form.values if field not in PAGING} | {"PageSize": str(size)}

        def address(page: int, turned: str = "") -> str:
            return f"{uri}?{urlencode(query | {'Page': str(page)} | ({'PageToken': turned} if turned else {}))}"

        more = start + size < len(items)
        return {
            name: shown,
            "page": number,
            "page_size": size,
            "start": start,
            "end": max(start, start + len(shown) - 1),
            "uri": address(number, token),
            "first_page_uri": address(0),
            "next_page_uri": address(number + 1, f"{AFTER}{shown[-1][key]}") if more else None,
            "previous_page_uri": address(max(number - 1, 0), f"{BEFORE}{shown[0][key]}") if start and shown else None,
        }

    def _start(self, sids: Sequence[str], token: str, size: int) -> int:
        """Where the page begins."""
        if not token:
            return 0
        anchor = self.age(token.removeprefix(AFTER).removeprefix(BEFORE))
        if anchor < 0:
            raise RestError(400, BAD_PAGE_TOKEN, "PageToken is none that was handed out")
        ages = [self.age(sid) for sid in sids]
        newer = sum(age > anchor for age in ages)
        return max(0, newer - size) if token.startswith(BEFORE) else newer + (anchor in ages)
