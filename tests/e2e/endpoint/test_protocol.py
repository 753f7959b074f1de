"""The protocol below boto3: what it would never send, and the connections that it keeps."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

import pytest

from .endpoint_container import EndpointContainer
from .stack_words import CLUSTER


def answer_to(endpoint: EndpointContainer, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"), timeout=20)
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    connection.request("POST", "/", body, headers)
    response = connection.getresponse()
    content = json.loads(response.read())
    connection.close()
    return response.status, content


@pytest.mark.parametrize(
    ("operation", "content", "code"),
    [
        ("RunTask", {}, "InvalidParameterException"),
        ("RunTask", {"taskDefinition": 1}, "SerializationException"),
        ("RunTask", {"taskDefinition": "plain", "count": "1"}, "SerializationException"),
        ("RunTask", {"taskDefinition": "plain", "count": True}, "SerializationException"),
        ("RunTask", {"taskDefinition": "plain", "overrides": []}, "SerializationException"),
        ("DescribeTasks", {"cluster": CLUSTER}, "InvalidParameterException"),
        ("DescribeTasks", {"cluster": CLUSTER, "tasks": "a"}, "SerializationException"),
        ("StopTask", [], "SerializationException"),
        ("CreateCluster", {}, "UnknownOperationException"),
        ("", {}, "UnknownOperationException"),
    ],
)
def test_what_no_boto3_would_send(
    endpoint: EndpointContainer, operation: str, content: object, code: str
) -> None:
    status, document = answer_to(
        endpoint, f"AmazonEC2ContainerServiceV20141113.{operation}", json.dumps(content).encode()
    )

    assert (status, document["__type"]) == (400, code)


def test_broken_requests_do_no_harm(endpoint: EndpointContainer) -> None:
    target = "AmazonEC2ContainerServiceV20141113.RunTask"
    assert answer_to(endpoint, target, b"{")[1]["__type"] == "SerializationException"
    host, _, port = endpoint.url.removeprefix("http://").partition(":")
    for broken in (b"\x00\x01\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"POST /"):
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(broken)

    assert endpoint.get("/local/health")["ok"]


def test_a_connection_is_used_again(endpoint: EndpointContainer) -> None:
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"), timeout=20)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/local/health")
        connection.getresponse().read()
        assert connection.sock is not None
        sockets.add(connection.sock.getsockname())

    assert len(sockets) == 1
    connection.close()
