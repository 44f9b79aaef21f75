-- name: list_parcels(size)
SELECT * FROM parcels WHERE size >= :size ORDER BY id;

-- name: set_state(id, state)!
UPDATE parcels SET state = :state WHERE id = :id;

-- name: get_kind(id)$
SELECT kind FROM parcels WHERE id = :id;

-- name: add_parcels(parcels)!
-- @param parcels: list[NewParcel]
INSERT INTO parcels (id, size, state, kind, code)
SELECT * FROM unnest(
    :parcels.id::int[], :parcels.size::smallint[], :parcels.state::text[], :parcels.kind::text[], :parcels.code::text[]
);
