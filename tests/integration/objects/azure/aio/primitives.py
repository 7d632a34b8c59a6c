"""A credential of the awaited world. Written by hand in each."""

from __future__ import annotations

from tests.integration.objects.azure.asking import AwaitedHolder

holder = AwaitedHolder
