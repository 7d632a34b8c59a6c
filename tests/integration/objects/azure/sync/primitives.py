"""A credential of the blocking world. Written by hand in each."""

from __future__ import annotations

from tests.integration.objects.azure.asking import Holder

holder = Holder
