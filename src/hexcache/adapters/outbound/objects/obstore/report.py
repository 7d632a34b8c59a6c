r"""What the text of an obstore exception says for sure.

Rule: only the part below ``Debug source:`` is read. There Rust's ``{:#?}`` shows the error's own fields, one on each
line, and whatever came from outside (names, addresses, the server's body) as a string literal on a single line, its
quotes and line breaks escaped: no name and no answer can look like a field. Nothing but numbers and words of letters is
taken out of it. Written for object_store 0.14, by obstore 0.12; what is not found there is unknown, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MARK: Final = "\n\nDebug source:\n"
_FIELD: Final = r"(?:^|\n) *"
_STATUS: Final = re.compile(_FIELD + r"status: (\d{3}),")
_BODY: Final = re.compile(_FIELD + r'body: Some\(\n *"(.*)",')
_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_KIND: Final = re.compile(_FIELD + r"(?:\w+: |Http\()?HttpError \{\n *kind: (\w+),")
_PART: Final = re.compile(
    _FIELD + r'(?:source: )?DeleteFailed \{\n *path: ".*",\n *code: "(\w{1,60})",\n *\w+: "(.*)",'
)
_TOKEN: Final = re.compile(_FIELD + r"(?:source: )?(?:TokenRequest|GetToken|Credential)\w* [{(]", re.IGNORECASE)
_RAISED: Final = re.compile(_FIELD + r"source: PyErr \{\n *type: <class '(?:\w+\.)*(\w{1,60})'>,")


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a failure.

    Attributes:
        status: of HTTP; 0 where there was no answer.
        code: the vendor's word; empty where it said none.
        broken: what became of the connection, in object_store's words (``Connect``, ``Timeout``, ``Interrupted``,
            ``Decode``, ``Request``, ``Unknown``); empty where there was an answer.
        part: code of the name that was not removed, of several; empty where the request as a whole failed.
        container: a name was not removed as there is no container, which Azure tells in prose alone.
        identity: it was a token that was asked for, in order to ask the store.
        raised: name of what a credential raised that we handed in; empty where none did.
    """

    status: int = 0
    code: str = ""
    broken: str = ""
    part: str = ""
    container: bool = False
    identity: bool = False
    raised: str = ""


def report_of(exc: BaseException) -> Report:
    """What an exception's text says."""
    fields = str(exc).rpartition(_MARK)[2]
    status, body, broken, part, raised = (form.search(fields) for form in (_STATUS, _BODY, _KIND, _PART, _RAISED))
    code = None if body is None else _CODE.search(body[1])
    return Report(
        status=0 if status is None else int(status[1]),
        code="" if code is None else code[1],
        broken="" if broken is None else broken[1],
        part="" if part is None else part[1],
        container=part is not None and part[1] == "404" and part[2].startswith("The specified container"),
        identity=_TOKEN.search(fields) is not None,
        raised="" if raised is None else raised[1],
    )
