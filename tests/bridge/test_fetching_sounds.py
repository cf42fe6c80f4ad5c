import asyncio

import pytest

from icall_bridge.sound import fetching
from icall_bridge.sound.fetching import Fetched, Fetcher, NotFetched
from icall_bridge.sound.guard import Guard
from tests.bridge.sounds import telephone_wav
from tests.bridge.web import LOOPBACK, Web

pytestmark = pytest.mark.enable_socket

TONE = telephone_wav()


def plays(story, allowed=()):
    """Run a story with the stack, another server and a fetcher that knows them."""

    async def play():
        async with Web() as stack, Web() as other:
            fetcher = Fetcher(stack.url, Guard(frozenset(allowed)))
            try:
                return await story(stack, other, fetcher)
            finally:
                await fetcher.close()

    return asyncio.run(play())


async def why(fetcher, address):
    with pytest.raises(NotFetched) as failed:
        await fetcher.fetch(address)
    return failed.value.why


def test_the_stack_leads_to_its_bucket_which_may_be_in_its_own_network():
    async def story(stack, bucket, fetcher):
        bucket.files["/hold.wav?signature=a%2Fb+c%3D"] = TONE
        stack.redirects["/media/hold.wav"] = f"{bucket.url}/hold.wav?signature=a%2Fb+c%3D"
        return (await fetcher.fetch(fetcher.media("hold"))).content

    assert plays(story) == TONE


def test_what_has_not_changed_is_not_sent_again():
    async def story(stack, _other, fetcher):
        stack.files["/media/hold.wav"] = TONE
        first = await fetcher.fetch(fetcher.media("hold"))
        return first.etag, await fetcher.fetch(fetcher.media("hold"), first.etag), stack.sent["/media/hold.wav"]

    etag, again, sent = plays(story)
    assert again == Fetched(None, etag)
    assert sent == 1


def test_an_address_of_a_flow_that_leads_inside_is_not_asked():
    async def story(_stack, other, fetcher):
        assert await why(fetcher, f"{other.url}/a.wav") == "refused"
        assert await why(fetcher, "https://localhost/a.wav") == "refused"
        return sum(other.asked.values())

    assert plays(story) == 0


def test_an_address_of_a_flow_is_followed_only_where_it_may_lead():
    async def story(_stack, other, fetcher):
        other.files["/b.wav"] = TONE
        other.redirects["/a.wav"] = "/b.wav"
        other.redirects["/inside.wav"] = "http://10.0.0.1/secret"
        assert (await fetcher.fetch(f"{other.url}/a.wav")).content == TONE
        return await why(fetcher, f"{other.url}/inside.wav")

    assert plays(story, allowed=[LOOPBACK]) == "refused"


def test_a_circle_of_addresses_ends():
    async def story(stack, _other, fetcher):
        stack.redirects["/media/a.wav"] = "/media/a.wav"
        return await why(fetcher, fetcher.media("a")), stack.asked["/media/a.wav"]

    assert plays(story) == ("redirects", 4)


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_an_answer_that_is_no_file_says_so(status):
    async def story(stack, _other, fetcher):
        stack.statuses["/media/a.wav"] = status
        return await why(fetcher, fetcher.media("a"))

    assert plays(story) == "status"


def test_a_file_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(fetching, "_MOST_BYTES", 1000)

    async def story(stack, _other, fetcher):
        stack.files["/media/a.wav"] = TONE
        return await why(fetcher, fetcher.media("a"))

    assert plays(story) == "large"


def test_a_server_that_is_not_there_is_unreachable():
    async def story(stack, other, fetcher):
        gone = f"{other.url}/a.wav"
        await other._runner.cleanup()
        return await why(fetcher, gone)

    assert plays(story, allowed=[LOOPBACK]) == "unreachable"


@pytest.mark.parametrize(
    "address", ["https://", "https://[::1", "https://a b/", "https:///x.wav", "http://ü.example/ä b"]
)
def test_what_is_no_address_is_refused_in_one_word(address):
    async def story(_stack, _other, fetcher):
        return await why(fetcher, address)

    assert plays(story) in {"refused", "unreachable"}
