// Drizzle on node-postgres: relational queries, prepared once with placeholders, on a pool.
import { and, asc, desc, eq, gte, relations, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { jsonb, numeric, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import pg from "pg";

const time = (name) => timestamp(name, { withTimezone: true }).notNull().default(sql`clock_timestamp()`);

const projects = pgTable("projects", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name").notNull(),
  description: text("description"),
  status: text("status").notNull().default("draft"),
  collectedData: jsonb("collected_data"),
  userId: uuid("user_id").notNull(),
  createdAt: time("created_at"),
  updatedAt: time("updated_at"),
  validationScore: numeric("validation_score", { precision: 5, scale: 2 }),
});
const conversations = pgTable("conversations", {
  id: uuid("id").primaryKey().defaultRandom(),
  projectId: uuid("project_id").notNull(),
  title: text("title"),
  createdAt: time("created_at"),
});
const messages = pgTable("messages", {
  id: uuid("id").primaryKey().defaultRandom(),
  conversationId: uuid("conversation_id").notNull(),
  role: text("role").notNull(),
  content: text("content").notNull(),
  createdAt: time("created_at"),
});
const activityLog = pgTable("activity_log", {
  id: uuid("id").primaryKey().defaultRandom(),
  type: text("type").notNull(),
  projectId: uuid("project_id").notNull(),
  fromUserId: uuid("from_user_id"),
  toUserId: uuid("to_user_id"),
  at: time("at"),
});
const projectRelations = relations(projects, ({ many }) => ({ conversations: many(conversations) }));
const conversationRelations = relations(conversations, ({ one }) => ({
  project: one(projects, { fields: [conversations.projectId], references: [projects.id] }),
}));
const schema = { projects, conversations, messages, activityLog, projectRelations, conversationRelations };

const newestFirst = [desc(projects.updatedAt), desc(projects.id)];

const calls = {
  get: (db) => {
    const query = db.query.projects.findFirst({ where: eq(projects.id, sql.placeholder("id")) }).prepare("get");
    return (id) => query.execute({ id });
  },
  gather: (db) => {
    const query = db.query.projects.findFirst({ where: eq(projects.id, sql.placeholder("id")) }).prepare("get");
    return (ids) => Promise.all(ids.map((id) => query.execute({ id })));
  },
  rows: (db) => {
    const query = db.query.projects
      .findMany({
        where: eq(projects.userId, sql.placeholder("userId")),
        orderBy: newestFirst,
        limit: sql.placeholder("limit"),
      })
      .prepare("rows");
    return (userId, limit) => query.execute({ userId, limit });
  },
  everything: (db) => {
    const query = db.query.projects
      .findMany({
        where: gte(projects.createdAt, sql.placeholder("since")),
        orderBy: [asc(projects.createdAt), asc(projects.id)],
        limit: sql.placeholder("limit"),
      })
      .prepare("everything");
    return (since, limit) => query.execute({ since: new Date(since), limit });
  },
  latest: (db) => {
    const query = db.query.projects
      .findMany({
        where: eq(projects.userId, sql.placeholder("userId")),
        orderBy: newestFirst,
        limit: sql.placeholder("limit"),
        with: { conversations: { orderBy: [desc(conversations.createdAt), desc(conversations.id)], limit: 1 } },
      })
      .prepare("latest");
    return (userId, limit) => query.execute({ userId, limit });
  },
  insert: (db) => {
    const query = db
      .insert(projects)
      .values({
        name: sql.placeholder("name"),
        description: sql.placeholder("description"),
        status: sql.placeholder("status"),
        collectedData: sql.placeholder("collectedData"),
        userId: sql.placeholder("userId"),
      })
      .returning()
      .prepare("insert");
    return async (fields) => (await query.execute(fromRow(fields)))[0];
  },
  batch: (db) => (items) => db.insert(messages).values(items.map(fromRow)).returning(),
  transfer: (db) => (projectId, fromUserId, toUserId) =>
    db.transaction(async (tx) => {
      const owned = and(eq(projects.id, projectId), eq(projects.userId, fromUserId));
      const [project] = await tx.select({ id: projects.id }).from(projects).where(owned).for("no key update");
      if (!project) throw new Error("not the owner");
      await tx
        .update(projects)
        .set({ userId: toUserId, updatedAt: sql`clock_timestamp()` })
        .where(eq(projects.id, projectId));
      await tx.insert(activityLog).values({ type: "project_transferred", projectId, fromUserId, toUserId });
    }),
};

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const fromRow = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));

function rowOf(found) {
  const row = Object.fromEntries(Object.entries(found).map(([name, value]) => [snake(name), value]));
  if ("conversations" in row) {
    const [latest] = row.conversations;
    delete row.conversations;
    row.latest_conversation = latest ? rowOf(latest) : null;
  }
  return row;
}

export async function open(connection, call) {
  const max = call === "gather" ? 8 : 1;
  const pool = new pg.Pool({ ...connection, max, idleTimeoutMillis: 0 });
  const db = drizzle(pool, { schema });
  return {
    call: calls[call](db),
    close: () => pool.end(),
    plain: (found) => {
      if (found === undefined || call === "transfer") return null;
      return Array.isArray(found) ? found.map(rowOf) : rowOf(found);
    },
  };
}
