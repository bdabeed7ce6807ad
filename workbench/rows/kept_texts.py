"""A column of long texts that stay where they are kept until somebody reads them."""

from __future__ import annotations

import builtins
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, cast

import numpy as np
import pandas as pd
from pandas.api.extensions import (  # type: ignore[attr-defined]  # the stubs leave one out
    ExtensionArray,
    ExtensionDtype,
    ExtensionScalarOpsMixin,
    no_default,
    register_extension_dtype,
)
from pandas.core.strings.object_array import ObjectStringArrayMixin  # type: ignore[import-not-found]  # as above

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ONCE: Final = 500


class Source(Protocol):
    """Where texts are kept: asked for several at once, by their names; a text that there is not is None."""

    def texts(self, names: Sequence[str], field: str, /) -> list[str | None]: ...


class Kept:
    """A text that is not here: the key of its reply, who can read it, and when that was bought, where that is known.

    A reply may be bought anew under the same key: rows of the one before go on with the texts of that.
    """

    __slots__ = ("bought_at", "key", "source")

    def __init__(self, key: str, source: Source, bought_at: str | None = None) -> None:
        self.key, self.source, self.bought_at = key, source, bought_at and sys.intern(bought_at)

    def __reduce__(self) -> tuple[Callable[..., Kept], tuple[str, Source, str | None]]:
        return Kept, (self.key, self.source, self.bought_at)

    @property
    def name(self) -> str:
        """What its source is asked for: the key alone, or `KEY@TIME`."""
        return f"{self.key}@{self.bought_at}" if self.bought_at else self.key


@register_extension_dtype
class KeptTextType(ExtensionDtype):
    """The type of such a column. It shows itself as `kept text`."""

    name = "kept text"
    type: ClassVar[Any] = str
    kind = "O"
    na_value = pd.NA

    def __repr__(self) -> str:
        return self.name

    @classmethod
    def construct_array_type(cls) -> builtins.type[KeptTexts]:
        return KeptTexts

    def _get_common_dtype(self, dtypes: list[Any]) -> Any:
        texts = all(isinstance(one, KeptTextType | pd.StringDtype) or one == np.dtype(object) for one in dtypes)
        return self if texts else np.dtype(object)


class KeptTexts(ExtensionArray, ExtensionScalarOpsMixin, ObjectStringArrayMixin):  # type: ignore[misc]  # untyped bases
    """Texts, some of them still to be fetched: each is when it is looked at, in batches, and none is held afterwards.

    A part, a copy, several joined and a pickle of it fetch nothing. `field` says which of a reply's texts these are.
    """

    def __init__(self, items: NDArray[np.object_], field: str) -> None:
        self._items, self._field = items, field
        self._dtype = KeptTextType()

    @classmethod
    def of(cls, values: Sequence[Any], field: str) -> KeptTexts:
        """A column of texts that are here, of those that are kept, and of None where there is none."""
        items = np.empty(len(values), dtype=object)
        items[:] = [None if value is pd.NA else value for value in values]
        return cls(items, field)

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> KeptTexts:
        if isinstance(scalars, KeptTexts):
            return scalars.copy() if copy else scalars
        values = [None if pd.api.types.is_scalar(value) and pd.isna(value) else value for value in scalars]
        return cls.of(values, "")

    @classmethod
    def _from_factorized(cls, values: Any, original: KeptTexts) -> KeptTexts:
        return cls._from_sequence(values)

    @classmethod
    def _concat_same_type(cls, to_concat: Iterable[KeptTexts]) -> KeptTexts:
        parts = list(to_concat)
        field = next((part._field for part in parts if part._field), "")
        return cls(np.concatenate([part._items for part in parts]), field)

    @property
    def dtype(self) -> KeptTextType:
        return self._dtype

    @property
    def all_elsewhere(self) -> bool:
        """Whether no text is here."""
        return all(item is None or type(item) is Kept for item in self._items)

    @property
    def nbytes(self) -> int:
        return int(self._items.nbytes)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, item: Any) -> Any:
        item = pd.api.indexers.check_array_indexer(self, item)
        found = self._items[item]
        if isinstance(found, np.ndarray):
            return KeptTexts(found, self._field)
        return self._fetched(np.array([found], dtype=object))[0]

    def __setitem__(self, item: Any, value: Any) -> None:
        item = pd.api.indexers.check_array_indexer(self, item)
        if isinstance(value, KeptTexts):
            self._items[item] = value._items
        elif pd.api.types.is_list_like(value):
            self._items[item] = self._from_sequence(value)._items
        else:
            self._items[item] = None if pd.isna(value) else value

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._fetched(self._items[start : start + _AT_ONCE])

    def __eq__(self, other: object) -> Any:
        if isinstance(other, pd.Series | pd.DataFrame | pd.Index):
            return NotImplemented
        others = other if pd.api.types.is_list_like(other) else itertools.repeat(other, len(self))
        pairs = zip(self, cast("Iterable[Any]", others), strict=True)
        return np.array([a is not pd.NA and b is not pd.NA and a == b for a, b in pairs], dtype=bool)

    def __ne__(self, other: object) -> Any:
        same = self.__eq__(other)
        return same if same is NotImplemented else ~same

    __hash__ = None  # type: ignore[assignment]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self.to_numpy(dtype or object)

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: object = no_default) -> NDArray[Any]:
        """Every text, fetched."""
        absent = pd.NA if na_value is no_default else na_value  # which a Series hands on
        found = np.empty(len(self), dtype=object)
        found[:] = [absent if value is pd.NA else value for value in self]
        return found if dtype in (None, object, np.dtype(object)) else found.astype(dtype)

    def isna(self) -> NDArray[np.bool_]:
        return np.fromiter((item is None for item in self._items), dtype=bool, count=len(self))

    def copy(self) -> KeptTexts:
        return KeptTexts(self._items.copy(), self._field)

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> KeptTexts:
        fill = None if fill_value is None or pd.isna(fill_value) else fill_value
        items = cast(Any, pd.api.extensions.take)(self._items, np.asarray(indices), allow_fill=allow_fill)
        if allow_fill:
            items[np.asarray(indices) == -1] = fill
        return KeptTexts(items, self._field)

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        if isinstance(dtype, KeptTextType) or dtype == KeptTextType.name:
            return self.copy() if copy else self
        return pd.array(self.to_numpy(), dtype=dtype) if dtype not in (object, "object") else self.to_numpy()

    def _values_for_factorize(self) -> tuple[NDArray[Any], Any]:
        return self.to_numpy(na_value=None), None

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:
        return str if boxed else repr

    def _fetched(self, items: NDArray[np.object_]) -> list[Any]:
        """The texts of some items, those of one source together."""
        found: list[Any] = [pd.NA if item is None else item for item in items]
        by_source: dict[Source, list[int]] = {}
        for place, item in enumerate(items):
            if type(item) is Kept:
                by_source.setdefault(item.source, []).append(place)
        for source, places in by_source.items():
            for place, text in zip(places, source.texts([items[p].name for p in places], self._field), strict=True):
                found[place] = pd.NA if text is None else text
        return found

    def _str_map(self, *arguments: Any, **options: Any) -> Any:
        texts: Any = pd.arrays.NumpyExtensionArray(self.to_numpy())
        return texts._str_map(*arguments, **options)


KeptTexts._add_arithmetic_ops()
