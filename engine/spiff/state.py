"""The saved form of an instance: live tokens, scopes and records, without the definition.

A JSON object, compressed by Zstandard:
`v` version of this form, `p` process id, `n` last token number, `e` [end event, kind, code], `d` 1 when ended,
`s` [[scope id, parent id or null, {variable: tagged value}, and in a called process [variables written in it]] …],
`g` generation, if not 0,
`a` the areas, outer ones first: [host token id or null, process id, scope element id, variable scope id, root token id,
[[token id, node, parent id, state, variable scope id, flow id, internal data] …], [record …]],
record: [activity, handler, variable scope id, [record …]].
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import zstandard

from engine.feel import from_json, to_json
from engine.spiff.area import Area, Record
from engine.spiff.catching import event_node, is_waiting
from engine.spiff.host import Host
from engine.spiff.token import WAITING, Token
from engine.spiff.variables import Layer

if TYPE_CHECKING:
    from engine.spiff.instance import Instance

VERSION = 1
_MOST_BYTES = 64 * 1024 * 1024
#: Internal data that holds values of variables.
_VALUES = ("items", "results")

Kind = TypeVar("Kind", bound="Instance")


class _Codecs(threading.local):
    """Compressors are not safe to share between threads and costly to make."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1)
        self.decompressor = zstandard.ZstdDecompressor()


_codecs = _Codecs()


def save(instance: Instance) -> bytes:
    """Return the state of an instance at rest."""
    areas = sorted([instance, *instance.subprocesses.values()], key=lambda area: len(area.parents))
    instance.scopes.sweep(_roots(areas))
    document = {
        "v": VERSION,
        "p": instance.definition.id,
        "n": instance.last_id,
        "e": [instance.end_event, instance.end_kind, instance.end_code],
        "d": int(instance.completed),
        **({"g": instance.generation} if instance.generation else {}),
        "s": [_layer(id, layer) for id, layer in instance.scopes.table.items()],
        "a": [_area(area) for area in areas],
    }
    plain = orjson.dumps(document)
    instance.size = len(plain)
    return _codecs.compressor.compress(plain)


def _roots(areas: list[Area]) -> list[str]:
    found = [area.scope for area in areas]
    for area in areas:
        found += [token.scope for token in area.tasks.values()]
        found += [scope for record in area.records for scope in _scopes(record)]
    return found


def _scopes(record: Record) -> list[str]:
    return [record.scope, *(scope for nested in record.nested for scope in _scopes(nested))]


def _layer(id: str, layer: Layer) -> list[Any]:
    written = () if layer.written is None else (sorted(layer.written),)
    return [id, layer.parent, layer.saved(), *written]


def _area(area: Area) -> list[Any]:
    root = area.task_tree.id
    return [
        area.parents[-1] if area.parents else None,
        area.process_id,
        area.spec.name,
        area.scope,
        root,
        [_token(token) for token in area.tasks.values() if token.id != root],
        [_record(record) for record in area.records],
    ]


def _token(token: Token) -> list[Any]:
    data = token.internal_data
    if data and any(name in data for name in _VALUES):
        data = {name: to_json(value) if name in _VALUES else value for name, value in data.items()}
    return [token.id, token.task_spec.name, token._parent, token._state, token.scope, token.flow, data]


def _record(record: Record) -> list[Any]:
    return [record.activity, record.handler, record.scope, [_record(item) for item in record.nested]]


def restore(kind: type[Kind], state: bytes, host: Host) -> Kind:
    """Return the saved instance; raise `ValueError` when the bytes are no state of this version."""
    plain = _decompressed(state)
    instance = build(kind, _document(plain), host)
    instance.size = len(plain)
    return instance


def build(kind: type[Kind], document: dict[str, Any], host: Host) -> Kind:
    """Return the instance that a document describes."""
    instance = kind(host.process(document["p"]), host, document["n"])
    instance.scopes.table = {id: Layer(*layer) for id, *layer in document["s"]}
    for host_token, process, spec, scope, root, tokens, records in document["a"]:
        area = _open(instance, host_token, process, spec, scope, root)
        area.records = [_to_record(record) for record in records]
        for entry in tokens:
            _restore_token(area, *entry)
    instance.end_event, instance.end_kind, instance.end_code = document["e"]
    instance.completed = bool(document["d"])
    instance.generation = document.get("g", 0)
    return instance


def load(state: bytes) -> dict[str, Any]:
    """Return the document behind saved bytes; raise `ValueError` when it is no state of this version."""
    return _document(_decompressed(state))


def _decompressed(state: bytes) -> bytes:
    try:
        return _codecs.decompressor.decompress(state, max_output_size=_MOST_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError(f"The bytes are no saved state: {error}.") from None


def _document(plain: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(plain)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"The bytes are no saved state: {error}.") from None
    if not isinstance(document, dict) or document.get("v") != VERSION:
        raise ValueError(f"The saved state is not of version {VERSION}.")
    return document


def _open(instance: Instance, host_token: str | None, process: str, spec: str, scope: str, root: str) -> Area:
    if host_token is None:
        instance.lay(instance.definition_of(process), scope, ())
        instance.plant(root)
        return instance
    host = instance.index[host_token]
    definition = instance.definition_of(process)
    return instance.open_scope(host, definition, definition.scopes[spec], scope, root)


def _restore_token(
    area: Area, id: str, node: str, parent: str, state: int, scope: str, flow: str, data: dict[str, Any]
) -> None:
    token = Token(area, area.spec.task_specs[node], area.tasks[parent], state, id, scope)
    token.flow = flow
    token.internal_data = data
    if data:
        data.update({name: from_json(data[name]) for name in _VALUES if name in data})
    if state != WAITING:
        return
    if not is_waiting(token):
        area.arrive(token)
        area.top_workflow.joining[area] = None
    elif event_node(token).event.kind == "conditional":
        area.top_workflow.watch(token)


def _to_record(entry: list[Any]) -> Record:
    activity, handler, scope, nested = entry
    return Record(activity, handler, scope, [_to_record(item) for item in nested])
