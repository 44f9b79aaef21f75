-- Takes the procedure away again; transfers that were made stay made, and logged.

DROP PROCEDURE transfer_project(uuid, uuid, uuid);
