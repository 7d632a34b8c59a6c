# Generated from tests/integration/objects/aio/link_laws.py by tools/unasync.py. Do not edit.
"""What a signed link allows, and what it does not: subclass it and supply ``bucket`` over a server that checks them."""

from __future__ import annotations

import re
from ssl import SSLContext

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket, Method
from tests.integration.objects.sync.bucket_ground import VALUE, BucketGround
from tests.integration.objects.sync.primitives import fetch
from tests.integration.objects.links import Answer

SIGNATURE = re.compile(r"(?i)((?:x-amz-signature|x-goog-signature|sig)=)([^&]+)")
"""The part of a link that proves it, in the three vendors' words."""


class LinkLaws(BucketGround):
    """``sign``.

    Attributes:
        put_headers: what the vendor wants to be sent with a body.
        trust: whom to trust where the server's certificate is of our own making.
        checked: the server checks signatures, as the cloud does; an emulator may take any.
    """

    put_headers: dict[str, str] = {}  # noqa: RUF012 - read alone
    trust: SSLContext | None = None
    checked = True

    def use(self, link: str, method: Method = "GET", body: bytes | None = None) -> Answer:
        """Use a link without anything else."""
        headers = self.put_headers if method == "PUT" else {}
        return fetch(link, method, body, headers=headers, trust=self.trust)

    def test_a_link_reads_one_object(self, bucket: Bucket) -> None:
        bucket.write(self.at("a b/c"), b"body", label=VALUE)
        link = bucket.sign(self.at("a b/c"), seconds=600, method="GET")
        assert self.use(link) == Answer(200, b"body")

    def test_a_link_writes_one_object(self, bucket: Bucket) -> None:
        link = bucket.sign(self.at("a"), seconds=600, method="PUT")
        assert (self.use(link, "PUT", b"uploaded")).accepted
        assert self.body_at(bucket, "a") == b"uploaded"

    def test_a_link_removes_one_object(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"body", label=VALUE)
        link = bucket.sign(self.at("a"), seconds=600, method="DELETE")
        assert (self.use(link, "DELETE")).accepted
        assert bucket.read(self.at("a")) is None

    def test_a_link_that_was_changed_opens_nothing(self, bucket: Bucket) -> None:
        if not self.checked:
            pytest.skip("this emulator takes any signature; the cloud does not")
        bucket.write(self.at("a"), b"body", label=VALUE)
        bucket.write(self.at("b"), b"other", label=VALUE)
        link = bucket.sign(self.at("a"), seconds=600, method="GET")
        assert (self.use(link)).accepted
        tampered = SIGNATURE.sub(lambda part: part[1] + _changed(part[2]), link)
        assert tampered != link
        for other in (tampered, link.replace(self.at("a"), self.at("b"))):
            assert not (self.use(other)).accepted

    def test_a_link_allows_no_other_method(self, bucket: Bucket) -> None:
        if not self.checked:
            pytest.skip("this emulator takes any signature; the cloud does not")
        bucket.write(self.at("a"), b"body", label=VALUE)
        link = bucket.sign(self.at("a"), seconds=600, method="GET")
        assert not (self.use(link, "PUT", b"uploaded")).accepted
        assert self.body_at(bucket, "a") == b"body"


def _changed(signature: str) -> str:
    """Another signature of the same form."""
    place = next(at for at, letter in enumerate(signature) if letter.isalnum())
    letter = "a" if signature[place] != "a" else "b"
    return signature[:place] + letter + signature[place + 1 :]
