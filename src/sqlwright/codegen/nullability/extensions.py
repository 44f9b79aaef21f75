"""Functions of extensions that are known to return NULL for NULL only.

In: a function of the catalog. Out: whether it is one of them. The surprise: nothing here is declared anywhere: the
names were collected by reading what the extensions that come with PostgreSQL, and pgvector, do: functions that are
strict and return NULL for nothing else, the same way as the table of built-ins.
"""

from __future__ import annotations

from typing import Final

from sqlwright.codegen.catalog import CatalogFunction

__all__ = ["KNOWN", "is_known_to_pass_null_only"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: extension → the names of such functions, all overloads
KNOWN: Final[dict[str, frozenset[str]]] = {
    "pgcrypto": _names(
        """
        digest hmac crypt gen_salt encrypt decrypt encrypt_iv decrypt_iv gen_random_bytes gen_random_uuid
        pgp_sym_encrypt pgp_sym_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea
        pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_pub_decrypt pgp_pub_decrypt_bytea armor dearmor
        """
    ),
    "uuid-ossp": _names(
        """
        uuid_nil uuid_ns_dns uuid_ns_url uuid_ns_oid uuid_ns_x500
        uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5
        """
    ),
    "pg_trgm": _names(
        """
        similarity word_similarity strict_word_similarity show_trgm show_limit set_limit
        similarity_op similarity_dist word_similarity_op word_similarity_commutator_op
        word_similarity_dist_op word_similarity_dist_commutator_op
        strict_word_similarity_op strict_word_similarity_commutator_op
        strict_word_similarity_dist_op strict_word_similarity_dist_commutator_op
        """
    ),
    "unaccent": _names("unaccent"),
    "citext": _names(
        """
        citext citext_eq citext_ne citext_lt citext_le citext_gt citext_ge citext_cmp citext_hash
        texticlike texticnlike texticregexeq texticregexne
        regexp_replace regexp_split_to_array replace strpos translate
        """
    ),
    "hstore": _names(
        """
        exist exists_any exists_all isexists defined isdefined delete hs_concat hs_contains hs_contained
        akeys avals hstore_to_array hstore_to_matrix slice slice_array
        hstore_to_json hstore_to_json_loose hstore_to_jsonb hstore_to_jsonb_loose hstore_eq hstore_ne
        """
    ),
    "ltree": _names(
        """
        nlevel subltree subpath index ltree2text text2ltree ltree_addltree ltree_addtext ltree_textadd
        ltree_isparent ltree_risparent ltq_regex ltq_rregex lt_q_regex lt_q_rregex ltxtq_exec ltxtq_rexec
        """
    ),
    "fuzzystrmatch": _names("levenshtein levenshtein_less_equal metaphone soundex text_soundex difference dmetaphone"),
    "intarray": _names(
        "icount sort sort_asc sort_desc uniq idx subarray intset _int_contains _int_contained _int_overlap _int_same"
    ),
    "vector": _names(
        """
        l2_distance inner_product cosine_distance l1_distance vector_negative_inner_product vector_dims vector_norm
        l2_normalize subvector vector_add vector_sub vector_mul vector_concat binary_quantize
        """
    ),
}


def is_known_to_pass_null_only(function: CatalogFunction) -> bool:
    """Whether a function of an extension is NULL exactly when one of its arguments is."""
    if function.extension is None or not function.strict or function.returns_set or function.kind != "f":
        return False
    return function.name in KNOWN.get(function.extension, frozenset())
