"""Whether a statement's conditions imply the predicate of a partial unique index.

In: the predicate's tree and the conditions that are known to be true of a row. Out: yes, or no where it cannot be told.
A part of the predicate follows from a condition that says the same, and by few rules from others: a value from a list
of values, a range from a narrower one, IS NOT NULL from any strict condition, OR from one of its arms. The surprise: a
parameter never implies a value, because its own is not known in advance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlwright.codegen.catalog import Catalog
from sqlwright.codegen.expressions import Form, form_of, parts_of, strict_operands
from sqlwright.codegen.tree import Datum, Node
from sqlwright.codegen.trees import bare, base_type, conjuncts, constant, count

__all__ = ["Known"]

_IS_TRUE, _IS_NOT_TRUE, _IS_FALSE, _IS_NOT_FALSE = 0, 1, 2, 3
_BOOLEAN_EQUALITY = 91
_FIRST_USER_OID = 16384
#: Types whose values are equal only where their bytes are: bool bytea char name int8 int2 int4 text oid date uuid …
_BYTEWISE = frozenset((16, 17, 18, 19, 20, 21, 23, 25, 26, 1043, 1082, 1083, 1114, 1184, 2950))
_INTEGERS = frozenset((20, 21, 23))
_TEXT, _VARCHAR = 25, 1043
#: pg_type.typlen
_VARIES = -1
_SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_ANY = (float("-inf"), float("inf"))
#: A lower bound and an upper bound that every integer of `x op c` keeps to.
_RANGES: dict[str, Callable[[int], tuple[float, float]]] = {
    "=": lambda value: (value, value),
    "<": lambda value: (float("-inf"), value - 1),
    "<=": lambda value: (float("-inf"), value),
    ">": lambda value: (value + 1, float("inf")),
    ">=": lambda value: (value, float("inf")),
}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """`subject op value`, or with several values: `= ANY` of them, `<> ALL` of them."""

    subject: Form
    operator: int
    collation: int
    values: frozenset[bytes]
    #: the values' type
    type_oid: int
    #: integers only: all values of the subject lie between these
    bounds: tuple[float, float] | None
    #: and every value between them is one of them
    whole: bool


@dataclass
class Known:
    """What is known of one row: conditions that are true of it."""

    catalog: Catalog
    #: the range table entry that the row is of; an index's own trees call it 1
    entry: int
    conditions: Sequence[Node]
    #: columns that are known not to be NULL for other reasons
    not_null: frozenset[int] = frozenset()
    _forms: set[Form] = field(default_factory=set[Form])
    _truths: set[tuple[Form, bool]] = field(default_factory=set[tuple[Form, bool]])
    _proved: set[Form] = field(default_factory=set[Form])
    _comparisons: list[_Comparison] = field(default_factory=list[_Comparison])
    _alternatives: list[list[Node]] = field(default_factory=list[list[Node]])

    def __post_init__(self) -> None:
        self._proved |= {("column", attnum) for attnum in self.not_null}
        for part in parts_of(list(self.conditions)):
            self._forms.add(form_of(part, self.entry))
            self._truths |= set(_truths(part, self.entry))
            self._proved |= {form_of(each, self.entry) for each in _not_null(part, self.catalog)}
            if (comparison := _comparison(part, self.entry, self.catalog)) is not None:
                self._comparisons.append(comparison)
            if part.tag == "BOOLEXPR" and part["boolop"] == "or":
                self._alternatives.append(part.nodes("args"))

    def implies(self, predicate: Iterable[Node], entry: int = 1) -> bool:
        """Whether every part of a predicate is true of the row."""
        return all(self._implied(part, entry) for part in parts_of(list(predicate)))

    def is_not_null(self, expression: Node, entry: int = 1) -> bool:
        """Whether some condition is true only where the expression is not NULL."""
        return form_of(expression, entry) in self._proved or form_of(bare(expression), entry) in self._proved

    def _implied(self, part: Node, entry: int) -> bool:
        if form_of(part, entry) in self._forms or any(each in self._truths for each in _truths(part, entry)):
            return True
        if part.tag == "NULLTEST" and part["nulltesttype"] == 1 and isinstance(part["arg"], Node):
            # A row IS NOT NULL when all its fields are.
            if not part["argisrow"] and self.is_not_null(part["arg"], entry):
                return True
        elif part.tag == "BOOLEANTEST" and isinstance(part["arg"], Node):
            if self._boolean(part["arg"], count(part["booltesttype"]), entry):
                return True
        elif part.tag == "BOOLEXPR" and part["boolop"] == "or":
            if any(self.implies([each], entry) for each in part.nodes("args")):
                return True
        elif (wanted := _comparison(part, entry, self.catalog)) is not None and self._compared(wanted):
            return True
        return any(
            all(Known(self.catalog, self.entry, [arm], self.not_null).implies([part], entry) for arm in arms)
            for arms in self._alternatives
        )

    def _boolean(self, argument: Node, test: int, entry: int) -> bool:
        """IS NOT TRUE and IS NOT FALSE; the others are the same as a condition."""
        opposite = {_IS_NOT_TRUE: False, _IS_NOT_FALSE: True}.get(test)
        if opposite is None:
            return False
        if any((subject, value == opposite) in self._truths for subject, value in _truths(argument, entry)):
            return True
        return form_of(Node("NULLTEST", {"arg": argument, "nulltesttype": 0, "argisrow": False}), entry) in self._forms

    def _compared(self, wanted: _Comparison) -> bool:
        operator = self.catalog.operators.get(wanted.operator)
        for known in self._comparisons:
            if known.subject != wanted.subject:
                continue
            low, high = known.bounds or _ANY
            if wanted.bounds is not None and wanted.whole and wanted.bounds[0] <= low and high <= wanted.bounds[1]:
                return True
            if operator is None or (known.collation, known.type_oid) != (wanted.collation, wanted.type_oid):
                continue
            same = known.operator == wanted.operator
            if same and operator.is_equality and known.values <= wanted.values:
                return True
            if same and self._is_equality(operator.negator) and wanted.values <= known.values:
                return True
            differs = known.operator == operator.negator and self._bytewise(known)
            if differs and self._is_equality(known.operator) and not known.values & wanted.values:
                return True
        return False

    def _is_equality(self, number: int) -> bool:
        operator = self.catalog.operators.get(number)
        return operator is not None and operator.is_equality

    def _bytewise(self, comparison: _Comparison) -> bool:
        """Whether values of other bytes are other values to the operator."""
        if comparison.operator >= _FIRST_USER_OID or comparison.collation in self.catalog.nondeterministic:
            return False
        type_oid = base_type(comparison.type_oid, self.catalog)
        known = self.catalog.types.get(type_oid)
        return type_oid in _BYTEWISE or (known is not None and known.kind == "e")


def _truths(node: Node, entry: int) -> Iterator[tuple[Form, bool]]:
    """Expressions, each with the truth value that it has exactly where the condition is true."""
    expected = True
    while node.tag == "BOOLEXPR" and node["boolop"] == "not":
        node, expected = node.nodes("args")[0], not expected
    if node.tag == "BOOLEANTEST" and isinstance(node["arg"], Node) and count(node["booltesttype"]) in (0, 2):
        if expected:  # NOT (x IS TRUE) may be NULL
            is_true = count(node["booltesttype"]) == _IS_TRUE
            for subject, value in _truths(node["arg"], entry):
                yield subject, value == is_true
        return
    if node.tag == "OPEXPR" and count(node["opno"]) == _BOOLEAN_EQUALITY:
        left, right = node.nodes("args")
        for subject, other in ((left, right), (right, left)):
            written = constant(other)
            if isinstance(written, bool):
                yield form_of(subject, entry), expected == written
    yield form_of(node, entry), expected


def _not_null(condition: Node, catalog: Catalog) -> Iterator[Node]:
    """Expressions that are not NULL where the condition is true."""
    if condition.tag == "NULLTEST":
        if condition["nulltesttype"] == 1 and not condition["argisrow"] and isinstance(condition["arg"], Node):
            yield from strict_operands(condition["arg"], catalog)
    elif condition.tag == "BOOLEANTEST":
        if count(condition["booltesttype"]) in (_IS_TRUE, _IS_FALSE) and isinstance(condition["arg"], Node):
            yield from strict_operands(condition["arg"], catalog)
    elif condition.tag == "SCALARARRAYOPEXPR" and condition["useOr"] is True:
        function = catalog.functions.get(count(condition["opfuncid"]))
        if function is not None and function.strict:
            yield from strict_operands(condition.nodes("args")[0], catalog)
    elif condition.tag == "SUBLINK" and condition["subLinkType"] == 2:
        for part in conjuncts(condition["testexpr"]):
            yield from strict_operands(part, catalog)
    else:
        yield from strict_operands(condition, catalog)


def _comparison(node: Node, entry: int, catalog: Catalog) -> _Comparison | None:
    """A comparison with constants, of the kinds that imply one another."""
    arguments = node.nodes("args")
    operator = catalog.operators.get(count(node["opno"]))
    if operator is None or len(arguments) != 2 or node.tag not in ("OPEXPR", "SCALARARRAYOPEXPR"):
        return None
    subject, other = arguments
    name = operator.name
    constants = [bare(other)]
    if node.tag == "SCALARARRAYOPEXPR":
        if node["useOr"] is not operator.is_equality or name not in ("=", "<>"):
            return None
        constants = _elements(other)
    elif bare(subject).tag == "CONST":
        function = catalog.functions.get(operator.function_oid)
        if name not in _SWAPPED or function is None or len(set(function.all_arg_types)) != 1:
            return None
        subject, constants, name = other, [bare(subject)], _SWAPPED[name]
        if name not in ("=", "<>"):  # another operator would have been the one to compare with
            operator = replace(operator, oid=0, is_equality=False, negator=0)
    values = {value for each in constants if (value := _value(each)) is not None}
    types = {_type(each) for each in constants}
    if len(types) != 1 or not all(_value(each) for each in constants):
        return None
    bounds = [_bounds(name, each) for each in constants] if operator.function_oid < _FIRST_USER_OID else [None]
    known = [each for each in bounds if each is not None]
    return _Comparison(
        form_of(bare(subject), entry),
        operator.oid,
        count(node["inputcollid"]),
        frozenset(values),
        types.pop(),
        (min(low for low, _ in known), max(high for _, high in known)) if len(known) == len(bounds) else None,
        node.tag == "OPEXPR",
    )


def _bounds(name: str, value: Node) -> tuple[float, float] | None:
    number = constant(value)
    if name not in _RANGES or _type(value) not in _INTEGERS:
        return None
    return _RANGES[name](number) if isinstance(number, int) and not isinstance(number, bool) else None


def _elements(array: Node) -> list[Node]:
    """The constants of ARRAY[…], as IN (…) is written by the parser; none where there are others among them."""
    array = bare(array)
    while array.tag == "ARRAYCOERCEEXPR" and isinstance(array["elemexpr"], Node):
        if array["elemexpr"].tag not in ("RELABELTYPE", "CASETESTEXPR"):
            return []
        array = bare(array["arg"])
    if array.tag != "ARRAYEXPR" or array["multidims"]:
        return []
    elements = [bare(each) for each in array.nodes("elements")]
    return elements if all(each.tag == "CONST" for each in elements) else []


def _value(node: Node) -> bytes | None:
    """A constant's bytes, without the header of those whose length varies."""
    datum = node["constvalue"]
    if node.tag != "CONST" or node["constisnull"] is True or not isinstance(datum, Datum):
        return None
    if node["constlen"] != _VARIES:
        return b"=" + datum.data
    header = datum.data[0] & 3
    # 1 and 3 are headers of one byte; 2 is a compressed value.
    return None if header == 2 else b"=" + datum.data[1 if header else 4 :]


def _type(node: Node) -> int:
    return _TEXT if node["consttype"] == _VARCHAR else count(node["consttype"])
