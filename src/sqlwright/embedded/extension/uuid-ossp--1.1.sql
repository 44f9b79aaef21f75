-- Stand-in for uuid-ossp, whose library the embedded PostgreSQL does not have: every function is declared, so that schemas
-- and queries that use it can be loaded and analysed.
-- Random and name-based (MD5) identifiers are real; those that need a clock sequence or SHA-1 raise an error.

CREATE FUNCTION uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '00000000-0000-0000-0000-000000000000'::uuid;

CREATE FUNCTION uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_oid() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_x500() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
    RETURN gen_random_uuid();

-- RFC 4122, section 4.3: the MD5 of namespace and name, with version 3 and the variant written into it.
CREATE FUNCTION uuid_generate_v3(namespace uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT encode(set_byte(set_byte(hashed.bytes, 6, (get_byte(hashed.bytes, 6) & 15) | 48),
                                   8, (get_byte(hashed.bytes, 8) & 63) | 128), 'hex')::uuid
            FROM (SELECT decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex') AS bytes) AS hashed);

CREATE FUNCTION uuid_generate_v1() RETURNS uuid LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares uuid_generate_v1()'; END $$;

CREATE FUNCTION uuid_generate_v1mc() RETURNS uuid LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares uuid_generate_v1mc()'; END $$;

CREATE FUNCTION uuid_generate_v5(namespace uuid, name text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL only declares uuid_generate_v5()'; END $$;
