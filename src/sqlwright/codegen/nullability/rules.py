"""The rules, in the order in which they are asked: the first that has a verdict wins.

In: nothing. Out: `RULES`. The surprise: order matters only between rules of the same kind of node, where the special
stands before the general; between the families it follows how one reads a query.
"""

from __future__ import annotations

from typing import Final

from sqlwright.codegen.nullability import (
    rules_aggregates,
    rules_columns,
    rules_functions,
    rules_logic,
    rules_sets,
    rules_structures,
)
from sqlwright.codegen.nullability.engine import Rule

__all__ = ["RULES"]

RULES: Final[tuple[Rule, ...]] = (
    # values and columns
    rules_columns.constant,
    rules_columns.parameter,
    rules_columns.column,
    # conditions and choices
    rules_logic.test_of_null,
    rules_logic.boolean,
    rules_logic.coalesce_of_full_join,
    rules_logic.coalesce,
    rules_logic.greatest,
    rules_logic.nullif,
    rules_logic.case,
    # functions and operators
    rules_sets.set_in_target_list,
    rules_functions.array_function,
    rules_functions.finite_time,
    rules_functions.builtin_call,
    rules_functions.operator_class,
    rules_functions.extension_call,
    rules_functions.sql_function,
    rules_functions.user_call,
    rules_functions.cast,
    rules_functions.case_test,
    rules_functions.array_comparison,
    rules_functions.row_comparison,
    rules_functions.current_schema,
    rules_functions.sql_value,
    rules_functions.xml_form,
    rules_functions.json_form,
    # aggregates and windows
    rules_aggregates.count,
    rules_aggregates.aggregate,
    rules_aggregates.window_function,
    rules_aggregates.window_aggregate,
    # subqueries, arrays, rows
    rules_structures.subquery,
    rules_structures.array_constructor,
    rules_structures.row_constructor,
    rules_structures.field,
    rules_structures.subscript,
)
