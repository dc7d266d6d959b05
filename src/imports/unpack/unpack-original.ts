import type { Tenant } from "../../db/leads/tenant.ts";
import type { Lease } from "../../jobs/lease.ts";
import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";
import { hashFile } from "../hash/hash-file.ts";
import { saveHash } from "../hash/note-hash.ts";
import { probeEncoding } from "../readers/encodings/probe-encoding.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { scanKeys } from "../readers/json/scan-keys.ts";
import { type ImportState, saveUnpacked } from "../state/import-state.ts";
import { openArchive } from "./archive.ts";
import { gunzip } from "./gunzip.ts";
import { identify } from "./identify.ts";
import { pickFile } from "./pick-file.ts";
import { openFile, type StoredFile } from "./stored-file.ts";
import { readRows, readTexts } from "./unpack-workbook.ts";
import { type EncodingFound, plainFileKey, type Unpacked } from "./unpacked.ts";
import { writePlainFile } from "./write-plain-file.ts";

/** What unpacking needs from outside. */
export interface UnpackPorts {
  tenant: Tenant;
  files: R2Bucket;
  lease: Lease;
  now(): number;
}

/** What is read of an import by now: the original, or what was made of it. */
export function sourceOf({ unpacked, fileKey, fileBytes }: ImportState): StoredFile {
  return unpacked?.source ?? { key: fileKey, bytes: fileBytes };
}

/**
 * Finds out by its head whether a file has to be made readable first.
 *
 * @returns whether that was begun; where not, it is CSV.
 * @throws FileProblem where it never will be.
 */
export async function beginUnpacking(
  ports: UnpackPorts,
  state: ImportState,
  head: Uint8Array,
): Promise<boolean> {
  const next = await identify(openFile(ports.files, sourceOf(state)), head, {
    outer: state.unpacked?.layers.at(-1),
    encoding: state.encoding,
    sheet: state.hints?.sheet ?? null,
  });
  if (next === null) return false;
  const { unpacked } = state;
  await saveUnpacked(
    ports.tenant,
    state.id,
    {
      step: (unpacked?.step ?? 0) + 1,
      layers: [...(unpacked?.layers ?? []), next.layer],
      source: sourceOf(state),
      task: next.task,
      readAs: null,
      sheet: next.sheet ?? null,
    },
    {},
    ports.lease,
    ports.now(),
  );
  return true;
}

/**
 * Goes on with making a file readable, from its checkpoint.
 *
 * @returns whether the task is done; where not, the slice was over before.
 * @throws FileProblem where it cannot be done.
 */
export async function unpackOn(
  { tenant, files, lease, now }: UnpackPorts,
  state: ImportState & { unpacked: Unpacked },
  slice: Slice,
): Promise<boolean> {
  let current = state.unpacked;
  const save = async (change: Partial<Unpacked>, columns: EncodingFound = {}) => {
    const next = { ...current, ...change, step: current.step + 1 };
    await saveUnpacked(tenant, state.id, next, columns, lease, now());
    current = next;
  };
  const { task } = current;
  if (task === null) return true;
  if (task.kind === "compare_hash") {
    await compareHash(tenant, files, state, () => save({}));
    await save({ task: null });
    return true;
  }
  if (task.kind === "scan_keys") return await scanAll(files, state, task.soFar, save, slice);
  if (task.kind === "read_texts" || task.kind === "read_rows") {
    const { importCode, hints } = state;
    const opened = {
      files,
      importCode,
      unpacked: current,
      wanted: hints?.sheet ?? null,
      save: (change: Partial<Unpacked>) => save(change, { encoding: "utf-8", encodingConfidence: "certain" }),
    };
    return task.kind === "read_texts" ? readTexts(opened, task, slice) : readRows(opened, task, slice);
  }
  const file = openFile(files, current.source);
  const encoding = probeEncoding();
  const unpack = async function* () {
    const content = task.kind === "gunzip" ? gunzip(file) : await contentOfOne(file);
    for await (const bytes of content) {
      encoding.push(bytes);
      yield { bytes };
    }
  };
  const made = await writePlainFile(
    files,
    {
      key: plainFileKey(state.importCode, current.layers.length),
      start: null,
      written: task.written,
      piecesFrom: unpack,
      save: (written) => save({ task: { ...task, written } }),
    },
    slice,
  );
  if (made === null) return false;
  const guess = encoding.result();
  await save(
    { source: made, task: null },
    state.hints?.encoding ? {} : { encoding: guess.encoding, encodingConfidence: guess.confidence },
  );
  return true;
}

/** @throws FileProblem where the file is another one than its sender says. */
async function compareHash(
  tenant: Tenant,
  files: R2Bucket,
  state: ImportState,
  atWork: () => Promise<void>,
): Promise<void> {
  const sha256 = await hashFile(files, state.fileKey, atWork);
  if (sha256 === state.fileSha256) return;
  await saveHash(tenant, state, sha256);
  const detail =
    `The SHA-256 of what was uploaded is ${sha256}, and ${state.fileSha256} was promised: a part of it is not what ` +
    "was meant. Upload the file again.";
  throw new FileProblem("wrong_sha256", detail);
}

async function contentOfOne(file: ReturnType<typeof openFile>) {
  const packed = pickFile(await openArchive(file));
  if (packed.kind !== "file") throw new Error("an archive became a workbook");
  return packed.entry.content();
}

async function scanAll(
  files: R2Bucket,
  state: ImportState & { unpacked: Unpacked },
  begun: { offset: number; keys: string[] },
  save: (change: Partial<Unpacked>) => Promise<void>,
  slice: Slice,
): Promise<boolean> {
  const file = openFile(files, state.unpacked.source);
  let soFar = begun;
  while (soFar.offset < file.size) {
    soFar = await scanKeys(file, state.encoding, soFar);
    if (soFar.offset < file.size && (await slice.over())) {
      await save({ task: { kind: "scan_keys", soFar } });
      return false;
    }
    await aMacrotask();
  }
  await save({ task: null, readAs: { as: "objects", keys: soFar.keys } });
  return true;
}
