"""Roles of another markup are shown as code, and nothing else is touched."""

from __future__ import annotations

import pytest

from tools.docs_hooks import on_page_content


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("see :class:<code>~a.b.C</code>.", "see <code>C</code>."),
        ("see :meth:<code>Cache.set</code>.", "see <code>Cache.set</code>."),
        ("<code>:class:</code> <code>x</code>", "<code>:class:</code> <code>x</code>"),
        ("note: <code>x</code>", "note: <code>x</code>"),
    ],
)
def test_a_role_is_shown_as_its_target(html: str, shown: str) -> None:
    assert on_page_content(html, page=None) == shown
