import { parseArgs } from "node:util";
import { exitWithError } from "../../src/cli/fail.ts";
import { benchAgainst } from "./against/against.ts";
import { benchAuth } from "./auth/auth.ts";
import { benchBatch } from "./batch/batch.ts";
import { benchConsole } from "./console/console.ts";
import { benchDepth } from "./depth.ts";
import { benchEdits } from "./edits.ts";
import { benchImport } from "./import.ts";
import { benchLeads } from "./leads/leads.ts";
import { benchMemory } from "./memory/memory.ts";
import { benchPacked } from "./packed.ts";
import { benchPeers } from "./peers/peers.ts";
import { benchPreview } from "./preview/preview.ts";
import { benchRead } from "./read.ts";

const USAGE = `Usage:
  npm run bench -- import [records] [--megabytes N] [--heap MiB] [--rounds N] [--dry-run]
  npm run bench -- xlsx [records] [--heap MiB] [--noise N]
  npm run bench -- gzip [records] [--heap MiB] [--noise N]
  npm run bench -- peers [records] [--rounds N]
  npm run bench -- read [--rounds N] [--against FOLDER]
  npm run bench -- depth
  npm run bench -- preview [files]
  npm run bench -- auth
  npm run bench -- batch [seconds]
  npm run bench -- leads [leads] [--rounds N] [--against FOLDER]
  npm run bench -- memory [--heap MiB] [--only NAME]
  npm run bench -- console [leads] [--only NAME]
  npm run bench -- edits`;

/** Three rounds up to this many records, one beyond it. */
const FEW_RECORDS = 200_000;

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      megabytes: { type: "string" },
      heap: { type: "string" },
      only: { type: "string" },
      against: { type: "string" },
      noise: { type: "string" },
      rounds: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const [what, records = "100000"] = positionals;
  let problems: string[];
  if (what === "import") {
    const size = whole(records);
    const megabytes = values.megabytes === undefined ? undefined : whole(values.megabytes);
    problems = await benchImport({
      records: size,
      megabytes,
      heap: values.heap === undefined ? undefined : whole(values.heap),
      dryRun: values["dry-run"],
      rounds: values.rounds ? whole(values.rounds) : megabytes || size > FEW_RECORDS ? 1 : 3,
    });
  } else if (what === "xlsx" || what === "gzip") {
    problems = await benchPacked({
      kind: what,
      records: whole(positionals[1] ?? "200000"),
      noise: whole(values.noise ?? "40"),
      heap: whole(values.heap ?? "64"),
    });
  } else if (what === "peers") {
    const size = whole(records);
    problems = await benchPeers(size, values.rounds ? whole(values.rounds) : size > FEW_RECORDS ? 1 : 3);
  } else if (what === "read") {
    const rounds = whole(values.rounds ?? "9");
    problems = values.against ? await benchAgainst("read", values.against, rounds) : await benchRead(rounds);
  } else if (what === "depth") {
    problems = await benchDepth();
  } else if (what === "preview") {
    problems = await benchPreview(whole(positionals[1] ?? "200"));
  } else if (what === "leads") {
    const count = positionals[1] === undefined ? undefined : whole(positionals[1]);
    problems = values.against
      ? await benchAgainst("leads", values.against, whole(values.rounds ?? "9"), count)
      : await benchLeads(count ?? 1_000_000);
  } else if (what === "memory") {
    problems = await benchMemory(values.heap === undefined ? undefined : whole(values.heap), values.only);
  } else if (what === "console") {
    problems = await benchConsole(whole(positionals[1] ?? "1000000"), values.only);
  } else if (what === "edits") {
    problems = await benchEdits();
  } else if (what === "batch") {
    problems = await benchBatch({
      seconds: whole(positionals[1] ?? "60"),
      leadsPerSecond: 500,
      leadsPerRequest: 250,
    });
  } else if (what === "auth") {
    problems = await benchAuth();
  } else {
    throw new Error(USAGE);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
} catch (error) {
  exitWithError(error);
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`“${text}” is not a positive whole number.\n${USAGE}`);
  return value;
}
