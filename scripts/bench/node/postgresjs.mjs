// postgres.js: tagged templates, which it prepares by itself, on its own pool.
import postgres from "postgres";

const calls = {
  get: (sql) => async (id) => (await sql`SELECT * FROM projects WHERE id = ${id}`)[0],
  gather: (sql) => (ids) =>
    Promise.all(ids.map(async (id) => (await sql`SELECT * FROM projects WHERE id = ${id}`)[0])),
  rows: (sql) => (userId, limit) =>
    sql`SELECT * FROM projects WHERE user_id = ${userId} ORDER BY updated_at DESC, id DESC LIMIT ${limit}`,
  everything: (sql) => (since, limit) =>
    sql`SELECT * FROM projects WHERE created_at >= ${since} ORDER BY created_at, id LIMIT ${limit}`,
  insert: (sql) => async (project) =>
    (
      await sql`
        INSERT INTO projects (name, description, status, collected_data, user_id)
        VALUES (${project.name}, ${project.description}, ${project.status}, ${sql.json(project.collected_data)},
                ${project.user_id})
        RETURNING *`
    )[0],
  batch: (sql) => (items) =>
    sql`INSERT INTO messages ${sql(items, "conversation_id", "role", "content")} RETURNING *`,
  transfer: (sql) => (projectId, fromUserId, toUserId) =>
    sql`CALL transfer_project(${projectId}, ${fromUserId}, ${toUserId})`,
};

export async function open(connection, call) {
  const { host, port, user, database, password } = connection;
  const sql = postgres({ host, port, user, database, password, max: call === "gather" ? 8 : 1, onnotice: () => {} });
  return {
    call: calls[call](sql),
    close: () => sql.end(),
    plain: (found) => {
      if (found === undefined || call === "transfer") return null;
      return Array.isArray(found) ? [...found] : found;
    },
  };
}
