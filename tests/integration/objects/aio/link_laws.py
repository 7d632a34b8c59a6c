"""What a signed link allows, and what it does not: subclass it and supply ``bucket`` over a server that checks them."""

from __future__ import annotations

import re
from ssl import SSLContext

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket, Method
from tests.integration.objects.aio.bucket_ground import VALUE, AsyncBucketGround
from tests.integration.objects.aio.primitives import fetch
from tests.integration.objects.links import Answer

SIGNATURE = re.compile(r"(?i)((?:x-amz-signature|x-goog-signature|sig)=)([^&]+)")
"""The part of a link that proves it, in the three vendors' words."""


class AsyncLinkLaws(AsyncBucketGround):
    """``sign``.

    Attributes:
        put_headers: what the vendor wants to be sent with a body.
        trust: whom to trust where the server's certificate is of our own making.
        checked: the server checks signatures, as the cloud does; an emulator may take any.
    """

    put_headers: dict[str, str] = {}  # noqa: RUF012 - read alone
    trust: SSLContext | None = None
    checked = True

    async def use(self, link: str, method: Method = "GET", body: bytes | None = None) -> Answer:
        """Use a link without anything else."""
        headers = self.put_headers if method == "PUT" else {}
        return await fetch(link, method, body, headers=headers, trust=self.trust)

    async def test_a_link_reads_one_object(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a b/c"), b"body", label=VALUE)
        link = await bucket.sign(self.at("a b/c"), seconds=600, method="GET")
        assert await self.use(link) == Answer(200, b"body")

    async def test_a_link_writes_one_object(self, bucket: AsyncBucket) -> None:
        link = await bucket.sign(self.at("a"), seconds=600, method="PUT")
        assert (await self.use(link, "PUT", b"uploaded")).accepted
        assert await self.body_at(bucket, "a") == b"uploaded"

    async def test_a_link_removes_one_object(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"body", label=VALUE)
        link = await bucket.sign(self.at("a"), seconds=600, method="DELETE")
        assert (await self.use(link, "DELETE")).accepted
        assert await bucket.read(self.at("a")) is None

    async def test_a_link_that_was_changed_opens_nothing(self, bucket: AsyncBucket) -> None:
        if not self.checked:
            pytest.skip("this emulator takes any signature; the cloud does not")
        await bucket.write(self.at("a"), b"body", label=VALUE)
        await bucket.write(self.at("b"), b"other", label=VALUE)
        link = await bucket.sign(self.at("a"), seconds=600, method="GET")
        assert (await self.use(link)).accepted
        tampered = SIGNATURE.sub(lambda part: part[1] + _changed(part[2]), link)
        assert tampered != link
        for other in (tampered, link.replace(self.at("a"), self.at("b"))):
            assert not (await self.use(other)).accepted

    async def test_a_link_allows_no_other_method(self, bucket: AsyncBucket) -> None:
        if not self.checked:
            pytest.skip("this emulator takes any signature; the cloud does not")
        await bucket.write(self.at("a"), b"body", label=VALUE)
        link = await bucket.sign(self.at("a"), seconds=600, method="GET")
        assert not (await self.use(link, "PUT", b"uploaded")).accepted
        assert await self.body_at(bucket, "a") == b"body"


def _changed(signature: str) -> str:
    """Another signature of the same form."""
    place = next(at for at, letter in enumerate(signature) if letter.isalnum())
    letter = "a" if signature[place] != "a" else "b"
    return signature[:place] + letter + signature[place + 1 :]
