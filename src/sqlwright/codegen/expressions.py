"""When two expressions of a tree mean the same: what the statement says, and what an index was made of.

In: nodes of the statement, and nodes of an index's expressions and condition, which the catalogs store as trees too.
Out: `Form`s, which are equal where the expressions are the same but for their place in the text and the way in which
casts were written. The surprise: an index calls its table range table entry 1, so that every form is made as seen from
one entry, whose columns have no entry in it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import TypeAlias

from sqlwright.codegen.catalog import Catalog
from sqlwright.codegen.tree import Bitmapset, Datum, Node, Value
from sqlwright.codegen.trees import count, function_of

__all__ = ["Form", "form_of", "negated", "parts_of", "strict_operands"]

#: An expression without its place in the text; equal for equal expressions.
Form: TypeAlias = Hashable

#: Where it was written, how it was written, and what follows from the rest.
_IGNORED = frozenset(
    re.findall(
        r"\w+",
        """
        location rexpr_list_start rexpr_list_end list_start list_end funcformat relabelformat coerceformat
        coercionformat convertformat row_format opfuncid hashfuncid negfuncid consttypmod resulttypmod
        """,
    )
)
_NOT_NULL = {0: 1, 1: 0}


def form_of(node: Value, entry: int) -> Form:
    """The expression as seen from a range table entry."""
    if isinstance(node, Node):
        if node.tag == "VAR" and not count(node["varlevelsup"]):
            return ("column", node["varattno"]) if node["varno"] == entry else ("of", node["varno"], node["varattno"])
        fields = tuple((name, form_of(value, entry)) for name, value in node.fields.items() if name not in _IGNORED)
        return (node.tag, fields)
    if isinstance(node, Datum):
        return ("datum", node.data)
    if isinstance(node, Bitmapset):
        return frozenset(node)
    if isinstance(node, list):
        return tuple(form_of(each, entry) for each in node)
    # True is 1 to Python, and a number of the tree is never a truth value.
    return (type(node).__name__, node)


def parts_of(condition: Value) -> Iterator[Node]:
    """The parts of a condition that must all be true, with NOT moved inwards."""
    if isinstance(condition, list):
        for part in condition:
            yield from parts_of(part)
    elif isinstance(condition, Node):
        if condition.tag == "BOOLEXPR" and condition["boolop"] == "and":
            yield from parts_of(condition["args"])
        elif condition.tag == "BOOLEXPR" and condition["boolop"] == "not":
            inner = condition.nodes("args")[0]
            if inner.tag == "BOOLEXPR" and inner["boolop"] == "not":
                yield from parts_of(inner["args"])
            elif inner.tag == "BOOLEXPR" and inner["boolop"] == "or":
                for each in inner.nodes("args"):
                    yield from parts_of(negated(each))
            elif inner.tag == "NULLTEST" and not inner["argisrow"]:
                yield Node("NULLTEST", inner.fields | {"nulltesttype": _NOT_NULL[count(inner["nulltesttype"])]})
            else:
                yield condition
        else:
            yield condition


def negated(node: Node) -> Node:
    """NOT of a condition."""
    return Node("BOOLEXPR", {"boolop": "not", "args": [node]})


def strict_operands(node: Node, catalog: Catalog) -> Iterator[Node]:
    """The expressions that are not NULL where this one is not, itself among them."""
    yield node
    operands: list[Node] = []
    if node.tag in ("RELABELTYPE", "COLLATEEXPR") or (node.tag == "BOOLEXPR" and node["boolop"] == "not"):
        operands = [each for each in (node["arg"], *node.nodes("args")) if isinstance(each, Node)]
    elif node.tag in ("OPEXPR", "FUNCEXPR") and not node["funcretset"] and not node["opretset"]:
        function = catalog.functions.get(function_of(node))
        operands = node.nodes("args") if function is not None and function.strict else []
    for each in operands:
        yield from strict_operands(each, catalog)
