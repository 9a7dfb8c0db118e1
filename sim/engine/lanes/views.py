"""Views of arrays that compiled code can pass around without counting references.

Numba counts a reference whenever an array enters an inlined function with a branch in it; with two
dozen tables at hand that took six times as long as the simulation itself (measured). A view is a
pointer and a row length, nothing else. It indexes like the array it was made from: a float or
integer for one or two indices, a record for one index into a table of records.

The array must outlive its views: kernels make views only of their arguments. With
``NUMBA_DISABLE_JIT=1`` a view is the array itself.
"""

import operator

import numba
from numba.core import cgutils, types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from sim.compiled import rule
from sim.engine.layout import Scratch, Tables


class View(types.Type):
    """Numba type of a view: what it holds and how many indices it takes."""

    def __init__(self, dtype, ndim):
        self.dtype = dtype
        self.ndim = ndim
        super().__init__(name=f"View({dtype}, {ndim})")


@register_model(View)
class _ViewModel(models.StructModel):
    def __init__(self, manager, view):
        item = types.voidptr if isinstance(view.dtype, types.Record) else types.CPointer(view.dtype)
        members = [("data", item), *((f"length{i}", types.intp) for i in range(1, view.ndim))]
        super().__init__(manager, view, members)


@intrinsic
def _view(typing, array):
    kind = View(array.dtype, array.ndim)

    def build(context, builder, sig, args):
        source = context.make_array(sig.args[0])(context, builder, args[0])
        made = cgutils.create_struct_proxy(sig.return_type)(context, builder)
        made.data = builder.bitcast(source.data, made.data.type)
        shape = cgutils.unpack_tuple(builder, source.shape)
        for i in range(1, kind.ndim):
            setattr(made, f"length{i}", shape[i])
        return made._getvalue()

    return kind(array), build


if numba.config.DISABLE_JIT:

    def view(array):
        """Give the array itself."""
        return array

else:
    view = _view


def _pointer(context, builder, view, value, index_type, index):
    """Address of an element."""
    held = cgutils.create_struct_proxy(view)(context, builder, value=value)
    tuple_of = isinstance(index_type, types.BaseTuple)
    indices = cgutils.unpack_tuple(builder, index) if tuple_of else [index]
    kinds = list(index_type) if tuple_of else [index_type]
    indices = [context.cast(builder, i, k, types.intp) for i, k in zip(indices, kinds, strict=True)]
    place = indices[0]
    for i in range(1, view.ndim):
        place = builder.add(builder.mul(place, getattr(held, f"length{i}")), indices[i])
    if isinstance(view.dtype, types.Record):
        place = builder.mul(place, context.get_constant(types.intp, view.dtype.size))
        return builder.bitcast(cgutils.pointer_add(builder, held.data, place), context.get_value_type(view.dtype))
    return builder.gep(held.data, [place])


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args, kws):
        if isinstance(args[0], View):
            return signature(args[0].dtype, *args)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args, kws):
        if isinstance(args[0], View):
            return signature(types.none, args[0], args[1], args[0].dtype)
        return None


@lower_builtin(operator.getitem, View, types.Any)
def _get(context, builder, sig, args):
    pointer = _pointer(context, builder, sig.args[0], args[0], sig.args[1], args[1])
    if isinstance(sig.args[0].dtype, types.Record):
        return pointer
    return context.unpack_value(builder, sig.args[0].dtype, pointer)


@lower_builtin(operator.setitem, View, types.Any, types.Any)
def _set(context, builder, sig, args):
    pointer = _pointer(context, builder, sig.args[0], args[0], sig.args[1], args[1])
    context.pack_value(builder, sig.args[0].dtype, args[2], pointer)
    return context.get_dummy_value()


@rule
def views_of_tables(t):
    """Give tables of views for tables of arrays."""
    return Tables(
        view(t.rivalry),
        view(t.pair),
        view(t.actor),
        view(t.rung),
        view(t.theatre),
        view(t.reach),
        view(t.home),
        view(t.support),
        view(t.judge),
        view(t.test),
        view(t.clause),
        view(t.area),
        view(t.status),
        view(t.epoch),
        view(t.pair_epoch),
        view(t.kind),
        view(t.side),
        view(t.other),
        view(t.mark),
        view(t.cascade),
        view(t.by),
        view(t.sets),
        view(t.into),
        view(t.front),
        view(t.exchange),
        view(t.tie),
        view(t.tie_kind),
        view(t.start),
        view(t.severity),
        view(t.dated),
        view(t.change),
        view(t.log),
    )


@rule
def views_of_scratch(s):
    """Give scratch of views for scratch of arrays."""
    return Scratch(
        view(s.counts),
        view(s.chances),
        view(s.happened),
        view(s.flags),
        view(s.lane_list),
        view(s.moves),
        view(s.before),
        view(s.seen),
        view(s.increments),
        view(s.pending),
        view(s.dirty),
    )
