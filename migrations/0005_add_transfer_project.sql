-- Giving a project to another user: checked, logged, all or nothing.
-- depends: 0004_add_indexes

CREATE PROCEDURE transfer_project(project uuid, from_user uuid, to_user uuid)
LANGUAGE plpgsql
AS $$
DECLARE
    owner uuid;
BEGIN
    -- The lock makes two transfers of one project take turns: the second one sees the owner that the first one set.
    -- NO KEY: the project's key stays as it is, so conversations may be added to it meanwhile.
    SELECT p.user_id INTO owner FROM projects AS p WHERE p.id = project FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such project'
            USING ERRCODE = 'PH404', TABLE = 'projects', HINT = 'It may have been deleted meanwhile.';
    END IF;

    IF owner IS DISTINCT FROM from_user THEN
        RAISE EXCEPTION 'the project belongs to another user'
            USING ERRCODE = 'PH403', TABLE = 'projects', COLUMN = 'user_id',
                  HINT = 'Only its owner can give it away; it may have been transferred meanwhile.';
    END IF;

    -- The lock keeps the recipient from being deleted before this transaction ends.
    PERFORM FROM users AS u WHERE u.id = to_user FOR KEY SHARE;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such user to give the project to'
            USING ERRCODE = 'PH405', TABLE = 'users', HINT = 'The account may have been deleted meanwhile.';
    END IF;

    UPDATE projects AS p
    SET user_id = to_user, updated_at = clock_timestamp()
    WHERE p.id = project;

    INSERT INTO activity_log (type, project_id, from_user_id, to_user_id)
    VALUES ('project_transferred', project, from_user, to_user);
END
$$;

COMMENT ON PROCEDURE transfer_project(uuid, uuid, uuid) IS
    'Gives a project to another user and logs it. Raises PH404 (no such project), PH403 (from_user is not its owner), '
    'PH405 (no such recipient); then nothing has changed.';
