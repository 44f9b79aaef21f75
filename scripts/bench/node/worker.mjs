// The process that runs the contenders written in JavaScript: the same commands and answers as worker.py.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";

const opened = new Map();

// One text for one content: as canonical.py writes it.
function canonical(value) {
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function without(value, names) {
  if (Array.isArray(value)) return value.map((item) => without(item, names));
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept.map(([name, item]) => [name, without(item, names)]));
}

function summarise(value) {
  const rows = Array.isArray(value) ? value : [value];
  const digest = createHash("sha256").update(canonical(value)).digest("hex");
  return { rows: rows.length, digest, first: rows.slice(0, 3).map(canonical) };
}

function take(contender, count) {
  const taken = [];
  for (let index = 0; index < count; index++) {
    taken.push(contender.arguments[(contender.next + index) % contender.arguments.length]);
  }
  contender.next += count;
  return taken;
}

async function answer(request) {
  const name = request.as;
  switch (request.do) {
    case "open": {
      const { open } = await import(`./${request.class}.mjs`);
      const { call, close, plain } = await open(request.connection, request.call);
      opened.set(name, { call, close, plain, arguments: request.arguments, next: 0 });
      return {};
    }
    case "check": {
      const contender = opened.get(name);
      const [given] = take(contender, 1);
      return summarise(without(contender.plain(await contender.call(...given)), request.without));
    }
    case "round": {
      const contender = opened.get(name);
      const batch = take(contender, request.count);
      globalThis.gc?.();
      const begun = process.hrtime.bigint();
      for (const given of batch) await contender.call(...given);
      return { seconds: Number(process.hrtime.bigint() - begun) / 1e9 };
    }
    case "close": {
      await opened.get(name).close();
      opened.delete(name);
      return {};
    }
    case "versions": {
      const require = createRequire(import.meta.url);
      const versions = { node: process.versions.node };
      for (const each of request.of) {
        const entry = require.resolve(each);
        const folder = entry.slice(0, entry.lastIndexOf(`/node_modules/${each}/`) + `/node_modules/${each}/`.length);
        versions[each] = JSON.parse(readFileSync(`${folder}package.json`, "utf8")).version;
      }
      return { versions };
    }
    default:
      throw new Error(`no command ${request.do}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let result;
  try {
    result = await answer(JSON.parse(line));
  } catch (error) {
    result = { error: `${error.name}: ${error.message}${error.cause ? ` (${error.cause.message})` : ""}` };
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
