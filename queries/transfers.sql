-- Giving a project to another user.

-- name: transfer_project(project_id, from_user_id, to_user_id)!
-- Gives a project to another user and logs it: one call, all or nothing. The work is done by the procedure
-- transfer_project, of migration 0005.
-- @param project_id  The project to give away.
-- @param from_user_id  Who gives it away: must own it.
-- @param to_user_id  Who gets it.
-- @raises PH404 ProjectNotFound  There is no such project.
-- @raises PH403 ProjectNotOwned  The project belongs to another user.
-- @raises PH405 RecipientNotFound  There is no such user to give the project to.
CALL transfer_project(:project_id, :from_user_id, :to_user_id);
