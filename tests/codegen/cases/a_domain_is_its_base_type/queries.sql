-- name: list_accounts(email)
SELECT * FROM accounts WHERE email = :email;

-- name: add_account(account)<!
-- @param account: NewAccount
INSERT INTO accounts (id, email, size, scores) VALUES (:account.id, :account.email, :account.size, :account.scores)
RETURNING email;
