-- Upkeep.

-- name: analyze_tables#
-- Brings the planner's statistics up to date: worth calling after a large import, which autovacuum notices only later.
ANALYZE users;
ANALYZE projects;
ANALYZE conversations;
ANALYZE messages;
ANALYZE artifacts;
ANALYZE activity_log;
