"""CHECK constraints that depend on a condition: what they say once WHERE has decided it.

In: a scope, the conditions that hold for each of its rows, and what is known already. Out: more facts. The surprise: a
CHECK lets NULL pass as well as true. `CHECK (kind <> 'link' OR url IS NOT NULL)` says nothing of rows whose kind is
NULL, but `WHERE kind = 'link'` makes its first half false, so that the second cannot be.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from sqlwright.codegen.catalog import Catalog, CatalogRelation
from sqlwright.codegen.nullability.scope import Atom, Facts, RteKind, Scope
from sqlwright.codegen.nullability.shapes import const_bool, const_int, shape
from sqlwright.codegen.tree import Datum, Node, TreeError, Value, parse_tree

__all__ = ["facts_of_checks"]

_IS_NULL: Final = 0
_NUM_NULLS, _NUM_NONNULLS = 438, 440
#: types whose values are equal only when they are stored alike (text: in a deterministic collation)
_EXACT: Final = frozenset({16, 20, 21, 23, 25, 1043, 2950})
#: no collation, the database's own, C and POSIX: all deterministic
_DETERMINISTIC: Final = frozenset({0, 100, 950, 951})


def facts_of_checks(scope: Scope, conditions: Iterable[Node], known: Facts) -> Facts:
    """Columns that are not NULL in every row, because a CHECK and a condition of WHERE or ON together say so.

    A CHECK counts where it is validated, enforced, inherited by all children, and no child is a foreign table.
    https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
    """
    conditions = list(_conjuncts(conditions))
    found: dict[Atom, int | None] = {}
    if not conditions:
        return found
    for index, entry in enumerate(scope.range_table, start=1):
        if entry["rtekind"] != RteKind.RELATION:
            continue
        relation = scope.catalog.relations.get(entry["relid"])
        if relation is None or relation.kind not in ("r", "p"):
            continue
        checks = list(_checks(relation))
        if not checks or any(scope.engine.is_foreign(oid) for oid in relation.descendants):
            continue
        row = _Row(scope, index, relation, conditions, known)
        for check in checks:
            for attnum, place in row.not_false(check).items():
                found.setdefault(("col", scope.number, index, attnum), place)
    return found


def _checks(relation: CatalogRelation) -> Iterator[Node]:
    for constraint in relation.constraints:
        if constraint.type != "c" or not constraint.validated or constraint.expression is None:
            continue
        if constraint.definition.endswith(("NO INHERIT", "NOT ENFORCED", "NOT VALID")):
            continue
        # Only tests for NULL say anything, and a test alone is a fact of the table (tables.py).
        if "NULLTEST" in constraint.expression or "num_n" in constraint.definition:
            expression = _parsed(constraint.expression)
            if expression is not None:
                yield expression


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Node | None:
    try:
        return parse_tree(text)[0]
    except (TreeError, ValueError, IndexError):
        return None


def _conjuncts(conditions: Iterable[Node]) -> Iterator[Node]:
    for condition in conditions:
        if condition.tag == "BOOLEXPR" and condition["boolop"] == "and":
            yield from _conjuncts(condition.nodes("args"))
        else:
            yield condition


def _unlabelled(node: Node) -> Node:
    while node.tag == "RELABELTYPE" and isinstance(node["arg"], Node):
        node = node["arg"]
    return node


def _constant(node: Node) -> Hashable | None:
    """The stored form of a constant of a type whose values are equal only when they are stored alike."""
    node = _unlabelled(node)
    if node.tag != "CONST" or node["constisnull"] is not False:
        return None
    value = node["constvalue"]
    return value.data if isinstance(value, Datum) else None


class _Row:
    """One row of a table, of which conditions are known to be true."""

    def __init__(
        self, scope: Scope, index: int, relation: CatalogRelation, conditions: Iterable[Node], known: Facts
    ) -> None:
        self._catalog: Catalog = scope.catalog
        self._not_null = {attnum for attnum, column in relation.columns.items() if column.not_null}
        self._not_null |= {
            atom[3] for atom in known if atom[:3] == ("col", scope.number, index) and isinstance(atom[3], int)
        }
        self._true: set[Hashable] = set()
        self._false: set[Hashable] = set()
        #: columns and what they can be equal to
        self._values: dict[int, frozenset[Hashable]] = {}
        for condition in conditions:
            self._learn(condition, index)

    def _learn(self, condition: Node, index: int) -> None:
        negated = condition.tag == "BOOLEXPR" and condition["boolop"] == "not"
        inner = condition.nodes("args")[0] if negated else condition
        key = self._key(inner, index)
        if key is None:
            return
        (self._false if negated else self._true).add(key)
        equality = None if negated else self._equality(inner, index)
        if equality is not None and equality[1]:
            column, values, _ = equality
            self._values[column] = self._values.get(column, values) & values

    def _key(self, node: Node, index: int) -> Hashable | None:
        """What an expression over this row alone is, wherever it stands; None where it looks at anything else."""
        for part in _parts(node):
            if part.tag == "VAR" and (part["varno"] != index or part["varlevelsup"] or part["varreturningtype"]):
                return None
            if part.tag not in _PLAIN:
                return None
            if part.tag in ("OPEXPR", "SCALARARRAYOPEXPR"):
                function = self._catalog.functions.get(part["opfuncid"])
                if function is None or function.volatility != "i":  # the CHECK may have seen another time zone
                    return None
        return _identity(node)

    def _equality(self, node: Node, index: int) -> tuple[int, frozenset[Hashable], bool] | None:
        """`column = constant`, `column IN (constants)`: the column, the values, and whether it is denied (`<>`)."""
        args = [_unlabelled(arg) for arg in node.nodes("args")]
        if node.tag not in ("OPEXPR", "SCALARARRAYOPEXPR") or len(args) != 2:
            return None
        if node["inputcollid"] not in _DETERMINISTIC:
            return None
        operator = self._catalog.operators.get(node["opno"])
        if operator is None or operator.oid >= 16384 or operator.name not in ("=", "<>"):
            return None
        denied = operator.name == "<>"
        column, other = args
        if node.tag == "OPEXPR" and column.tag != "VAR":
            column, other = other, column
        if column.tag != "VAR" or column["varno"] != index or column["varlevelsup"] or column["varattno"] <= 0:
            return None
        if node.tag == "SCALARARRAYOPEXPR":
            if bool(node["useOr"]) is denied or other.tag != "ARRAYEXPR":  # = ANY, <> ALL
                return None
            constants = other.nodes("elements")
        else:
            constants = [other]
        values = [_constant(each) for each in constants]
        types = {_unlabelled(each)["consttype"] for each in constants}
        if not values or None in values or len(types) != 1 or not self._is_exact(types.pop(), column["vartype"]):
            return None
        return column["varattno"], frozenset(values), denied

    def _is_exact(self, constant: int, column: int) -> bool:
        """Whether a comparison of these types is one of stored forms."""
        kind = self._catalog.types.get(column)
        while kind is not None and kind.kind == "d":
            column = kind.base_oid
            kind = self._catalog.types.get(column)
        texts = (25, 1043)
        same = constant == column or (constant in texts and column in texts)
        return same and (constant in _EXACT or (kind is not None and kind.kind == "e"))

    def _decided(self, node: Node) -> bool | None:
        """Whether an expression of a CHECK is true or false for this row; None where that is not known."""
        literal = const_bool(node)
        if literal is not None:
            return literal
        key = _identity(node)
        if key in self._true or key in self._false:
            return key in self._true
        if node.tag == "BOOLEXPR":
            parts = [self._decided(arg) for arg in node.nodes("args")]
            if node["boolop"] == "not":
                return None if parts[0] is None else not parts[0]
            deciding: bool = node["boolop"] == "or"
            if deciding in parts:
                return deciding
            return None if None in parts else not deciding
        if node.tag == "NULLTEST" and not node["argisrow"]:
            wants_null: bool = node["nulltesttype"] == _IS_NULL
            null = self._is_null(node["arg"])
            return None if null is None else null is wants_null
        equality = self._equality(node, 1)
        if equality is not None:
            column, values, denied = equality
            possible = self._values.get(column)
            if possible:
                if possible <= values:
                    return not denied
                if not possible & values:
                    return denied
        return None

    def _is_null(self, node: Node) -> bool | None:
        node = _unlabelled(node)
        if node.tag == "VAR" and node["varattno"] in self._not_null:
            return False
        for kind in (_IS_NULL, 1):
            key = ("NULLTEST", kind, _identity(node))
            if key in self._true or key in self._false:
                return (key in self._true) is (kind == _IS_NULL)
        return None

    # --- what follows from an expression that came out so -----------------------------------------------------

    def not_false(self, node: Node) -> dict[int, int | None]:
        """The columns that are not NULL where this part of a CHECK is true or NULL."""
        match node.tag:
            case "BOOLEXPR" if node["boolop"] == "not":
                return self.not_true(node.nodes("args")[0])
            case "BOOLEXPR":
                return self._combined(node, every=node["boolop"] == "and", wanted=True)
            case "NULLTEST" if not node["argisrow"] and node["nulltesttype"] != _IS_NULL:
                return _column_of(node["arg"])
            case "OPEXPR":
                return {**self._compared_tests(node, wanted=True), **self._counted(node)}
            case "CASEEXPR" if node["arg"] is None:
                return self._taken(node)
            case _:
                return {}

    def not_true(self, node: Node) -> dict[int, int | None]:
        """The columns that are not NULL where this part of a CHECK is false or NULL."""
        match node.tag:
            case "BOOLEXPR" if node["boolop"] == "not":
                return self.not_false(node.nodes("args")[0])
            case "BOOLEXPR":
                return self._combined(node, every=node["boolop"] == "or", wanted=False)
            case "NULLTEST" if not node["argisrow"] and node["nulltesttype"] == _IS_NULL:
                return _column_of(node["arg"])
            case "OPEXPR":
                return self._compared_tests(node, wanted=False)
            case _:
                return {}

    def _combined(self, node: Node, *, every: bool, wanted: bool) -> dict[int, int | None]:
        """All parts came out so, or at least one did: then those that did not are out of the question."""
        parts = node.nodes("args")
        if not every:
            parts = [part for part in parts if self._decided(part) is not (not wanted)]
        derived = [self.not_false(part) if wanted else self.not_true(part) for part in parts]
        if not derived:
            return {}
        if every:
            return {attnum: place for each in derived for attnum, place in each.items()}
        return {attnum: place for attnum, place in derived[0].items() if all(attnum in each for each in derived)}

    def _compared_tests(self, node: Node, *, wanted: bool) -> dict[int, int | None]:
        """`(a IS NULL) = (b IS NULL)`, `(kind = 'x') <> (url IS NULL)`: one side decides the other."""
        operator = self._catalog.operators.get(node["opno"])
        args = node.nodes("args")
        if operator is None or operator.oid >= 16384 or operator.name not in ("=", "<>") or len(args) != 2:
            return {}
        if not all(_is_boolean(arg) for arg in args):
            return {}
        same = (operator.name == "=") is wanted
        found: dict[int, int | None] = {}
        for one, other in (args, args[::-1]):
            decided = self._decided(one)
            if decided is not None:
                found |= self.not_false(other) if decided is same else self.not_true(other)
        return found

    def _counted(self, node: Node) -> dict[int, int | None]:
        """`num_nonnulls(a, b) = 1`, `num_nulls(a, b) <= 1` where so many are NULL already."""
        operator = self._catalog.operators.get(node["opno"])
        args = node.nodes("args")
        if operator is None or operator.oid >= 16384 or len(args) != 2 or args[0].tag != "FUNCEXPR":
            return {}
        call, number = args[0], const_int(args[1])
        counted = call.nodes("args")
        if number is None or call["funcvariadic"] or call["funcid"] not in (_NUM_NULLS, _NUM_NONNULLS):
            return {}
        least = {"=": number, ">=": number, ">": number + 1}
        most = {"=": number, "<=": number, "<": number - 1}
        if call["funcid"] == _NUM_NONNULLS:
            present = least.get(operator.name, 0)
        else:
            present = len(counted) - most[operator.name] if operator.name in most else 0
        others = [arg for arg in counted if self._is_null(arg) is not True]
        if len(others) != present:
            return {}
        return {attnum: place for arg in others for attnum, place in _column_of(arg).items()}

    def _taken(self, node: Node) -> dict[int, int | None]:
        """The result of the branch that is surely taken."""
        for when in node.nodes("args"):
            decided = self._decided(when["expr"])
            if decided is None:
                return {}
            if decided:
                return self.not_false(when["result"])
        return self.not_false(node["defresult"]) if isinstance(node["defresult"], Node) else {}


#: what a condition may be built of to be compared with a part of a CHECK, and the fields that make these what they are
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "VAR": ("varattno",),
    "CONST": ("consttype", "constcollid", "constisnull", "constvalue"),
    "OPEXPR": ("opno", "inputcollid", "args"),
    "NULLTEST": ("nulltesttype", "argisrow", "arg"),
    "BOOLEXPR": ("boolop", "args"),
    "SCALARARRAYOPEXPR": ("opno", "useOr", "inputcollid", "args"),
    "ARRAYEXPR": ("array_typeid", "array_collid", "element_typeid", "elements", "multidims"),
    "RELABELTYPE": ("resulttype", "resultcollid", "arg"),
}


def _parts(node: Node) -> Iterator[Node]:
    """An expression and what it is built of, without what a later version of PostgreSQL may add to it."""
    yield node
    for name in _PLAIN.get(node.tag, ()):
        value = node.fields.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Node):
                yield from _parts(item)


def _is_boolean(node: Node) -> bool:
    return node.tag in ("NULLTEST", "BOOLEXPR", "SCALARARRAYOPEXPR") or (
        node.tag in ("OPEXPR", "VAR") and (node["opresulttype"] or node["vartype"]) == 16
    )


def _column_of(node: Node | None) -> dict[int, int | None]:
    node = _unlabelled(node) if node is not None else None
    if node is None or node.tag != "VAR" or node["varlevelsup"] or node["varattno"] <= 0:
        return {}
    return {node["varattno"]: None}


def _identity(node: Node) -> Hashable:
    """What an expression is, for comparison with others over the same row."""
    if node.tag == "NULLTEST" and not node["argisrow"] and isinstance(node["arg"], Node):
        return "NULLTEST", node["nulltesttype"], _identity(_unlabelled(node["arg"]))
    return shape(_row_of(node))


def _row_of(node: Node) -> Node:
    """The expression with its columns as columns of the row, whatever index its table has."""
    node = _unlabelled(node)
    fields: dict[str, Value] = {}
    for name in _PLAIN.get(node.tag, tuple(node.fields)):
        value = node.fields.get(name)
        if isinstance(value, Node):
            value = _row_of(value)
        elif isinstance(value, list):
            value = [_row_of(item) if isinstance(item, Node) else item for item in value]
        fields[name] = value
    return Node(node.tag, fields)
