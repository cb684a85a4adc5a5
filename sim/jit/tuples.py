"""Named tuples of arrays are handed to kernels by one address, not array by array.

numba passes a tuple by value: seven numbers and more for each array, some five hundred for the
state, the map and the rules, at every call of every kernel. Reading such a call takes LLVM most of
its time, and Python most of a short call. Here a tuple becomes a row of 64-bit words, which holds
for every field in turn

- of an array: the address of its first element, and its length along each axis;
- of a number: its value;
- of a tuple: the address of its own row.

A kernel is handed the address of the row and reads a field where it is used. One world of a batch
is the row of the batch and the number of the world. Rows never change, which LLVM is told, so that
what is read in a loop is read once.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from collections.abc import Callable
from operator import call, is_
from typing import Any, NamedTuple

import numpy as np
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_builtin,
    lower_getattr_generic,
    models,
    register_model,
    type_callable,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import populate_array

_WORD = cgutils.intp_t


class Row(types.Type):
    """Type of a tuple of arrays in kernels."""

    def __init__(self, name: str, fields: tuple[tuple[str, Any], ...]) -> None:
        """A tuple class by its name; `fields` are names and types in order."""
        self.fields = dict(fields)
        self.at: dict[str, int] = {}  # the first word of each field
        size = 0
        for field, kind in fields:
            self.at[field] = size
            size += 1 + (kind.ndim if isinstance(kind, types.Array) else 0)
        digest = hashlib.blake2b(repr(fields).encode(), digest_size=6).hexdigest()
        super().__init__(f"{name}_{digest}")


class Slice(types.Type):
    """Type of one item of a tuple of batches, like a world of a state."""

    def __init__(self, row: Row, kept: tuple[str, ...]) -> None:
        """An item of `row`; of the fields `kept` it has a stretch of length 1, not the item."""
        self.row, self.kept = row, kept
        super().__init__(f"Item_{row.name}")

    def field(self, name: str) -> Any:
        """The type of a field, None if there is none of that name."""
        kind = self.row.fields.get(name)
        if not isinstance(kind, types.Array) or name in self.kept:
            return kind
        return kind.copy(ndim=kind.ndim - 1) if kind.ndim > 1 else kind.dtype


@register_model(Row)
class _RowModel(models.OpaqueModel):  # type: ignore[misc]
    pass


@register_model(Slice)
class _SliceModel(models.StructModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Slice) -> None:
        super().__init__(manager, kind, [("row", kind.row), ("number", types.intp)])


@infer_getattr
class _RowFields(AttributeTemplate):  # type: ignore[misc]
    key = Row

    def generic_resolve(self, kind: Row, field: str) -> Any:
        return kind.fields.get(field)


@infer_getattr
class _SliceFields(AttributeTemplate):  # type: ignore[misc]
    key = Slice

    def generic_resolve(self, kind: Slice, field: str) -> Any:
        return kind.field(field)


@lower_getattr_generic(Row)  # type: ignore[untyped-decorator]
def _row_field(context: Any, builder: Any, kind: Row, row: Any, field: str) -> Any:
    return _read(context, builder, kind, row, field)


@lower_getattr_generic(Slice)  # type: ignore[untyped-decorator]
def _slice_field(context: Any, builder: Any, kind: Slice, value: Any, field: str) -> Any:
    pair = cgutils.create_struct_proxy(kind)(context, builder, value)
    return _read(context, builder, kind.row, pair.row, field, pair.number, kind.field(field))


def _read(
    context: Any, builder: Any, kind: Row, row: Any, field: str,
    number: Any = None, wanted: Any = None,
) -> Any:  # fmt: skip
    """A field of a row, or what an item of that `number` has of it, of the type `wanted`."""
    full, at = kind.fields[field], kind.at[field]
    if not isinstance(full, types.Array):
        return _word(context, builder, row, at, context.get_value_type(full))
    pointer = context.get_data_type(full.dtype).as_pointer()
    data = _word(context, builder, row, at, pointer)
    lengths = [_word(context, builder, row, at + 1 + i, _WORD) for i in range(full.ndim)]
    strides = [_WORD(context.get_abi_sizeof(pointer.pointee))]
    itemsize = strides[0]
    for length in lengths[:0:-1]:
        strides.insert(0, builder.mul(length, strides[0], flags=["nsw"]))
    if number is not None:
        data = cgutils.pointer_add(builder, data, builder.mul(number, strides[0]), pointer)
        if not isinstance(wanted, types.Array):
            return context.unpack_value(builder, full.dtype, data)
        if wanted.ndim == full.ndim:
            lengths[0] = _WORD(1)
        else:
            lengths, strides = lengths[1:], strides[1:]
    array = context.make_array(wanted or full)(context, builder)
    populate_array(array, data, lengths, strides, itemsize, meminfo=None)
    return array._getvalue()


def _word(context: Any, builder: Any, row: Any, at: int, kind: Any) -> Any:
    """A word of a row as a value of an LLVM type of 64 bits."""
    place = builder.gep(builder.bitcast(row, _WORD.as_pointer()), [_WORD(at)], inbounds=True)
    loaded = builder.load(builder.bitcast(place, kind.as_pointer()))
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


@unbox(Row)  # type: ignore[untyped-decorator]
def _unbox_row(kind: Row, value: Any, c: Any) -> NativeValue:
    return NativeValue(_address(value, c), is_error=c.pyapi.c_api_error())


@unbox(Slice)  # type: ignore[untyped-decorator]
def _unbox_slice(kind: Slice, value: Any, c: Any) -> NativeValue:
    pair = cgutils.create_struct_proxy(kind)(c.context, c.builder)
    pair.row, pair.number = _address(value, c), _WORD(0)
    return NativeValue(pair._getvalue(), is_error=c.pyapi.c_api_error())


def _address(value: Any, c: Any) -> Any:
    """Code that asks `address_of` for the row of a tuple."""
    name = c.context.insert_const_string(c.builder.module, __name__)
    module = c.pyapi.import_module(name)
    function = c.pyapi.object_getattr_string(module, address_of.__name__)
    number = c.pyapi.call_function_objargs(function, (value,))
    address = c.pyapi.long_as_longlong(number)
    for thing in (number, function, module):
        c.pyapi.decref(thing)
    return c.builder.inttoptr(address, cgutils.voidptr_t)


class _Known(NamedTuple):
    """The row of a tuple that a kernel was handed last, and how to see that it still is that."""

    words: Any
    address: int
    fields: list[Callable[[], Any]]  # what they were, weakly where that can be
    inner: list[Any]  # arrays that the row points into, and nobody else holds


_last = threading.local()  # by class; a thread works on one batch


def address_of(value: Any) -> int:
    """The address of the row of a tuple, which is good as long as the tuple is there."""
    known: _Known | None = _last.__dict__.get(type(value).__name__)
    if known is not None and all(map(is_, map(call, known.fields), value)):
        return known.address
    known = _row_of(value)
    _last.__dict__[type(value).__name__] = known
    return known.address


def _row_of(value: Any) -> _Known:
    words: list[int] = []
    inner: list[Any] = []
    is_item = type(value) in _items
    for name, field in zip(value._fields, value, strict=True):
        if isinstance(field, np.ndarray):
            stretch = not is_item or name in _items[type(value)]
            words += [field.ctypes.data, *(() if stretch else (1,)), *field.shape]
        elif isinstance(field, tuple):
            part = _row_of(field)
            inner.append(part)
            words.append(part.address)
        elif is_item:
            inner.append(np.array([field]))
            words += [inner[-1].ctypes.data, 1]
        else:
            words.append(int(np.array([field]).view(np.int64)[0]))
    row = np.array(words, np.int64)
    return _Known(row, row.ctypes.data, [_weakly(field) for field in value], inner)


def _weakly(field: Any) -> Callable[[], Any]:
    return weakref.ref(field) if isinstance(field, np.ndarray) else lambda: field


_items: dict[type, tuple[str, ...]] = {}


def by_address(*classes: type) -> None:
    """Hand tuples of these classes to kernels by address; their arrays lie in order of C."""

    def typeof(value: Any, context: Any) -> Row:
        return Row(type(value).__name__, _fields(value))

    for each in classes:
        typeof_impl.register(each, typeof)


def _fields(value: Any) -> tuple[tuple[str, Any], ...]:
    from numba import typeof

    typed = tuple((name, typeof(field)) for name, field in zip(value._fields, value, strict=True))
    for name, kind in typed:
        if isinstance(kind, types.Array) and kind.layout != "C":
            raise TypeError(f"{type(value).__name__}.{name}: the array is not in order of C")
    return typed


def item_of(batch: type, item: type, function: Callable[[Any, Any], Any], *kept: str) -> None:
    """Let kernels use `function(tuple of batches, number)`, which gives one item of each batch.

    Args:
        batch: class of the tuple of batches.
        item: class of what the function gives, of the same fields without their first axis.
        function: as Python does it.
        kept: fields of which an item has a stretch of length 1.
    """
    _items[item] = kept

    def typeof(value: Any, context: Any) -> Slice:
        fields = []
        for name, kind in _fields(value):
            whole = kind
            if isinstance(kind, types.Array) and name not in kept:
                whole = kind.copy(ndim=kind.ndim + 1)
            elif isinstance(kind, types.Number):
                whole = types.Array(kind, 1, "C")
            fields.append((name, whole))
        return Slice(Row(batch.__name__, tuple(fields)), kept)

    typeof_impl.register(item, typeof)

    @type_callable(function)  # type: ignore[untyped-decorator]
    def type_of(context: Any) -> Callable[[Any, Any], Any]:
        def typer(row: Any, number: Any) -> Any:
            is_fit = isinstance(row, Row) and isinstance(number, types.Integer)
            return Slice(row, kept) if is_fit else None

        return typer

    @lower_builtin(function, Row, types.Integer)  # type: ignore[untyped-decorator]
    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pair = cgutils.create_struct_proxy(signature.return_type)(context, builder)
        pair.row = values[0]
        pair.number = context.cast(builder, values[1], signature.args[1], types.intp)
        return pair._getvalue()
