"""Browsers' telephones that are let in for a while."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from icall_bridge.credentials import NotLetIn, Softphones
from icall_bridge.journal import Journal
from icall_bridge.messages import Credentials

NOON = 1_800_000_000_000
PATTERN = [{"attribute": "context", "value": "from-browsers"}, {"attribute": "auth", "value": "browser"},
           {"attribute": "contact", "value": ""}]  # fmt: skip


class Memory:
    """Asterisk's objects, by kind and name; those of its files are found first and cannot be changed."""

    def __init__(self):
        self.objects = {}
        self.silent = False
        self.empty = asyncio.Event()
        self.files = {("endpoint", "browser"), ("aor", "browser"), ("auth", "lisi")}

    async def perform(self, request):
        if self.silent:
            return 0, None
        *_, kind, name = request.path
        match request.method:
            case "GET" if (kind, name) in self.files:
                return 200, PATTERN
            case "GET":
                return (200, []) if (kind, name) in self.objects else (404, None)
            case "PUT" if (kind, name) in self.files:
                return 403, None
            case "PUT":
                self.objects[kind, name] = {each["attribute"]: each["value"] for each in request.body["fields"]}
                return 200, []
            case "DELETE":
                found = self.objects.pop((kind, name), None)
                if not self.objects:
                    self.empty.set()
                return (204 if found else 404), None
        raise AssertionError(request)

    @property
    def secret(self):
        return self.objects["auth", "agent-100"]["password"]


class Clock:
    def __init__(self):
        self.began = asyncio.get_running_loop().time()

    def __call__(self):
        return NOON + round((asyncio.get_running_loop().time() - self.began) * 1000)


@asynccontextmanager
async def house(memory, journal=None):
    softphones = Softphones(memory, journal or Journal(":memory:"), Clock())
    try:
        yield softphones
    finally:
        softphones.stop()


def page(known="first", seconds=60.0, user="agent-100"):
    return Credentials(user, known, NOON + round(seconds * 1000))


async def forgotten(memory):
    async with asyncio.timeout(5):
        await memory.empty.wait()


def test_a_softphone_is_let_in_as_the_pattern_says_with_a_secret_of_its_own():
    async def story():
        memory = Memory()
        async with house(memory) as softphones:
            await softphones.let_in(page())
        return memory

    memory = asyncio.run(story())
    assert memory.secret == "first"
    assert memory.objects["endpoint", "agent-100"] == {
        "context": "from-browsers", "auth": "agent-100", "aors": "agent-100"}  # fmt: skip


def test_a_later_secret_takes_the_place_of_the_earlier_one_and_holds_longer():
    async def story():
        memory = Memory()
        async with house(memory) as softphones:
            await softphones.let_in(page(seconds=0.05))
            await softphones.let_in(page(known="second", seconds=60))
            await asyncio.sleep(0.15)
            return memory.secret

    assert asyncio.run(story()) == "second"


def test_when_its_time_is_over_it_is_forgotten_also_by_the_next_life_of_the_bridge():
    async def story():
        memory, journal = Memory(), Journal(":memory:")
        async with house(memory, journal) as softphones:
            await softphones.let_in(page(seconds=0.05))
        assert memory.objects
        async with house(memory, journal) as softphones:
            softphones.recall()
            await forgotten(memory)
        return journal.jobs()

    assert asyncio.run(story()) == []


def test_a_secret_whose_time_is_over_lets_nobody_in():
    async def story():
        memory = Memory()
        async with house(memory) as softphones:
            await softphones.let_in(page(seconds=-1))
        return memory.objects

    assert asyncio.run(story()) == {}


def test_no_page_is_let_in_by_the_name_of_a_desk_telephone():
    async def story():
        async with house(Memory()) as softphones:
            with pytest.raises(NotLetIn):
                await softphones.let_in(page(user="lisi"))

    asyncio.run(story())


def test_an_asterisk_that_was_started_anew_is_told_again_what_still_holds():
    async def story():
        memory = Memory()
        async with house(memory) as softphones:
            await softphones.let_in(page(seconds=60))
            await softphones.let_in(page(known="over", seconds=0.01, user="agent-200"))
            memory.objects.clear()
            await asyncio.sleep(0.05)
            await softphones.let_in_again()
            return memory

    memory = asyncio.run(story())
    assert memory.secret == "first"
    assert {name for _, name in memory.objects} == {"agent-100"}


def test_an_asterisk_that_has_forgotten_nothing_is_told_nothing():
    async def story():
        memory = Memory()
        async with house(memory) as softphones:
            await softphones.let_in(page())
            memory.objects["auth", "agent-100"]["password"] = "as it is"
            await softphones.let_in_again()
            return memory.secret

    assert asyncio.run(story()) == "as it is"


def test_who_cannot_be_told_now_is_told_the_next_time():
    async def story():
        memory = Memory()
        async with house(memory) as softphones:
            await softphones.let_in(page())
            memory.objects.clear()
            memory.silent = True
            await softphones.let_in_again()
            memory.silent = False
            await softphones.let_in_again()
            return memory.secret

    assert asyncio.run(story()) == "first"
