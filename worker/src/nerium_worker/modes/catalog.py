"""The `catalog` of a script: PyIceberg's own REST catalog, answered by the control plane.

Imported only when a script touches `catalog`, because importing PyIceberg takes over a second.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.rest import (
    DEFAULT_ENDPOINTS,
    DEFAULT_NAMESPACE_SEPARATOR,
    PREFIX,
    VIEW_ENDPOINTS,
    Capability,
    RestCatalog,
)
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.io import FileIO
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadataUtil
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter

from nerium_worker.protocol.errors import LakeError

if TYPE_CHECKING:
    from pyiceberg.typedef import Identifier

    from nerium_worker.protocol.channel import Asks

_QUOTED = frozenset('. @$"')
_URI = "http://nerium"


class FilesOutOfReachError(NotImplementedError):
    """A script's catalog was asked for a file."""


class _ControlPlane(BaseAdapter):
    """Takes requests to the control plane, which answers them with the run's key. There is no network here."""

    def __init__(self, asks: Asks) -> None:
        super().__init__()
        self._asks = asks

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        url = urlsplit(request.url or "")
        body = request.body or b""
        answer, _payload = self._asks.ask(
            "catalog",
            method=request.method,
            path=url.path,
            query=dict(parse_qsl(url.query)),
            body=body.decode() if isinstance(body, bytes) else body,
        )
        response = Response()
        response.status_code = answer["status"]
        response.request = request
        response.url = request.url or ""
        response.encoding = "utf-8"
        response._content = json.dumps(answer["body"]).encode()  # noqa: SLF001  # the one way to give it a body
        return response

    def close(self) -> None:
        """Nothing is held."""


class _NoFiles(FileIO):
    """A script sees tables' metadata here; their rows come through `scan`."""

    def new_input(self, location: str) -> NoReturn:
        self._refuse(location)

    def new_output(self, location: str) -> NoReturn:
        self._refuse(location)

    def delete(self, location: Any) -> NoReturn:  # noqa: ANN401  # PyIceberg's signature
        self._refuse(location)

    def _refuse(self, location: object) -> NoReturn:
        raise FilesOutOfReachError(
            f"files of the lake can't be opened in a script ({location}): read rows with scan(...), and write them by"
            " assigning them to `result` and setting a destination"
        )


def dotted_name(identifier: str | Identifier) -> str:
    """Write an identifier as a dotted name; text is sent as the user wrote it."""
    if isinstance(identifier, str):
        return identifier
    return ".".join(_quote_part(str(part)) for part in identifier)


def _quote_part(part: str) -> str:
    return '"' + part.replace('"', '""') + '"' if _QUOTED.intersection(part) else part


def _parts(namespace: str | Identifier) -> list[str]:
    return [str(part) for part in Catalog.identifier_to_tuple(namespace)]


class ScriptCatalog(RestCatalog):
    """Lists and loads what every key may see; changes metadata where the run's key may."""

    def __init__(self, name: str, asks: Asks) -> None:
        self._asks = asks
        super().__init__(name, uri=_URI, **{PREFIX: quote(name, safe="")})

    def _fetch_config(self) -> None:
        # Known without a question.
        self._supported_endpoints = {
            *DEFAULT_ENDPOINTS,
            *VIEW_ENDPOINTS,
            Capability.V1_TABLE_EXISTS,
            Capability.V1_NAMESPACE_EXISTS,
            Capability.V1_VIEW_EXISTS,
        }
        self._namespace_separator = unquote(DEFAULT_NAMESPACE_SEPARATOR)

    def _create_session(self) -> Session:
        session = Session()
        session.mount(_URI, _ControlPlane(self._asks))
        return session

    def _load_file_io(self, *_: object, **__: object) -> FileIO:
        return _NoFiles()

    def list_namespaces(self, namespace: str | Identifier = ()) -> list[Identifier]:
        answer, _ = self._asks.ask("namespaces", parent=_parts(namespace))
        return [tuple(parts) for parts in answer["namespaces"]]

    def list_tables(self, namespace: str | Identifier) -> list[Identifier]:
        parts = _parts(namespace)
        try:
            answer, _ = self._asks.ask("tables", namespace=parts)
        except LakeError as error:
            raise NoSuchNamespaceError(str(error)) from error
        return [(*parts, name) for name in answer["tables"]]

    def load_table(self, identifier: str | Identifier) -> Table:
        try:
            answer, _ = self._asks.ask("metadata", name=dotted_name(identifier))
        except LakeError as error:
            raise NoSuchTableError(str(error)) from error
        return Table(
            identifier=Catalog.identifier_to_tuple(identifier),
            metadata=TableMetadataUtil.parse_obj(answer["metadata"]),
            metadata_location=answer["location"],
            io=_NoFiles(),
            catalog=self,
        )

    def table_exists(self, identifier: str | Identifier) -> bool:
        try:
            self.load_table(identifier)
        except NoSuchTableError:
            return False
        return True

    def namespace_exists(self, namespace: str | Identifier) -> bool:
        parts = tuple(_parts(namespace))
        return parts in self.list_namespaces(parts[:-1])

    def supports_server_side_planning(self) -> bool:
        return False
