-- Takes the indexes away again; no data is touched.

DROP INDEX activity_log_to_user_id_idx;
DROP INDEX activity_log_from_user_id_idx;
DROP INDEX activity_log_project_id_at_idx;
DROP INDEX messages_conversation_id_created_at_idx;
DROP INDEX conversations_project_id_created_at_idx;
DROP INDEX projects_created_at_idx;
DROP INDEX projects_status_validation_score_idx;
DROP INDEX projects_user_id_updated_at_idx;
