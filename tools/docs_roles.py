"""Shows reStructuredText roles in docstrings as code, since the site is Markdown.

Rule: only the spelling changes: ``:class:`~a.b.C` `` is shown as ``C``, ``:meth:`set` `` as ``set``.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod|obj):`(~?)([\w.]+)`")


def without_roles(text: str) -> str:
    """The text with every role replaced by its target as code."""
    return ROLE.sub(lambda match: f"`{match[2].rpartition('.')[2] if match[1] else match[2]}`", text)


class Roles(griffe.Extension):
    """Rewrites each docstring when it is collected."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the object's docstring."""
        if obj.docstring is not None:
            obj.docstring.value = without_roles(obj.docstring.value)
