"""Which columns of a result can be NULL, and why.

In: the analysed and rewritten QUERY node of a statement, the catalog, and which parameters may be NULL. Out: one
`ColumnVerdict` per result column. The surprise: nothing is guessed. A column is nullable until a rule has proved that
it is not.

The algorithm:

1. Every query level becomes a `Scope` (scope.py): its range table, and for each table the outer joins above it
   (joins.py).
2. The conditions of WHERE, ON and HAVING become `Facts` (facts.py): columns that are not NULL in the rows that remain,
   joins that cannot have padded them. What ON proves of an outer join waits until the join is proved to have matched.
3. The expressions of the output are judged by the `RULES` (rules.py), from the top down: the first rule with an
   answer wins; no answer means nullable. A VAR of a subquery or CTE asks that query's output (output.py), which
   starts again at 1 with what is already known not to be NULL.
4. A VAR is not NULL when its column is not, and each join that may have padded it (`varnullingrels`) is proved not to.
5. Set operations combine their arms, recursive CTEs are iterated to a fixpoint, RETURNING looks at what was assigned.

Adding a rule: the rules_*.py of its family, one line in rules.py, one case in tests/nullability/cases/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlwright.codegen.catalog import Catalog
from sqlwright.codegen.nullability.definitions import NOTHING, Definitions, load_definitions
from sqlwright.codegen.nullability.engine import Engine, Rule
from sqlwright.codegen.nullability.output import columns_of
from sqlwright.codegen.nullability.rules import RULES
from sqlwright.codegen.nullability.shapes import output_entries
from sqlwright.codegen.nullability.verdict import ColumnVerdict, FieldVerdict, Verdict, nullable
from sqlwright.codegen.tree import Node
from sqlwright.codegen.wording import first_place

__all__ = [
    "RULES",
    "ColumnVerdict",
    "Definitions",
    "FieldVerdict",
    "Rule",
    "Verdict",
    "analyse_columns",
    "load_definitions",
]

_UTILITY = 6


def analyse_columns(
    query: Node, catalog: Catalog, parameters: Mapping[int, bool], definitions: Definitions = NOTHING
) -> list[ColumnVerdict]:
    """The columns that the statement returns, each with its verdict.

    Args:
        query: the first tree of the rewritten list that sets the command tag.
        catalog: the analysed database.
        parameters: for each `$n` whether it may be NULL; one that is missing may be.
        definitions: what `load_definitions` has read; without it generated columns, materialized views and functions
            in LANGUAGE sql promise nothing.

    Never raises: a tree that is not understood gives nullable columns that say so.
    """
    try:
        if query["commandType"] == _UTILITY:
            return _out_arguments(query, catalog)
        engine = Engine(catalog, parameters, RULES, definitions)
        return columns_of(engine.scope(query, None))
    except RecursionError:
        return _unknown(query, "the statement is nested too deeply to be analysed")
    except Exception as error:  # a tree of a shape that no release has shown us yet: nullable, never a crash
        return _unknown(query, f"the server's tree was not understood ({type(error).__name__})")


def _unknown(query: Node, reason: str) -> list[ColumnVerdict]:
    entries = output_entries(query)
    return [ColumnVerdict(str(entry["resname"] or "?column?"), 0, -1, nullable(reason)) for entry in entries]


def _out_arguments(query: Node, catalog: Catalog) -> list[ColumnVerdict]:
    """CALL returns its OUT and INOUT arguments, and a procedure may leave any of them NULL."""
    statement = query["utilityStmt"]
    call = statement["funcexpr"] if isinstance(statement, Node) and statement.tag == "CALLSTMT" else None
    procedure = catalog.functions.get(call["funcid"]) if isinstance(call, Node) else None
    if procedure is None:
        return []
    names = [*procedure.arg_names, *[""] * len(procedure.all_arg_types)]
    outputs = [
        (name or "?column?", kind)
        for mode, name, kind in zip(procedure.arg_modes, names, procedure.all_arg_types, strict=False)
        if mode in "ob"
    ]
    arguments = statement.nodes("outargs")
    verdict = nullable(f"an OUT argument of {procedure.name} may be NULL")
    return [
        ColumnVerdict(name, kind, -1, replace(verdict, location=first_place(argument)))
        for (name, kind), argument in zip(outputs, [*arguments, *[None] * len(outputs)], strict=False)
    ]
