INSERT INTO notes VALUES (1, '50% :not_a_parameter "', 12.5);
