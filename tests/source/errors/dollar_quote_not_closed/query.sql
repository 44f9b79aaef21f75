-- name: make#
DO $do$ BEGIN NULL; END $$;
