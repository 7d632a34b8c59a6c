"""A Docker engine is found where there is one, quickly and with a reason where there is none."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import containers
from tests.servers.choice import Unavailable
from tests.servers.containers import contained
from tests.servers.docker import first_engine, places
from tests.servers.ports import HOST, free_ports


@contextmanager
def listening(listener: socket.socket, answer: bytes) -> Iterator[None]:
    """Somebody who gives every request this answer; none to an empty one."""
    held: list[socket.socket] = []

    def serve() -> None:
        connection, _ = listener.accept()
        held.append(connection)
        assert connection.recv(1000).startswith(b"GET /_ping HTTP/1.0\r\n")
        connection.sendall(answer)

    with listener:
        listener.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()
    for connection in held:
        connection.close()


@contextmanager
def engine(path: Path, answer: bytes = b"HTTP/1.0 200 OK\r\n\r\nOK") -> Iterator[str]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    with listening(listener, answer):
        yield f"unix://{path}"


def test_the_first_engine_that_answers_is_taken(tmp_path: Path) -> None:
    with engine(tmp_path / "docker.sock") as host:
        assert first_engine([f"unix://{tmp_path}/none.sock", host]) == host


def test_an_engine_is_asked_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
    listener = socket.create_server((HOST, 0))
    host = f"tcp://{HOST}:{listener.getsockname()[1]}"
    with listening(listener, b"HTTP/1.1 200 OK\r\n\r\nOK"):
        assert first_engine([host]) == host


def test_without_an_engine_the_reason_of_every_place_is_told(tmp_path: Path) -> None:
    [port] = free_ports(1)
    with engine(tmp_path / "web.sock", b"HTTP/1.0 404 Not Found\r\n\r\n") as host, pytest.raises(Unavailable) as caught:
        first_engine([f"unix://{tmp_path}/none.sock", f"tcp://{HOST}:{port}", host, "tcp://nonsense"])
    said = str(caught.value)
    assert "none.sock: No such file" in said
    assert f"{port}: Connection refused" in said
    assert "web.sock: what listens there is no engine" in said
    assert "tcp://nonsense: invalid literal" in said


def test_an_engine_that_is_silent_costs_no_more_than_the_patience(tmp_path: Path) -> None:
    begin = time.monotonic()
    with engine(tmp_path / "docker.sock", b"") as host, pytest.raises(Unavailable, match="timed out"):
        first_engine([host], patience=0.05)
    assert time.monotonic() - begin < 10


def test_what_only_a_client_of_docker_can_ask_is_left_to_it() -> None:
    assert first_engine(["ssh://somewhere"]) == "ssh://somewhere"


def test_a_variable_comes_before_the_users_settings_and_these_before_the_usual_places(tmp_path: Path) -> None:
    assert places({"XDG_RUNTIME_DIR": "/run/me"}, tmp_path)[:2] == [
        "unix:///var/run/docker.sock",
        "unix:///run/me/docker.sock",
    ]
    (tmp_path / ".testcontainers.properties").write_text("# mine\ndocker.host = tcp://there:2375\n", "utf-8")
    assert places({}, tmp_path) == ["tcp://there:2375"]
    assert places({"DOCKER_HOST": "unix:///mine"}, tmp_path) == ["unix:///mine"]


def test_no_container_is_made_without_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise Unavailable("no Docker engine")

    monkeypatch.setattr(containers, "docker_engine", none)
    with pytest.raises(Unavailable, match="no Docker engine"), contained("redis"):
        pass
