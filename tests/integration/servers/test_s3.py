"""S3 servers answer, and check what they are said to check."""

from __future__ import annotations

from contextlib import closing

import pytest
from botocore.exceptions import ClientError

from tests.servers.http_fault import HttpFaultProxy
from tests.servers.s3 import Identity, S3Server


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    """What S3 calls it."""
    return str(error.value.response["Error"]["Code"])


def test_a_client_reads_what_it_wrote(any_s3: S3Server, s3_prefix: str) -> None:
    with closing(any_s3.client()) as client:
        client.put_object(Bucket=any_s3.bucket, Key=s3_prefix + "a", Body=b"1")
        assert client.get_object(Bucket=any_s3.bucket, Key=s3_prefix + "a")["Body"].read() == b"1"


def test_a_bucket_is_not_made_by_writing_to_it(any_s3: S3Server) -> None:
    with closing(any_s3.client()) as client, pytest.raises(ClientError) as refused:
        client.put_object(Bucket="nobody-made-this", Key="a", Body=b"1")
    assert code_of(refused) == "NoSuchBucket"


def test_a_reader_reads_and_does_not_write(seaweed: S3Server, s3_prefix: str) -> None:
    with closing(seaweed.client()) as client:
        client.put_object(Bucket=seaweed.bucket, Key=s3_prefix + "a", Body=b"1")
    with closing(seaweed.client(seaweed.reader)) as client:
        client.get_object(Bucket=seaweed.bucket, Key=s3_prefix + "a")["Body"].read()
        with pytest.raises(ClientError) as refused:
            client.put_object(Bucket=seaweed.bucket, Key=s3_prefix + "a", Body=b"2")
    assert code_of(refused) == "AccessDenied"


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (Identity("nobody", "x"), "InvalidAccessKeyId"),
        (Identity("hexcache-admin", "wrong"), "SignatureDoesNotMatch"),
    ],
)
def test_wrong_keys_are_refused(seaweed: S3Server, identity: Identity, code: str) -> None:
    with closing(seaweed.client(identity)) as client, pytest.raises(ClientError) as refused:
        client.get_object(Bucket=seaweed.bucket, Key="a")
    assert code_of(refused) == code


def test_a_signature_made_for_the_proxy_holds_at_the_server(seaweed: S3Server, s3_proxy: HttpFaultProxy) -> None:
    with closing(S3Server(s3_proxy.url, seaweed.admin).client()) as client:
        client.put_object(Bucket=seaweed.bucket, Key="through", Body=b"x" * 100_000)
        assert len(client.get_object(Bucket=seaweed.bucket, Key="through")["Body"].read()) == 100_000
