-- Stand-in for pgcrypto, whose library the embedded PostgreSQL does not have: every function is declared, so that schemas
-- and queries that use it can be loaded and analysed.
-- A weaker replacement for cryptography would be worse than none, so calling one raises an error.

CREATE FUNCTION digest(text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares digest()'; END $$;

CREATE FUNCTION digest(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares digest()'; END $$;

CREATE FUNCTION hmac(text, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares hmac()'; END $$;

CREATE FUNCTION hmac(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares hmac()'; END $$;

CREATE FUNCTION crypt(text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares crypt()'; END $$;

CREATE FUNCTION gen_salt(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares gen_salt()'; END $$;

CREATE FUNCTION gen_salt(text, int4) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares gen_salt()'; END $$;

CREATE FUNCTION encrypt(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares encrypt()'; END $$;

CREATE FUNCTION decrypt(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares decrypt()'; END $$;

CREATE FUNCTION encrypt_iv(bytea, bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares encrypt_iv()'; END $$;

CREATE FUNCTION decrypt_iv(bytea, bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares decrypt_iv()'; END $$;

CREATE FUNCTION gen_random_bytes(int4) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares gen_random_bytes()'; END $$;

CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
    RETURN pg_catalog.gen_random_uuid();

CREATE FUNCTION pgp_sym_encrypt(text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_encrypt()'; END $$;

CREATE FUNCTION pgp_sym_encrypt_bytea(bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_encrypt_bytea()'; END $$;

CREATE FUNCTION pgp_sym_encrypt(text, text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_encrypt()'; END $$;

CREATE FUNCTION pgp_sym_encrypt_bytea(bytea, text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_encrypt_bytea()'; END $$;

CREATE FUNCTION pgp_sym_decrypt(bytea, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_decrypt()'; END $$;

CREATE FUNCTION pgp_sym_decrypt_bytea(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_decrypt_bytea()'; END $$;

CREATE FUNCTION pgp_sym_decrypt(bytea, text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_decrypt()'; END $$;

CREATE FUNCTION pgp_sym_decrypt_bytea(bytea, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_sym_decrypt_bytea()'; END $$;

CREATE FUNCTION pgp_pub_encrypt(text, bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_encrypt()'; END $$;

CREATE FUNCTION pgp_pub_encrypt_bytea(bytea, bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_encrypt_bytea()'; END $$;

CREATE FUNCTION pgp_pub_encrypt(text, bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_encrypt()'; END $$;

CREATE FUNCTION pgp_pub_encrypt_bytea(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_encrypt_bytea()'; END $$;

CREATE FUNCTION pgp_pub_decrypt(bytea, bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_decrypt()'; END $$;

CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_decrypt_bytea()'; END $$;

CREATE FUNCTION pgp_pub_decrypt(bytea, bytea, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_decrypt()'; END $$;

CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_decrypt_bytea()'; END $$;

CREATE FUNCTION pgp_pub_decrypt(bytea, bytea, text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_decrypt()'; END $$;

CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_pub_decrypt_bytea()'; END $$;

CREATE FUNCTION pgp_key_id(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_key_id()'; END $$;

CREATE FUNCTION armor(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares armor()'; END $$;

CREATE FUNCTION armor(bytea, text[], text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares armor()'; END $$;

CREATE FUNCTION dearmor(text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares dearmor()'; END $$;

CREATE FUNCTION pgp_armor_headers(text, OUT key text, OUT value text) RETURNS SETOF record LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares pgp_armor_headers()'; END $$;
