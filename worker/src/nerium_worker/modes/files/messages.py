"""The messages of the readers of uploads, about files that a statement names."""

from __future__ import annotations

import re

from nerium_worker.protocol.errors import Failure

_UPLOAD = re.compile(r"\b([Tt]he|this) upload\b")
_OF_UPLOADS = ("curl", "Content-Type", "application/")
_SENT = re.compile(r"\b([Ss])end (?:it|the file) with\b")
_TYPE = re.compile(r"\btype=(\S+?):(\w+)")
_OPTION = re.compile(r"\b(encoding|ragged|null)=([\w-]+)")
_WORDS = (
    ("as the request says", "by the option types"),
    ("whose type the request says", "which the option types names"),
    ("or load the file into another table", "or give the column another type"),
    ("before the upload", "in the file"),
    ("quote= (empty)", "quote=''"),
)


def in_words_of_sql(failure: Failure, path: str, line: int) -> Failure:
    """Name the file in place of the upload, and the options as a statement has them."""
    shown = f"the file '{path}'"
    error = _of_sql(failure.error)
    if _UPLOAD.search(error):
        error = _UPLOAD.sub(lambda _: shown, error)
        error = error[:1].upper() + error[1:]
    else:
        error = f"The file '{path}' can't be read: {error}"
    hint = failure.hint
    if hint is not None and any(word in hint for word in _OF_UPLOADS):
        hint = "Write the file again, with the program that made it."
    return Failure("engine", error, details=failure.details, line=line, hint=None if hint is None else _of_sql(hint))


def _of_sql(text: str) -> str:
    for words, others in _WORDS:
        text = text.replace(words, others)
    text = _SENT.sub(lambda found: f"{'R' if found[1] == 'S' else 'r'}ead it with", text)
    text = _TYPE.sub(r"types={'\1': '\2'}", text)
    return _OPTION.sub(r"\1='\2'", text)
