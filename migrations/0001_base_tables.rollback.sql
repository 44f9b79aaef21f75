-- Takes the base tables away again, with all that is in them.

DROP TABLE activity_log;
DROP TABLE messages;
DROP TABLE conversations;
DROP TABLE projects;
DROP TABLE users;
