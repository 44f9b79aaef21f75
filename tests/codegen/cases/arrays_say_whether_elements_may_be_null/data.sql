INSERT INTO boxes VALUES (1, '{a,NULL}', NULL), (2, '{}', '{1,2}');
