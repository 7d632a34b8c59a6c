"""Shows reStructuredText roles in docstrings as plain code, since the site is Markdown.

Rule: only the spelling changes: ``:class:`~a.b.C` `` is shown as ``C``, ``:meth:`set` `` as ``set``.
"""

from __future__ import annotations

import re

ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod|obj):<code>(~?)([\w.]+)</code>")


def on_page_content(html: str, **_: object) -> str:
    """Rewrite a page (a hook of mkdocs)."""
    return ROLE.sub(lambda match: f"<code>{match[2].rpartition('.')[2] if match[1] else match[2]}</code>", html)
