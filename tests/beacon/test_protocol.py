"""What clients may do to the server, and that others are served meanwhile."""

import itertools
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.beacon.bounds import Bounds
from generator.beacon.serve import serve
from generator.errors import ConfigError
from tests.beacon.served import PATIENCE, Client, Served, answers, chunked, get, post, served

SECONDS = 1.0  # of the impatient server
CLOSE = "connection: close"
LARGE = get("/large")
ENDLESS = 64  # MiB: who may send as much is not stopped
MIB = b"x" * (1 << 20)


@pytest.fixture(scope="module")
def patient_server() -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def impatient_server() -> Iterator[Served]:
    with served(seconds=SECONDS, idle=SECONDS) as server:
        yield server


@pytest.fixture
def patient(patient_server: Served) -> Served:
    """A server that waits longer than any test, and has said nothing in this one."""
    patient_server.forget()
    return patient_server


@pytest.fixture
def impatient(impatient_server: Served) -> Served:
    """A server that doesn't."""
    impatient_server.forget()
    return impatient_server


def is_refusal(answer: bytes, status: int) -> bool:
    """One answer, as every refusal is: a page of another site may read it, and it is the last."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.lower().split(b"\r\n")
    return (
        first.startswith(b"http/1.1 %d " % status)
        and b"access-control-allow-origin: *" in lines
        and b"cache-control: no-store" in lines
        and b"content-type: text/plain; charset=utf-8" in lines
        and b"content-length: %d" % len(body) in lines
        and b"connection: close" in lines
        and body.endswith(b"\n")
        and body.count(b"\n") == 1
        and (b"retry-after: 10" in lines) == (status == 503)
    )


def pour(client: Client, start: bytes, piece: bytes = MIB) -> bytes:
    """Send without end, until the server ends it: what it answered."""
    with suppress(ConnectionError):
        client.send(start)
        for _ in range(ENDLESS * len(MIB) // len(piece)):
            client.send(piece)
        pytest.fail(f"{ENDLESS} MiB were taken")
    return client.rest()


class TestGoodRequests:
    def test_a_connection_serves_one_after_the_other(self, patient: Served) -> None:
        with patient.connect() as client:
            for number in range(50):
                client.send(post("/e", b"%d" % number))
                assert client.answer()[::2] == (200, b"%d" % number)

    def test_what_comes_at_once_is_answered_in_order(self, patient: Served) -> None:
        asked = [post("/e", b"%d" % number) for number in range(50)]
        sent = b"".join([*asked, get("/e", CLOSE)])
        assert answers(patient.ask(sent)) == [(200, b"%d" % n) for n in range(50)] + [(200, b"")]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.binary(max_size=4096), min_size=1, max_size=8), st.data())
    def test_however_they_are_cut(
        self, patient_server: Served, bodies: list[bytes], data: st.DataObject
    ) -> None:
        """Sizes and framing of any kind, in pieces of any size."""
        both: list[Callable[..., bytes]] = [post, chunked]
        kinds = [data.draw(st.sampled_from(both)) for _ in bodies]
        sent = b"".join(
            kind("/e", *([body] if kind is post or body else []))
            for kind, body in zip(kinds, bodies, strict=True)
        )
        cuts = data.draw(st.sets(st.integers(0, len(sent)), max_size=8))
        with patient_server.connect() as client:
            for start, end in itertools.pairwise(sorted({0, len(sent), *cuts})):
                client.send(sent[start:end])
            assert [client.answer()[::2] for _ in bodies] == [(200, body) for body in bodies]

    def test_each_is_measured_by_itself(self, patient: Served) -> None:
        """Also where the next has begun whenever one ends."""
        asked = post("/e", b"x" * 1000)
        with patient.connect() as client:
            client.send(asked[:500])
            for _ in range(100):
                client.send(asked[500:] + asked[:500])
                assert client.answer()[0] == 200

    def test_a_body_that_asks_to_be_waited_for(self, patient: Served) -> None:
        with patient.connect() as client:
            client.send(post("/e", b"body", "expect: 100-continue").removesuffix(b"body"))
            assert client.answer()[0] == 100
            client.send(b"body")
            assert client.answer()[::2] == (200, b"body")
            client.send(get("/e"))
            assert client.answer()[0] == 200


class TestFraming:
    @pytest.mark.parametrize(
        ("status", "headers"),
        [
            (501, ["connection: upgrade", "upgrade: websocket"]),
            (501, ["connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAA"]),
            (501, ["upgrade: foo"]),
            (501, ["transfer-encoding: gzip, chunked"]),
            (501, ["transfer-encoding: identity", "transfer-encoding: chunked"]),
            (417, ["expect: 200-ok"]),
            (417, ["expect: y 100-continue"]),
            (400, ["content-length: 0", "transfer-encoding: chunked"]),
            (400, ["content-length: 0", "content-length: 0"]),
            (400, ["transfer-encoding: chunked", "transfer-encoding: chunked"]),
            (400, ["x: y", " content-length: 0"]),
            (400, ["x: y\ncontent-length: 0"]),
            (400, ["content-length : 0"]),
        ],
    )
    def test_an_end_that_may_be_disputed_is_refused_and_nothing_behind_it_is_read(
        self, patient: Served, status: int, headers: list[str]
    ) -> None:
        before = patient.started()
        for pieces in ([get("/e", *headers) + get("/inner")], [get("/e", *headers), get("/inner")]):
            with patient.connect() as client:
                for piece in pieces:
                    client.send(piece)
                assert is_refusal(client.rest(), status)
            assert patient.said() == ["refused", "malformed", ""]
        assert patient.started() == [*before, "/started"]

    @pytest.mark.parametrize(
        ("status", "first"),
        [
            (501, b"CONNECT events.example:443 HTTP/1.1"),
            (400, b"POST /e HTTP/1.0\r\ntransfer-encoding: chunked"),
            (400, b"GET /e HTTP/2.0"),
            (400, b"GET /e HTTP/0.9"),
            (400, b"GET /e"),
        ],
    )
    def test_so_is_another_protocol(self, patient: Served, status: int, first: bytes) -> None:
        sent = get("/e").replace(b"GET /e HTTP/1.1", first)
        assert is_refusal(patient.ask(sent + get("/inner")), status)
        assert "/inner" not in patient.started()

    def test_nothing_behind_the_last_request_is_read(self, patient: Served) -> None:
        answered = patient.ask(post("/e", b"last", CLOSE) + get("/inner"))
        assert answers(answered) == [(200, b"last")]
        assert "/inner" not in patient.started()

    def test_a_whole_address_names_the_same_path(self, patient: Served) -> None:
        sent = post("/e", b"body").replace(b"/e", b"http://events.example/e", 1)
        with patient.connect() as client:
            client.send(sent)
            assert client.answer()[::2] == (200, b"body")


class TestSize:
    @pytest.mark.parametrize("make", [post, chunked])
    def test_a_body_may_have_so_many_bytes_and_no_more(self, patient: Served, make: object) -> None:
        assert callable(make)
        with patient.connect() as client:
            client.send(make("/e", b"x" * 4096))
            assert client.answer()[::2] == (200, b"x" * 4096)
            client.send(make("/e", b"x" * 4097))
            assert is_refusal(client.rest(), 413)
        assert patient.said() == ["refused", "size", "POST /e"]

    def test_a_declared_size_is_believed_at_once(self, patient: Served) -> None:
        sent = post("/e", b"", "expect: 100-continue").replace(
            b"length: 0", b"length: 123456789012"
        )
        assert is_refusal(patient.ask(sent), 413)
        assert patient.said() == ["refused", "size", "POST /e"]

    def test_who_sends_too_much_learns_it(self, patient: Served) -> None:
        """Not a reset, in which the answer is lost."""
        for _ in range(20):
            with patient.connect() as client:
                client.send(post("/e", b"x" * 500_000))
                assert is_refusal(client.all(), 413)
            assert patient.said() == ["refused", "size", "POST /e"]

    @pytest.mark.parametrize(
        "piece",
        [
            pytest.param(b"100000\r\n" + MIB + b"\r\n", id="chunks"),
            pytest.param(b"1\r\nx\r\n" * 100_000, id="small chunks"),
            pytest.param(b"1;" + MIB, id="an extension of a chunk"),
        ],
    )
    def test_chunks_without_end(self, patient: Served, piece: bytes) -> None:
        start = chunked("/e").removesuffix(b"0\r\n\r\n")
        with patient.connect() as client:
            assert is_refusal(pour(client, start, piece), 413)
        assert patient.said() == ["refused", "size", "POST /e"]

    def test_trailers_without_end(self, patient: Served) -> None:
        start = chunked("/e", b"x").removesuffix(b"\r\n")
        with patient.connect() as client:
            assert is_refusal(pour(client, start, b"a: b\r\n" * 100_000), 431)
        assert patient.said() == ["refused", "size", "POST /e"]

    @pytest.mark.parametrize(
        "piece",
        [
            pytest.param(MIB, id="one header"),
            pytest.param(b"a: b\r\n" * 100_000, id="many headers"),
        ],
    )
    def test_headers_without_end(self, patient: Served, piece: bytes) -> None:
        with patient.connect() as client:
            assert is_refusal(pour(client, b"POST /e HTTP/1.1\r\nx: ", piece), 431)
        assert patient.said() == ["refused", "size", ""]

    def test_an_address_without_end(self, patient: Served) -> None:
        with patient.connect() as client:
            assert is_refusal(pour(client, b"POST /"), 431)
        assert patient.said() == ["refused", "size", ""]

    def test_headers_of_eight_megabytes(self, patient: Served) -> None:
        with patient.connect() as client:
            with suppress(ConnectionError):
                client.send(get("/e", f"cookie: {'x' * 8_000_000}"))
            assert is_refusal(client.rest(), 431)
        assert patient.said() == ["refused", "size", ""]

    def test_headers_without_number(self, patient: Served) -> None:
        with patient.connect() as client:
            client.send(b"POST /e HTTP/1.1\r\n" + b"a:\r\n" * 200)
            assert is_refusal(client.rest(), 431)
        assert patient.said() == ["refused", "size", ""]

    def test_headers_of_sixteen_kibibytes_pass(self, patient: Served) -> None:
        assert answers(patient.ask(get("/e", f"cookie: {'x' * 16_000}", CLOSE)))[0][0] == 200

    def test_the_application_hears_of_none_of_them(self, patient: Served) -> None:
        before = patient.started()
        patient.ask(post("/large-body", b"x" * 4097))
        assert patient.said() == ["refused", "size", "POST /large-body"]
        assert patient.started() == [*before, "/started"]

    def test_one_client_can_not_let_thousands_wait(self, patient: Served) -> None:
        """Each would take the room of many bytes for the few it was sent in."""
        answered = patient.ask(get("/e") * 10_000)
        *fine, last = answers(answered)
        assert all(status == 200 for status, _ in fine)
        assert len(fine) < 5000
        assert last[0] == 503
        assert patient.said() == ["refused", "full", ""]


class TestNoHTTP:
    @pytest.mark.parametrize(
        "sent",
        [
            b"hello\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\n\r\n",
            b"POST /e HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            b"POST /e HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n",
        ],
    )
    def test_it_is_told_so(self, patient: Served, sent: bytes) -> None:
        assert is_refusal(patient.ask(sent), 400)
        assert patient.said() == ["refused", "malformed", ""]

    def test_a_body_that_is_none(self, patient: Served) -> None:
        sent = chunked("/e", b"fine").replace(b"0\r\n\r\n", b"nonsense\r\n")
        assert is_refusal(patient.ask(sent), 400)
        assert patient.said() == ["refused", "malformed", "POST /e"]

    def test_what_came_before_is_answered_first(self, patient: Served) -> None:
        answered = patient.ask(post("/e", b"one") + post("/e", b"two") + b"nonsense\r\n\r\n")
        assert answers(answered)[:2] == [(200, b"one"), (200, b"two")]
        assert is_refusal(answered[answered.index(b"HTTP/1.1 400") :], 400)
        assert patient.said() == ["refused", "malformed", ""]


class TestTime:
    @pytest.mark.parametrize(
        ("start", "what"),
        [
            pytest.param(b"POST /e HTTP/1.1\r\nx-slow: ", "", id="headers"),
            pytest.param(b"POST /e HTTP/1.1\r\ncontent-length: 4000\r\n\r\n", "POST /e", id="body"),
        ],
    )
    def test_slow_requests_end_and_others_are_served(
        self, impatient: Served, start: bytes, what: str
    ) -> None:
        """Two hundred clients send a byte now and then: that earns them no more time."""
        with ExitStack() as stack:
            slow = [stack.enter_context(impatient.connect()) for _ in range(200)]
            began = time.monotonic()
            for client in slow:
                client.send(start)
            still_open = list(slow)
            while still_open:
                assert time.monotonic() - began < PATIENCE
                assert answers(impatient.ask(get("/e", CLOSE))) == [(200, b"")]
                still_open = [client for client in still_open if client.is_open()]
                for client in still_open:
                    with suppress(ConnectionError):
                        client.send(b"x")
            assert time.monotonic() - began > SECONDS / 2
            assert all(is_refusal(client.rest(), 408) for client in slow)
        assert [impatient.said() for _ in slow] == [["refused", "incomplete", what]] * len(slow)

    def test_a_body_that_stalls(self, impatient: Served) -> None:
        sent = post("/stalled", b"body").removesuffix(b"y")
        assert is_refusal(impatient.ask(sent), 408)
        assert impatient.said() == ["refused", "incomplete", "POST /stalled"]
        assert "/stalled" not in impatient.started()

    def test_who_never_asks_is_left_without_a_word(self, impatient: Served) -> None:
        assert impatient.ask(b"") == b""
        assert impatient.silent()

    def test_who_asks_no_more_is_left_without_a_word(self, impatient: Served) -> None:
        with impatient.connect() as client:
            client.send(get("/e"))
            assert client.answer()[0] == 200
            assert client.rest() == b""
        assert impatient.silent()

    def test_an_empty_line_is_no_request(self, impatient: Served) -> None:
        with impatient.connect() as client:
            client.send(get("/e"))
            assert client.answer()[0] == 200
            client.send(b"\r\n")
            assert client.rest() == b""
        assert impatient.silent()

    def test_who_asks_again_in_time_stays(self) -> None:
        idle = 3.0  # seconds: a busy machine may hold the client up, but not as long
        with served(seconds=idle, idle=idle) as server, server.connect() as client:
            until = time.monotonic() + idle + 1
            while time.monotonic() < until:
                client.send(get("/e"))
                assert client.answer()[0] == 200
                time.sleep(0.3)

    @pytest.mark.parametrize("cut", [len(LARGE), len(LARGE) + 10, 2 * len(LARGE)])
    def test_who_does_not_read_is_cut_off(self, impatient: Served, cut: int) -> None:
        with impatient.connect() as client:
            client.send((LARGE * 2)[:cut])
            assert impatient.said() == ["large"]
            client.send((LARGE * 2)[cut:])
            assert impatient.said() == ["large"]  # the second is let go when nobody takes it
            assert len(client.rest()) < 40_000_000
        assert answers(impatient.ask(get("/e", CLOSE))) == [(200, b"")]

    def test_who_reads_and_then_stalls_is_late(self, impatient: Served) -> None:
        with impatient.connect() as client:
            client.send(LARGE + b"POST /e HTTP/1.1\r\n")
            assert impatient.said() == ["large"]
            assert len(client.answer()[2]) == 20_000_000
            assert is_refusal(client.rest(), 408)
        assert impatient.said() == ["refused", "incomplete", ""]

    def test_who_goes_leaves_no_word_in_the_log(self) -> None:
        with served() as server:
            for sent in (get("/wait"), get("/wait") + get("/e"), get("/wait") + b"GET"):
                with server.connect() as client:
                    client.send(sent)
                    assert server.said() == ["in hand"]
                server.tell()
            for _ in range(10):
                server.ask(get("/e", CLOSE))
            server.end()
            assert server.said() == ["ended"]


class TestCrowd:
    def test_ten_thousand_idle_connections_keep_nobody_from_being_served(self) -> None:
        count = 10_000
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < count + 1000:
            pytest.fail(f"the hard limit of open files is {hard}: raise it to {count + 1000}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 500), hard))
        try:
            with served(connections=count + 10) as server, ExitStack() as stack:
                idle = [stack.enter_context(server.connect()) for _ in range(count)]
                for client in idle[::100]:  # some have been served
                    client.send(get("/e"))
                    assert client.answer()[0] == 200
                for _ in range(200):
                    assert answers(server.ask(get("/e", CLOSE))) == [(200, b"")]
                assert all(client.is_open() for client in idle)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_the_longest_idle_makes_room(self) -> None:
        with served(connections=3) as server, ExitStack() as stack:
            first, second, third = (_served_once(server, stack) for _ in range(3))
            first.send(get("/e"))
            assert first.answer()[0] == 200
            new = _served_once(server, stack)
            assert second.rest() == b""
            assert all(client.is_open() for client in (first, third, new))

    def test_or_else_the_longest_incomplete(self) -> None:
        with served(connections=3) as server, ExitStack() as stack:
            slow = [stack.enter_context(server.connect()) for _ in range(3)]
            for client in slow:
                client.send(
                    b"POST /e HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n"
                )
                assert client.answer()[0] == 100
            _served_once(server, stack)
            assert is_refusal(slow[0].rest(), 408)
            assert all(client.is_open() for client in slow[1:])

    def test_who_comes_when_all_are_at_work_may_come_again(self) -> None:
        with served(connections=3) as server, ExitStack() as stack:
            working = [stack.enter_context(server.connect()) for _ in range(3)]
            for client in working:
                client.send(get("/wait"))
                assert server.said() == ["in hand"]
            assert is_refusal(server.ask(b""), 503)
            assert server.said() == ["refused", "full", ""]
            for _ in working:
                server.tell()
            assert [client.answer()[0] for client in working] == [200] * 3
            _served_once(server, stack)

    def test_fewer_where_the_system_allows_fewer_files(self) -> None:
        """A server that is out of files could not listen any more."""
        with served(files=600) as server, ExitStack() as stack:
            crowd = [stack.enter_context(server.connect()) for _ in range(900)]
            assert answers(server.ask(get("/e", CLOSE))) == [(200, b"")]
            assert sum(client.is_open() for client in crowd) < 100


class TestEnd:
    def test_what_is_in_hand_is_answered(self) -> None:
        with served() as server, ExitStack() as stack:
            idle = _served_once(server, stack)
            never = stack.enter_context(server.connect())
            incomplete = stack.enter_context(server.connect())
            incomplete.send(
                b"POST /e HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n"
            )
            assert incomplete.answer()[0] == 100
            working = stack.enter_context(server.connect())
            working.send(get("/wait"))
            assert server.said() == ["in hand"]
            server.end()
            assert idle.rest() == b""
            assert never.rest() == b""
            assert is_refusal(incomplete.rest(), 503)
            assert server.said() == ["refused", "full", "POST /e"]
            with pytest.raises(ConnectionRefusedError):
                server.connect()
            server.tell()
            status, headers, _ = working.answer()
            assert (status, headers["connection"]) == (200, "close")
            assert working.rest() == b""
            assert server.said() == ["ended"]
            assert server.process.wait(PATIENCE) == 0

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP])
    def test_ctrl_c_and_a_closed_terminal_are_no_other_end(self, how: signal.Signals) -> None:
        with served() as server, server.connect() as working:
            working.send(get("/wait"))
            assert server.said() == ["in hand"]
            server.process.send_signal(how)
            server.tell()
            assert working.answer()[0] == 200
            assert server.said() == ["ended"]
            assert server.process.wait(PATIENCE) == 0

    def test_a_hangup_that_is_ignored_stays_so(self) -> None:
        """As `nohup` has it."""
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a child inherits it
        try:
            with served() as server:
                server.process.send_signal(signal.SIGHUP)
                assert answers(server.ask(get("/e", CLOSE))) == [(200, b"")]
        finally:
            signal.signal(signal.SIGHUP, before)


class TestStart:
    def test_a_port_that_is_taken_is_named(self, patient: Served) -> None:
        with pytest.raises(ConfigError, match=f"port {patient.port} is taken"):
            serve(_no_application, "127.0.0.1", patient.port, Bounds(), print)

    def test_an_address_of_another_machine_is_named(self) -> None:
        with pytest.raises(ConfigError, match="nothing can listen there"):
            serve(_no_application, "192.0.2.1", 0, Bounds(), print)


def _served_once(server: Served, stack: ExitStack) -> Client:
    """A connection that has been answered, and is idle."""
    client = stack.enter_context(server.connect())
    client.send(get("/e"))
    assert client.answer()[0] == 200
    return client


async def _no_application(*_: object) -> None:
    raise AssertionError
