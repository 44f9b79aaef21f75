"""Which parameters may be NULL, which column each one stands for, and why.

In: the analysed query tree, the catalogs, the number and types of the parameters. Out: one `ParameterVerdict` for each
`$n`. The rule: NULL is accepted where it means something, and refused where it could only be a mistake.

Every use of a parameter is followed to where its value ends: through casts, CASE, subqueries, CTEs, VALUES lists, set
operations and unnest. There it is one of four things:

- *refused*: assigned to a column that is NOT NULL (by its type, its constraint or a CHECK) and that no BEFORE trigger
  may fill in. One such use makes the parameter not null.
- *tested*: IS NULL, IS [NOT] DISTINCT FROM, IS TRUE, COALESCE but for its last argument, GREATEST and LEAST, or an
  argument of a built-in function that is made to take NULL (concat, jsonb_build_object, num_nulls …). The statement
  says what NULL means, so that the parameter may be NULL whatever else it is compared with.
- *stored*: assigned to a column that may be NULL, to an element or to a field. NULL is accepted if no use is worse.
- *meaningless*: compared, an operand, a condition, an argument, LIMIT, OFFSET, a window's frame, an index, or merely
  returned. NULL would empty the result or do nothing, so that None is refused. A strict built-in function of nothing
  but the parameter and constants is followed further, since its NULL stands for the parameter's: `lower(:email)`.

The surprise: LIMIT NULL means no limit to PostgreSQL, and a None that reaches it is nearly always a mistake: it is
refused. The same holds for the arguments of functions and procedures that users write: few of them are declared STRICT,
so that a missing STRICT says nothing. Where NULL is wanted, the SQL can say so: `f(COALESCE(:x, NULL))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlwright.codegen.catalog import Catalog, CatalogFunction, CatalogRelation
from sqlwright.codegen.places import Place, Places
from sqlwright.codegen.tree import Node, TreeError, parse_stored
from sqlwright.codegen.trees import INSERT, UPDATE, bare, base_type, conjuncts, count

__all__ = ["ParameterVerdict", "analyse_parameters", "refuses_null"]

_FIRST_USER_OID = 16384
_POPULATING = frozenset(("jsonb_populate_record", "json_populate_record"))
#: Built-in functions to which NULL is an argument like others: reviewed among all that are not strict, on 16 to 18.
_TAKES_NULL = frozenset(
    re.findall(
        r"\w+",
        """
        array_append array_cat array_fill array_position array_positions array_prepend array_remove array_replace
        array_to_string concat concat_ws daterange format int4range int8range json_build_array json_build_object
        jsonb_build_array jsonb_build_object jsonb_set_lax num_nonnulls num_nulls numrange pg_typeof quote_nullable
        string_to_array string_to_table tsrange tstzrange
        """,
    )
)
_ARRAY_OPERATORS = frozenset(("&&", "@>", "<@"))
_TRANSPARENT = frozenset(("RELABELTYPE", "COLLATEEXPR", "ARRAYCOERCEEXPR", "CONVERTROWTYPEEXPR", "JSONVALUEEXPR"))
_CONDITIONS = frozenset(("quals", "havingQual", "onConflictWhere", "arbiterWhere", "qual", "mergeJoinCondition"))
_CONTAINERS = {
    "ARRAYEXPR": "an array element",
    "ROWEXPR": "a field of a row",
    "FIELDSTORE": "a field of a row",
    "JSONCONSTRUCTOREXPR": "a JSON value",
    "XMLEXPR": "XML content",
}

Column: TypeAlias = "tuple[int, int]"


@dataclass(frozen=True, slots=True)
class ParameterVerdict:
    """What one `$n` accepts."""

    number: int
    nullable: bool
    reason: str
    #: byte offset in the statement of the use that decided
    location: int | None = None
    #: the table column (relation, attnum) that the value is stored in or else compared with, where there is exactly
    #: one; of an array that is taken apart (= ANY, unnest) each element is
    target: Column | None = None
    #: whether `target` is such a column for the whole value, and not for its elements
    is_whole: bool = False
    #: arrays: whether an element may be NULL
    element_nullable: bool = True
    #: the JSON of jsonb_populate_record: the table whose row it fills, and the columns that are taken of that row
    populates: tuple[int, tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class _Use:
    """One end that a parameter's value comes to."""

    #: refused, tested, stored, meaningless, unused, or `target`: only the column is of interest
    kind: str
    reason: str
    target: Column | None = None
    of_element: bool = False
    populates: tuple[int, tuple[int, ...]] | None = None


def analyse_parameters(query: Node, catalog: Catalog, count: int, param_types: Sequence[int]) -> list[ParameterVerdict]:
    """A verdict for each of `count` parameters, in order. Whatever the tree holds, there is an answer."""
    if not count:
        return []
    found: dict[int, list[tuple[_Use, int | None]]] = {number: [] for number in range(1, count + 1)}
    try:
        flow = _Flow(query, catalog)
        for place in flow.places.parameters:
            location = place.node["location"]
            position = location if isinstance(location, int) and location >= 0 else None
            uses = list(flow.uses(place, _Value(), set()))
            found.setdefault(place.node["paramid"], []).extend((use, position) for use in uses)
    except (TypeError, AttributeError, ValueError, KeyError, IndexError, RecursionError):
        # A tree of another shape than the versions that we know: what was found so far is not the whole.
        found = {number: [] for number in found}
    verdicts: list[ParameterVerdict] = []
    for number in range(1, count + 1):
        known = catalog.types.get(param_types[number - 1]) if number <= len(param_types) else None
        if known is not None and known.not_null:
            location = next((location for _, location in found[number]), None)
            found[number].append((_Use("refused", f"the domain {known.name} is NOT NULL"), location))
        verdicts.append(_verdict(number, found[number], is_array=known is None or _is_array(known.oid, catalog)))
    return verdicts


def refuses_null(relation: CatalogRelation, attnum: int, catalog: Catalog) -> bool:
    """Whether a row with NULL in this column is turned away by the column, its domain, or a CHECK."""
    column = relation.columns.get(attnum)
    if column is None:
        return False
    domain = catalog.types.get(column.type_oid)
    return column.not_null_only or (domain is not None and domain.not_null) or attnum in _checked_not_null(relation)


def _checked_not_null(relation: CatalogRelation) -> Iterator[int]:
    for constraint in relation.constraints:
        if constraint.type != "c" or constraint.expression is None or "NULLTEST" not in constraint.expression:
            continue
        try:
            expression = parse_stored(constraint.expression)
        except (TreeError, ValueError):
            continue
        for part in conjuncts(expression):
            if part.tag == "NULLTEST" and part["nulltesttype"] == 1 and isinstance(part["arg"], Node):
                column = bare(part["arg"])
                if column.tag == "VAR":
                    yield column["varattno"]


def _is_array(type_oid: int, catalog: Catalog) -> bool:
    known = catalog.types.get(base_type(type_oid, catalog))
    return known is not None and known.element_oid != 0


def _verdict(number: int, uses: list[tuple[_Use, int | None]], is_array: bool) -> ParameterVerdict:
    whole = [(use, location) for use, location in uses if not use.of_element and use.kind != "target"]
    elements = [use for use, _ in uses if use.of_element and use.kind != "target"]
    populates = next((use.populates for use, _ in uses if use.populates is not None), None)
    use, location = _decisive(whole)
    element = _decisive([(each, None) for each in elements])[0]
    target = _target([use for use, _ in uses])
    return ParameterVerdict(
        number,
        nullable=use.kind in ("tested", "stored"),
        reason=use.reason,
        location=location,
        target=target,
        is_whole=any(use.target == target and not use.of_element for use, _ in uses),
        element_nullable=is_array and element.kind in ("tested", "stored"),
        populates=populates,
    )


def _decisive(uses: list[tuple[_Use, int | None]]) -> tuple[_Use, int | None]:
    for kind in ("refused", "tested", "meaningless", "stored", "unused"):
        for use, location in uses:
            if use.kind == kind:
                return use, location
    return _Use("stored", "its use is not understood, so that NULL is not ruled out"), None


def _target(uses: list[_Use]) -> Column | None:
    for stored in (True, False):
        columns = {
            use.target for use in uses if use.target is not None and (use.kind in ("refused", "stored")) == stored
        }
        if columns:
            return columns.pop() if len(columns) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class _Value:
    """What has become of the parameter's value on its way."""

    #: still the parameter's own value and type, so that the column it ends in describes it
    same: bool = True
    #: one element of the array that was passed
    element: bool = False
    #: its NULLs have been dealt with (COALESCE); only the column is still of interest
    settled: bool = False

    def use(self, kind: str, reason: str, target: Column | None = None) -> _Use:
        return _Use("target" if self.settled else kind, reason, target if self.same else None, self.element)


class _Flow:
    """Follows values through one statement."""

    def __init__(self, query: Node, catalog: Catalog) -> None:
        self.catalog = catalog
        self.places = Places(query)

    def uses(self, place: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        """The ends of the value that stands at a place."""
        key = (id(place.node), value)
        parent = place.parent
        if key in seen or parent is None:
            return
        seen.add(key)
        tag, field = parent.node.tag, place.field
        if tag in _TRANSPARENT:
            yield from self.uses(parent, value, seen)
        elif tag == "COERCEVIAIO":
            yield from self.uses(parent, _Value(False, value.element, value.settled), seen)
        elif tag == "COERCETODOMAIN":
            yield from self._domain(parent, value, seen)
        elif tag in ("CASEEXPR", "CASEWHEN"):
            yield from self._case(place, parent, value, seen)
        elif tag in ("COALESCEEXPR", "MINMAXEXPR"):
            yield from self._coalesce(place, parent, value, seen)
        elif tag == "NULLIFEXPR" and place.index == 0:
            yield from self.uses(parent, value, seen)
        elif tag in ("NULLTEST", "BOOLEANTEST"):
            yield value.use("tested", "tested with IS NULL" if tag == "NULLTEST" else "tested with IS TRUE or IS FALSE")
        elif tag == "DISTINCTEXPR":
            yield value.use("tested", "compared with IS DISTINCT FROM", self._other_column(place, parent))
        elif tag in ("OPEXPR", "NULLIFEXPR", "ROWCOMPAREEXPR", "SCALARARRAYOPEXPR"):
            yield from self._operand(place, parent, value)
        elif tag == "FUNCEXPR":
            yield from self._argument(place, parent, value, seen)
        elif tag == "SUBSCRIPTINGREF":
            if field == "refassgnexpr":
                yield value.use("stored", "assigned to an element, which may be NULL")
            else:
                yield value.use("meaningless", "used with a subscript")
        elif tag == "ARRAYEXPR" and (array := _operand_array(parent)) is not None and array.parent is not None:
            yield from self._operand(array, array.parent, value)
        elif tag in _CONTAINERS:
            yield value.use("stored", f"{_CONTAINERS[tag]} may be NULL")
        elif tag in ("TARGETENTRY", "RANGETBLENTRY", "RANGETBLFUNCTION"):
            yield from self._handed_on(place, parent, value, seen)
        elif tag == "CALLSTMT" and field == "outargs":
            yield value.use("stored", "an OUT argument, whose value is not looked at")
        else:
            yield value.use("meaningless", _meaningless(tag, field))

    # --- expressions ---

    def _domain(self, parent: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        domain = self.catalog.types.get(count(parent.node["resulttype"]))
        if domain is not None and domain.not_null:
            yield value.use("refused", f"the domain {domain.name} is NOT NULL")
        yield from self.uses(parent, value, seen)

    def _case(self, place: Place, parent: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        if place.field in ("result", "defresult") or (parent.node.tag == "CASEEXPR" and place.field == "args"):
            yield from self.uses(parent, value, seen)
        else:
            yield value.use("meaningless", "compared by CASE" if place.field == "arg" else "a condition of CASE")

    def _coalesce(self, place: Place, parent: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        arguments = len(parent.node.nodes("args"))
        coalesce = parent.node.tag == "COALESCEEXPR"
        if (coalesce and place.index < arguments - 1) or (not coalesce and arguments > 1):
            yield value.use("tested", "inside COALESCE" if coalesce else "GREATEST and LEAST ignore NULL")
            value = _Value(value.same, value.element, settled=True)
        yield from self.uses(parent, value, seen)

    def _operand(self, place: Place, parent: Place, value: _Value) -> Iterator[_Use]:
        operator = self.catalog.operators.get(count(parent.node["opno"]))
        name = operator.name if operator is not None else "an operator"
        target = self._other_column(place, parent)
        comparison = operator is not None and (operator.is_equality or name in ("=", "<>", "<", ">", "<=", ">="))
        reason = f"compared by {name}: NULL would match nothing" if comparison else f"an operand of {name}"
        yield value.use("meaningless", reason, target)
        if place.index == 1 and parent.node.tag == "SCALARARRAYOPEXPR" and bare(place.node).tag != "ARRAYEXPR":
            inner = _Value(value.same, True, value.settled)
            yield inner.use("meaningless", "each element is compared", target)
        elif name in _ARRAY_OPERATORS:
            yield _Value(value.same, True, value.settled).use("meaningless", "each element is compared")

    def _other_column(self, place: Place, parent: Place) -> Column | None:
        """The column that a value is compared with for being equal or not."""
        operator = self.catalog.operators.get(count(parent.node["opno"]))
        arguments = parent.node.nodes("args")
        if operator is None or operator.name not in ("=", "<>") or len(arguments) != 2:
            return None
        other = bare(arguments[1 - place.index])
        if other.tag == "COALESCEEXPR":
            other = bare(other.nodes("args")[0])
        return self.places.column_origin(other, place.scope) if other.tag == "VAR" else None

    def _argument(self, place: Place, parent: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        call = parent.node
        function = self.catalog.functions.get(count(call["funcid"]))
        if function is None:
            yield value.use("stored", "an argument of a function that is not known")
        elif call["funcformat"] in (1, 2) and place.index == 0:
            same = value.same and self._type_of(place.node) == base_type(count(call["funcresulttype"]), self.catalog)
            yield from self.uses(parent, _Value(same, value.element, value.settled), seen)
        elif function.schema == "pg_catalog" and function.name == "unnest":
            yield value.use("meaningless", "unnest of NULL has no rows")
            yield from self.uses(parent, _Value(value.same, True, value.settled), seen)
        elif function.schema == "pg_catalog" and function.name in _POPULATING and place.index == 1:
            columns = self._populated(parent)
            yield _Use("meaningless", f"{function.name} takes the row's values from it", populates=columns)
        elif function.oid < _FIRST_USER_OID and function.strict and _only_argument(place, call):
            yield from self.uses(parent, _Value(False, value.element, value.settled), seen)
        else:
            yield value.use(*_call(function))

    def _populated(self, call: Place) -> tuple[int, tuple[int, ...]] | None:
        """The table of the row that a populating function returns, and the columns that are used of it."""
        row_type = self.catalog.types.get(base_type(count(call.node["funcresulttype"]), self.catalog))
        relation = self.catalog.relations.get(row_type.relation_oid) if row_type is not None else None
        above = call.parent
        if relation is None or above is None:
            return None
        taken = {0}
        entry = above.parent
        if above.node.tag == "FIELDSELECT":
            taken = {count(above.node["fieldnum"])}
        elif above.node.tag == "RANGETBLFUNCTION" and entry is not None:
            taken = self.places.used_columns(entry.scope.query, entry.index + 1)
        if 0 in taken:
            taken = set(relation.columns)
        return relation.oid, tuple(sorted(taken & set(relation.columns)))

    def _type_of(self, node: Node) -> int:
        for name in ("paramtype", "vartype", "resulttype", "funcresulttype", "coalescetype", "casetype"):
            if number := count(node[name]):
                return base_type(number, self.catalog)
        return 0

    # --- from one query level to the next ---

    def _handed_on(self, place: Place, parent: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        if parent.node.tag == "TARGETENTRY":
            yield from self._target_entry(parent, value, seen)
            return
        entry, column = parent, place.index + 1
        if parent.node.tag == "RANGETBLFUNCTION":
            above = parent.parent
            if above is None:
                return
            earlier = above.node.nodes("functions")[: parent.index]
            entry, column = above, 1 + sum(count(each["funccolcount"]) for each in earlier)
        for use in self.places.entry_column(entry, column):
            yield from self.uses(use, value, seen)

    def _target_entry(self, entry: Place, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        owner = entry.parent
        if owner is None:
            return
        tag, field, number = owner.node.tag, entry.field, count(entry.node["resno"])
        if tag == "QUERY" and field in ("targetList", "returningList"):
            command = owner.node["commandType"]
            if entry.node["resjunk"]:
                yield value.use("meaningless", "used for ordering or grouping only")
            elif field == "targetList" and command in (INSERT, UPDATE):
                yield self._assigned(owner, number, "I" if command == INSERT else "U", value)
            else:
                yield from self._output(owner, number, value, seen)
        elif tag == "ONCONFLICTEXPR":
            yield self._assigned(owner, number, "U", value)
        elif tag == "MERGEACTION":
            yield self._assigned(owner, number, "I" if owner.node["commandType"] == INSERT else "U", value)
        else:
            yield value.use("meaningless", "an argument of an aggregate function")

    def _assigned(self, owner: Place, attnum: int, event: str, value: _Value) -> _Use:
        query = owner.scope.query
        entry = owner.scope.entry(count(query["resultRelation"]))
        relation = self.catalog.relations.get(count(entry["relid"])) if entry is not None else None
        if relation is None or attnum not in relation.columns:
            return value.use("stored", "assigned to a column that is not known")
        name = f"{relation.display}.{relation.columns[attnum].name}"
        target = (relation.oid, attnum)
        if not refuses_null(relation, attnum, self.catalog):
            return value.use("stored", f"assigned to {name}, which may be NULL", target)
        if event in relation.before_row_triggers:
            return value.use("stored", f"assigned to {name}, which a BEFORE trigger may fill in", target)
        return value.use("refused", f"assigned to {name}, which is NOT NULL", target)

    def _output(self, owner: Place, column: int, value: _Value, seen: set[tuple[int, _Value]]) -> Iterator[_Use]:
        above = owner.parent
        if above is None:
            yield value.use("meaningless", "returned as it is")
            return
        if above.node.tag == "SUBLINK" and above.node["subLinkType"] not in (4, 5):
            kind = count(above.node["subLinkType"])
            if kind == 6:
                yield value.use("stored", "an array element may be NULL")
            else:
                yield value.use("meaningless", "returned to EXISTS" if kind == 0 else "compared with a subquery")
            return
        used = False
        for place in self.places.outputs(owner, column):
            used = True
            if place.node.tag == "TARGETENTRY":
                yield from self._target_entry(place, value, seen)
            elif place.node.tag == "VAR" and not place.node["varattno"]:
                yield value.use("stored", "a field of a row may be NULL")
            else:
                yield from self.uses(place, value, seen)
        if not used:
            yield value.use("unused", "its value is not used")


def _operand_array(place: Place) -> Place | None:
    """ARRAY[…], cast or not, on the right of = ANY: what IN (…) is turned into."""
    while place.parent is not None and place.parent.node.tag in _TRANSPARENT:
        place = place.parent
    return place if place.parent is not None and place.parent.node.tag == "SCALARARRAYOPEXPR" else None


def _only_argument(place: Place, call: Node) -> bool:
    others = (each for index, each in enumerate(call.nodes("args")) if index != place.index)
    return not call["funcretset"] and all(bare(each).tag == "CONST" for each in others)


def _call(function: CatalogFunction) -> tuple[str, str]:
    if function.kind == "p":
        return "meaningless", f"an argument of the procedure {function.name}"
    if function.strict:
        return "meaningless", f"an argument of {function.name}(), which gives NULL for NULL"
    if function.oid < _FIRST_USER_OID and function.name in _TAKES_NULL:
        return "tested", f"{function.name}() takes NULL"
    return "meaningless", f"an argument of {function.name}()"


def _meaningless(tag: str, field: str) -> str:
    if field in ("limitCount", "limitOffset"):
        return "LIMIT" if field == "limitCount" else "OFFSET"
    if field in _CONDITIONS or tag == "BOOLEXPR":
        return "a condition: NULL would count as false"
    if tag == "WINDOWCLAUSE":
        return "the frame of a window"
    if tag == "WINDOWFUNC":
        return "an argument of a window function"
    if tag == "TABLESAMPLECLAUSE":
        return "TABLESAMPLE"
    return "part of an expression in which NULL has no meaning"
