"""Business systems are asked over real sockets, and cannot make us wait, swallow or go where we should not."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib

import pytest
from http_servers import Server, certificate, reply, serving

from chalicelib.adapters import http
from chalicelib.adapters.http import GuardedHttp, may_be_called
from chalicelib.core.ground.errors import AddressRefused, BusinessSystemsFault, PluginFailed

pytestmark = pytest.mark.enable_socket

PRIVATE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]


def ask(server: Server, path="/", *, timeout_ms=3000, max_bytes=100_000, headers=None, method="GET", body=None):
    client = GuardedHttp(loopback=True)
    return client.send(method, server.url(path), headers or {}, body, timeout_ms=timeout_ms, max_bytes=max_bytes)


def failure_of(server: Server, **kwargs) -> PluginFailed:
    with pytest.raises(PluginFailed) as failure:
        ask(server, **kwargs)
    return failure.value


def resolves(monkeypatch, *addresses):
    """Let every name have these addresses; return the list of names asked for."""
    asked = []

    def lookup(host, port, **_kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(http, "getaddrinfo", lookup)
    return asked


def test_a_business_system_is_asked_and_its_answer_given():
    with serving(reply(b'{"found":true}', "201 Created", Content_Type="application/json")) as server:
        answer = ask(server, "/waybills/1?a=b", method="POST", body=b"hello", headers={"x-key": "k"})
    assert (answer.status, answer.body, answer.headers["content-type"]) == (
        201,
        b'{"found":true}',
        "application/json",
    )
    head, body = server.requests[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /waybills/1?a=b HTTP/1.1\r\n")
    assert f"host: {server.place}".encode() in head
    assert b"x-key: k" in head
    assert body == b"hello"


def after(*interim: bytes, answer=None):
    """Answer, but not before these."""
    final = answer or reply(b"final")

    def answering(visit):
        for piece in interim:
            visit.send(piece)
        final(visit)

    return answering


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\nX-Progress: half\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nContent-Length: 500\r\n\r\n"


@pytest.mark.parametrize(
    "interim",
    [
        (CONTINUE,),
        (PROCESSING,),
        (HINTS,),
        (CONTINUE, PROCESSING, HINTS, HINTS),
        (HINTS[:20], HINTS[20:], b""),
        (b"HTTP/1.1 199 Soon\n\n",),
    ],
    ids=["100", "102", "103", "several", "103 in pieces", "one that nobody knows"],
)
def test_what_comes_before_the_answer_is_not_taken_for_it(interim):
    with serving(after(*interim)) as server:
        answer = ask(server)
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"final", "5")


@pytest.mark.parametrize(
    "interim",
    [[HINTS] * 10, [CONTINUE] * 10, [b"HTTP/1.1 103 Hints\r\n" + b"Link: </a>\r\n" * 2000 + b"\r\n"], [HINTS[:-2]]],
    ids=["ten hints", "ten times continue", "hints without end", "hints and no answer"],
)
def test_an_answer_that_is_always_about_to_come_is_none(interim):
    answer = (lambda _visit: None) if interim == [HINTS[:-2]] else reply(b"final")
    with serving(after(*interim, answer=answer)) as server:
        assert failure_of(server).reason == "broken"


def test_hints_one_by_one_do_not_put_the_deadline_off():
    with serving(lambda visit: visit.drips(HINTS, 0.1)) as server:
        assert failure_of(server, timeout_ms=300).reason == "timeout"


def test_a_server_that_changes_the_protocol_has_answered():
    with serving(after(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n\r\n", answer=lambda _: None)) as server:
        assert ask(server).status == 101


def test_a_failing_status_is_for_the_asker_to_judge():
    with serving(reply(b"oops", "500 Internal Server Error")) as server:
        assert ask(server).status == 500


@pytest.mark.parametrize("address", PRIVATE)
def test_an_inner_address_may_not_be_called(address):
    assert not may_be_called(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2606:4700:4700::1111", "2400:3200::1"])
def test_an_address_out_on_the_internet_may_be_called(address):
    assert may_be_called(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a9fe:a9fe]"],
)
def test_a_disguised_inner_host_is_refused_before_anything_is_sent(host):
    with serving(reply()) as server:
        url = f"https://{host}:{server.port}/"
        with pytest.raises(AddressRefused):
            GuardedHttp().send("GET", url, {}, timeout_ms=1000, max_bytes=10)
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://business.example/",
        "ftp://business.example/",
        "file:///etc/passwd",
        "https://user:hunter2@business.example/",
        "https:///path",
        "https://business.example:0/",
        "https://business.example:99999/",
        "https://[::1/",
        "https://b\u00fcsiness.example/",
        "business.example",
    ],
)
def test_an_address_that_is_not_plainly_https_is_refused(url, monkeypatch):
    asked = resolves(monkeypatch, "8.8.8.8")
    with pytest.raises(AddressRefused) as refusal:
        GuardedHttp().send("GET", url, {}, timeout_ms=1000, max_bytes=10)
    assert asked == []
    assert "hunter2" not in str(refusal.value)


def test_a_name_with_one_inner_address_among_others_is_refused(monkeypatch):
    resolves(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(AddressRefused):
        GuardedHttp().send("GET", "https://rebind.example/", {}, timeout_ms=1000, max_bytes=10)


def refusal_of(url, **allowed):
    with pytest.raises(AddressRefused) as refusal:
        GuardedHttp(**allowed).check(url)
    return str(refusal.value)


LOOPBACK = ["127.0.0.1", "127.8.9.10", "localhost", "2130706433", "0x7f.1", "[::1]"]


@pytest.mark.parametrize("host", LOOPBACK)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_on_a_laptop_all_of_loopback_may_be_asked_on_any_port_and_nowhere_else(host, scheme):
    url = f"{scheme}://{host}:9000/waybills/{{number}}"
    GuardedHttp(loopback=True).check(url)
    assert "9000" in refusal_of(url)


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_is_not_to_be_had_by_naming_a_place_on_it(host):
    place = f"{host.strip('[]')}:9001"
    told = refusal_of(f"http://{host}:9001/", allow_private=frozenset({place}))
    assert told == f"http://{place} leads back to our own machine, which a laptop alone may ask"


def test_a_name_that_leads_back_to_us_is_refused_even_if_its_place_is_allowed(monkeypatch):
    resolves(monkeypatch, "127.0.0.1")
    client = GuardedHttp(frozenset({"erp.example:9001"}))
    with pytest.raises(AddressRefused, match=r"http://erp\.example:9001 leads back to our own machine"):
        client.send("GET", "http://erp.example:9001/", {}, timeout_ms=1000, max_bytes=10)


@pytest.mark.parametrize("url", ["http://192.168.1.20:8080/", "https://192.168.1.20:8080/", "http://3232235796:8080/"])
def test_an_inner_place_may_be_asked_in_its_scheme_when_it_is_named_with_its_port(url):
    place = url.split("/")[2]
    GuardedHttp(frozenset({place})).check(url)
    for allowed in (frozenset(), frozenset({place.replace("8080", "8081")}), frozenset({place.partition(":")[0]})):
        refusal_of(url, allow_private=allowed)


@pytest.mark.parametrize("loopback", [False, True])
def test_a_refusal_names_the_place_and_the_setting_that_would_allow_it_and_no_path(loopback):
    told = refusal_of("https://10.0.0.5/cards/{pin}?key=hunter2", loopback=loopback)
    assert told == ("https://10.0.0.5:443 is inside: if it may be asked, name 10.0.0.5:443 in ICALL_ALLOW_PRIVATE")


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "[fd00:ec2::254]", "[fe80::1]", "0"],
)
def test_the_clouds_own_addresses_are_not_to_be_had_by_naming_them(host):
    place = f"{host.strip('[]')}:80"
    told = refusal_of(f"http://{host}/", allow_private=frozenset({place}), loopback=True)
    assert told == f"http://{place} is no address that anybody may ask"


@pytest.mark.parametrize("url", ["http://8.8.8.8/", "http://169.254.169.254/latest/meta-data/"])
def test_on_a_laptop_plain_http_goes_no_further_than_loopback(url):
    refusal_of(url, loopback=True)


def test_on_a_laptop_a_name_out_on_the_internet_is_asked_by_https_alone(monkeypatch):
    resolves(monkeypatch, "8.8.8.8")
    with pytest.raises(AddressRefused, match=r"http://erp\.example:80 must be asked by https"):
        GuardedHttp(loopback=True).send("GET", "http://erp.example/", {}, timeout_ms=1000, max_bytes=10)


def test_a_name_is_not_resolved_to_be_checked(monkeypatch):
    asked = resolves(monkeypatch, "10.0.0.5")
    GuardedHttp().check("https://erp.example/waybills/{number}")
    assert asked == []


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "business.example.pem"
    path.write_bytes(certificate("business.example"))
    return path


@pytest.fixture
def server_tls(pem):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_the_connection_goes_to_the_address_that_was_checked_under_the_name_that_was_asked(
    monkeypatch, pem, server_tls
):
    asked = resolves(monkeypatch, "127.0.0.1")
    with serving(reply(b"secure"), server_tls) as server:
        place = f"business.example:{server.port}"
        client = GuardedHttp(tls=ssl.create_default_context(cafile=pem), loopback=True)
        answer = client.send("GET", f"https://{place}/", {}, timeout_ms=3000, max_bytes=10)
    assert answer.body == b"secure"
    assert asked == ["business.example"]
    assert server.names == ["business.example"]
    assert f"host: {place}".encode() in server.requests[0]


@pytest.mark.parametrize(("name", "trusted"), [("other.example", True), ("business.example", False)])
def test_a_server_that_cannot_prove_its_name_is_not_asked(monkeypatch, pem, server_tls, name, trusted):
    resolves(monkeypatch, "127.0.0.1")
    with serving(reply(), server_tls) as server:
        place = f"{name}:{server.port}"
        client = GuardedHttp(tls=ssl.create_default_context(cafile=pem) if trusted else None, loopback=True)
        with pytest.raises(PluginFailed) as failure:
            client.send("GET", f"https://{place}/", {}, timeout_ms=3000, max_bytes=10)
    assert failure.value.reason == "untrusted"
    assert server.requests == []


def test_the_next_address_is_tried_when_the_first_does_not_answer(monkeypatch):
    resolves(monkeypatch, "127.0.0.2", "127.0.0.1")
    with serving(reply(b"here")) as server:
        assert ask(server).body == b"here"


def test_a_redirect_is_not_followed():
    with serving(reply()) as inner, serving(reply(b"", "302 Found", Location=inner.url("/meta"))) as server:
        client = GuardedHttp(loopback=True)
        with pytest.raises(PluginFailed) as failure:
            client.send("GET", server.url(), {}, timeout_ms=3000, max_bytes=1000)
    assert failure.value.reason == "redirected"
    assert inner.requests == []


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    with serving(reply(b"direct")) as server, serving(reply(b"proxy")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert ask(server).body == b"direct"
    assert proxy.requests == []


def silent(visit):
    visit.closing.wait(10)


def dripping_headers(visit):
    visit.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    visit.drips(b"a", 0.02)


def dripping_body(visit):
    visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    visit.drips(b"a", 0.02)


def dripping_chunks(visit):
    visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    visit.drips(b"1\r\na\r\n", 0.02)


@pytest.mark.parametrize("answer", [silent, dripping_headers, dripping_body, dripping_chunks])
def test_the_deadline_is_for_the_whole_however_slowly_a_server_drips(answer):
    with serving(answer) as server:
        began = time.monotonic()
        # It would drip for half an hour, and no single wait ever lasts 300 ms: that it ends at all is the proof.
        assert failure_of(server, timeout_ms=300).reason == "timeout"
        assert time.monotonic() - began > 0.25
        name = f"to {server.place}"
        deadline = time.monotonic() + 60
        while any(thread.name == name for thread in threading.enumerate()):
            assert time.monotonic() < deadline, "the thread lives on"
            time.sleep(0.01)


def test_a_server_that_stalls_the_tls_handshake_is_left(monkeypatch):
    resolves(monkeypatch, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"business.example:{listener.getsockname()[1]}"
        with pytest.raises(PluginFailed) as failure:
            GuardedHttp(loopback=True).send("GET", f"https://{place}/", {}, timeout_ms=300, max_bytes=10)
    assert failure.value.reason == "timeout"


def test_a_slow_name_server_does_not_hold_us_up(monkeypatch):
    release, answered = threading.Event(), threading.Event()

    def slow(*_args, **_kwargs):
        release.wait(60)
        answered.set()
        return []

    monkeypatch.setattr(http, "getaddrinfo", slow)
    with pytest.raises(PluginFailed) as failure:
        GuardedHttp().send("GET", "https://business.example/", {}, timeout_ms=200, max_bytes=10)
    assert not answered.is_set()
    release.set()
    assert failure.value.reason == "timeout"


def endless(visit):
    visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
    visit.drips(b"a" * 65536, 0)


def test_an_endless_answer_is_cut_at_the_bound():
    with serving(endless) as server:
        assert failure_of(server).reason == "too_large"


def gzip_bomb():
    body = gzip.compress(bytes(200_000_000), 9)
    return reply(body, Content_Encoding="gzip")


def deflate_bomb():
    return reply(zlib.compress(bytes(100_000_000), 9), Content_Encoding="deflate")


def nested_bomb():
    return reply(gzip.compress(gzip.compress(bytes(200_000_000), 9)), Content_Encoding="gzip, gzip")


@pytest.mark.parametrize("bomb", [gzip_bomb, deflate_bomb, nested_bomb])
def test_a_compressed_bomb_is_bounded_too(bomb):
    with serving(bomb()) as server:
        tracemalloc.start()
        try:
            failure = failure_of(server)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert failure.reason == "too_large"
    assert peak < 8_000_000


def test_a_compressed_answer_is_read():
    with serving(reply(gzip.compress(b'{"found":true}'), Content_Encoding="gzip")) as server:
        assert ask(server).body == b'{"found":true}'


def test_an_answer_of_just_the_bound_is_not_too_large():
    with serving(reply(b"a" * 1000)) as server:
        assert len(ask(server, max_bytes=1000).body) == 1000
        assert failure_of(server, max_bytes=999).reason == "too_large"


def many_headers(visit):
    visit.send(b"HTTP/1.1 200 OK\r\n")
    visit.drips(b"X-More: a\r\n", 0)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _visit: None,
        lambda visit: visit.send(b"SSH-2.0-OpenSSH_9.9\r\n"),
        lambda visit: visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"),
        lambda visit: visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        reply(b"this is not gzip", Content_Encoding="gzip"),
        many_headers,
    ],
    ids=["hangs up", "is no HTTP", "stops short", "bad chunk", "bad gzip", "endless headers"],
)
def test_a_broken_answer_is_told_as_such(answer):
    with serving(answer) as server:
        assert failure_of(server).reason == "broken"


def test_a_server_that_is_down_is_unreachable():
    with serving(reply()) as server:
        pass
    assert failure_of(server).reason == "unreachable"


def test_a_name_without_an_address_is_unreachable(monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(http, "getaddrinfo", unknown)
    with pytest.raises(PluginFailed) as failure:
        GuardedHttp().send("GET", "https://nowhere.example/", {}, timeout_ms=1000, max_bytes=10)
    assert failure.value.reason == "unreachable"


@pytest.mark.parametrize("headers", [{"x-key": "a\r\nHost: evil"}, {"x-key": "\u5f20\u4e09"}, {"x key": "a"}])
def test_what_cannot_stand_in_a_header_is_not_sent(headers):
    with serving(reply()) as server:
        assert failure_of(server, headers=headers).reason == "bad_request"
    assert server.requests == []


@pytest.mark.parametrize("path", ["/a b", "/a\x7fb", "/\u5f20"])
def test_what_cannot_stand_in_a_path_is_not_sent(path):
    with serving(reply()) as server:
        assert failure_of(server, path=path).reason == "bad_request"
    assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [silent, endless, lambda _visit: None, reply(b"", "302 Found", Location="/?pin=4711"), many_headers],
)
def test_no_failure_tells_what_was_asked(answer):
    with serving(answer) as server, pytest.raises(BusinessSystemsFault) as failure:
        ask(
            server,
            "/card?pin=4711",
            headers={"authorization": "Bearer 4711"},
            method="POST",
            body=b"4711",
            timeout_ms=300,
        )
    error = failure.value
    while error:
        assert "4711" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
