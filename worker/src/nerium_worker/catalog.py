"""The `catalog` of a script: PyIceberg's own catalog class, answered by the control plane.

Imported only when a script touches `catalog`, because importing PyIceberg takes over a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.io import FileIO
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadataUtil

from nerium_worker.errors import LakeError

if TYPE_CHECKING:
    from pyiceberg.typedef import Identifier

    from nerium_worker.channel import Asks

_QUOTED = frozenset('. @$"')
_INSTEAD = "To write rows, assign them to `result` and set a destination."


class ReadOnlyError(NotImplementedError):
    """A script's catalog was asked to change something."""


class _NoFiles(FileIO):
    """A script sees tables' metadata here; their rows come through `scan`."""

    def new_input(self, location: str) -> NoReturn:
        self._refuse(location)

    def new_output(self, location: str) -> NoReturn:
        self._refuse(location)

    def delete(self, location: Any) -> NoReturn:  # noqa: ANN401  # PyIceberg's signature
        self._refuse(location)

    def _refuse(self, location: object) -> NoReturn:
        raise ReadOnlyError(f"files of the lake can't be opened in a script ({location}): read rows with scan(...)")


def quoted(identifier: str | Identifier) -> str:
    """Write an identifier as a dotted name; text is sent as the user wrote it."""
    if isinstance(identifier, str):
        return identifier
    return ".".join(_quoted_part(str(part)) for part in identifier)


def _quoted_part(part: str) -> str:
    return '"' + part.replace('"', '""') + '"' if _QUOTED.intersection(part) else part


def _parts(namespace: str | Identifier) -> list[str]:
    return [str(part) for part in Catalog.identifier_to_tuple(namespace)]


def _refused(name: str) -> Any:  # noqa: ANN401  # it stands for methods of many signatures
    def method(self: Catalog, *_: object, **__: object) -> NoReturn:  # noqa: ARG001
        raise ReadOnlyError(f"catalog.{name}() is not available: the catalog of a script is read-only. {_INSTEAD}")

    return method


class ScriptCatalog(Catalog):
    """Lists namespaces and tables and loads tables' metadata; everything that changes something is refused."""

    create_table = _refused("create_table")
    create_table_transaction = _refused("create_table_transaction")
    register_table = _refused("register_table")
    drop_table = _refused("drop_table")
    purge_table = _refused("purge_table")
    rename_table = _refused("rename_table")
    commit_table = _refused("commit_table")
    create_namespace = _refused("create_namespace")
    drop_namespace = _refused("drop_namespace")
    update_namespace_properties = _refused("update_namespace_properties")
    create_view = _refused("create_view")
    register_view = _refused("register_view")
    drop_view = _refused("drop_view")
    load_view = _refused("load_view")

    def __init__(self, name: str, asks: Asks) -> None:
        super().__init__(name)
        self._asks = asks

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
            answer, _ = self._asks.ask("metadata", name=quoted(identifier))
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

    def load_namespace_properties(self, namespace: str | Identifier) -> dict[str, str]:
        if not self.namespace_exists(namespace):
            raise NoSuchNamespaceError(f"Namespace does not exist: {quoted(namespace)}")
        return {}

    def list_views(self, namespace: str | Identifier) -> list[Identifier]:  # noqa: ARG002  # the lake has no views
        return []

    def view_exists(self, identifier: str | Identifier) -> bool:  # noqa: ARG002
        return False

    def supports_server_side_planning(self) -> bool:
        return False
