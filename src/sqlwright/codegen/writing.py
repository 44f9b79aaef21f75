"""What may write in a query: the functions that it calls, and those that run though it does not name them.

In: an analysed query tree and the catalogs. Out: why it may write, or nothing. PostgreSQL does not know which functions
write: volatile ones of users are taken to, and the built-in ones are listed here by name. The surprise: the CHECK of a
domain runs where a value is made one of the domain, and a policy of row-level security where a row is read. The tree
shows neither to a superuser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlwright.codegen.catalog import Catalog, CatalogFunction
from sqlwright.codegen.tree import Node, TreeError, Value, parse_tree
from sqlwright.codegen.trees import RELATION, SELECT, count, function_of

__all__ = ["writing"]

_FIRST_USER_OID = 16384

#: Volatile built-in functions that only look at something, reviewed on PostgreSQL 16 to 18. Any other volatile one is
#: taken to write, to lock, or to change the session or the server.
_HARMLESS = frozenset(
    re.findall(
        r"\w+",
        """
    array_sample array_shuffle bernoulli clock_timestamp current_query currtid2
    gen_random_uuid pg_available_wal_summaries pg_blocking_pids pg_collation_actual_version pg_control_checkpoint
    pg_control_init pg_control_recovery pg_control_system pg_current_logfile pg_database_collation_actual_version
    pg_database_size pg_get_aios pg_get_backend_memory_contexts pg_get_loaded_modules pg_get_multixact_members
    pg_get_sequence_data pg_get_shmem_allocations pg_get_shmem_allocations_numa pg_get_wait_events
    pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_get_wal_summarizer_state pg_hba_file_rules
    pg_ident_file_mappings pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available
    pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_lock_status
    pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir
    pg_ls_summariesdir pg_ls_tmpdir pg_ls_waldir pg_notification_queue_usage pg_partition_ancestors pg_partition_tree
    pg_prepared_xact pg_read_binary_file pg_read_file pg_relation_size pg_safe_snapshot_blocking_pids
    pg_sequence_last_value pg_show_all_file_settings pg_show_replication_origin_status pg_sleep pg_sleep_for
    pg_sleep_until pg_stat_file pg_stat_get_backend_io pg_stat_get_backend_wal pg_stat_get_io
    pg_stat_get_recovery_prefetch pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit
    pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time pg_stat_get_xact_function_total_time
    pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
    pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted pg_stat_get_xact_tuples_newpage_updated
    pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated pg_stat_have_stats pg_table_size
    pg_tablespace_size pg_total_relation_size pg_wal_summary_contents pg_xact_commit_timestamp
    pg_xact_commit_timestamp_origin pg_xact_status random random_normal system timeofday txid_status uuidv4 uuidv7
    """,
    )
)
#: Built-in functions that are not volatile and yet take a transaction id, which a replica cannot give.
_WRITES_THOUGH_STABLE = frozenset(("pg_current_xact_id", "txid_current"))

#: Where a node says which type it makes a value of; a column that is read (VAR) holds one that was made before.
_MADE_TYPES = (
    "resulttype", "consttype", "paramtype", "funcresulttype", "row_typeid", "array_typeid", "typid", "funccoltypes",
    "coltypes",
)  # fmt: skip
_COMMANDS = {2: "UPDATE", 3: "INSERT", 4: "DELETE", 5: "MERGE"}

#: Relations and types that have been looked into.
_Seen = set[tuple[str, int]]


def writing(tree: Node, catalog: Catalog) -> str | None:
    """Why a query, or an expression, may write; `None` when it only reads."""
    return _writing(tree, catalog, set())


def _writing(tree: Node, catalog: Catalog, seen: _Seen) -> str | None:
    for node in tree.walk():
        if objection := _node(node, catalog, seen):
            return objection
    return None


def _node(node: Node, catalog: Catalog, seen: _Seen) -> str | None:
    if node.tag == "QUERY":
        if node["commandType"] != SELECT:
            return f"a {_COMMANDS.get(count(node['commandType']), 'statement')} in WITH writes"
        return "FOR UPDATE and FOR SHARE lock rows" if node.nodes("rowMarks") else None
    if node.tag == "NEXTVALUEEXPR":
        return "it takes a value of a sequence"
    if number := function_of(node):
        function = catalog.functions.get(number)
        if function is None:
            return "it calls a function that is not known"
        if _may_write(function):
            return f"{function.name}() may write"
    if catalog.policies and node.tag == "RANGETBLENTRY" and (node["rtekind"] or RELATION) == RELATION:
        return _policy(count(node["relid"]), catalog, seen)
    if catalog.domain_checks and node.tag != "VAR":
        return next((why for each in _made(node) if (why := _check(each, catalog, seen))), None)
    return None


def _made(node: Node) -> Iterator[int]:
    for name in _MADE_TYPES:
        value: Value = node.fields.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, int):
                yield each


def _policy(oid: int, catalog: Catalog, seen: _Seen) -> str | None:
    if ("policy", oid) in seen:
        return None
    seen.add(("policy", oid))
    name = f"a policy of {catalog.relations[oid].display}" if oid in catalog.relations else "a policy"
    for condition in _parsed(catalog.policies.get(oid, ())):
        if condition is None:
            return f"{name} is not understood"
        for node in condition.walk():
            if node.tag == "RANGETBLENTRY" and node["rtekind"] in (0, None):
                its = catalog.relations.get(count(node["relid"]))
                if its is None or its.kind == "v":  # a stored tree does not show what is behind a view
                    return f"{name} reads a view, which may write"
        if why := _writing(condition, catalog, seen):
            return f"{why}, in {name}"
    return None


def _check(oid: int, catalog: Catalog, seen: _Seen) -> str | None:
    """Whether a CHECK of the type, or of a domain that it is made of, may write."""
    if ("type", oid) in seen:
        return None
    seen.add(("type", oid))
    known = catalog.types.get(oid)
    if known is None:
        return None
    for condition in _parsed(catalog.domain_checks.get(oid, ())):
        if condition is None:
            return f"a CHECK of {known.name} is not understood"
        if why := _writing(condition, catalog, seen):
            return f"{why}, in a CHECK of {known.name}"
    parts = [known.base_oid, known.element_oid, known.subtype_oid]
    if (row := catalog.relations.get(known.relation_oid)) is not None:
        parts += [column.type_oid for column in row.columns.values()]
    return next((why for each in parts if each and (why := _check(each, catalog, seen))), None)


def _parsed(texts: tuple[str, ...]) -> Iterator[Node | None]:
    for text in texts:
        try:
            yield from parse_tree(text)
        except (TreeError, ValueError, IndexError):
            yield None


def _may_write(function: CatalogFunction) -> bool:
    if function.oid < _FIRST_USER_OID:
        return function.name in _WRITES_THOUGH_STABLE or (function.volatility == "v" and function.name not in _HARMLESS)
    return function.volatility == "v"
