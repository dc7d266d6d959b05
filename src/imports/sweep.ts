import { and, inArray, lt } from "drizzle-orm";
import { openLeads } from "../db/clients.ts";
import { eachStore } from "../db/each-store.ts";
import { imports } from "../db/leads/schema.ts";
import { settingsOf } from "../env.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { describeError, log } from "../log.ts";
import { requestStep } from "./start-import.ts";
import { STATUS } from "./status.ts";

const AT_ONCE = 100;

/**
 * Finds imports that stopped moving and sends their message again: one that was never sent, or was lost. An
 * import that is being worked on takes no harm from a second message.
 */
export async function sweepImports({ env, databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "imports.not_swept", async (client) => {
    const db = openLeads(client);
    // Taking them counts as a sign of life, so that the next sweep does not send them all again.
    const stalled = await db
      .update(imports)
      .set({ movedAt: now })
      .where(
        inArray(
          imports.id,
          db
            .select({ id: imports.id })
            .from(imports)
            .where(
              and(
                inArray(imports.status, [STATUS.pending, STATUS.processing]),
                lt(imports.movedAt, now - settingsOf(env).stalledAfter),
              ),
            )
            .orderBy(imports.movedAt)
            .limit(AT_ONCE),
        ),
      )
      .returning({ importCode: imports.importCode });
    for (const { importCode } of stalled) {
      try {
        await requestStep(env, importCode);
        log("info", "import.swept", { import_code: importCode });
      } catch (error) {
        // The others are not kept waiting; this one is taken up again once it counts as stopped once more.
        log("error", "import.not_queued", { import_code: importCode, ...describeError(error) });
      }
    }
  });
}
