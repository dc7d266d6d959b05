import { app } from "./app.ts";
import { forgetIdempotencyKeys } from "./http/idempotency.ts";
import { consumeDeadImports, consumeImports } from "./imports/consumer.ts";
import type { ImportMessage } from "./imports/start-import.ts";
import { sweepImports } from "./imports/sweep.ts";

export default {
  fetch: app.fetch,

  async queue(batch, env) {
    await (batch.queue.endsWith("-dead") ? consumeDeadImports : consumeImports)(batch, env);
  },

  async scheduled(controller, env) {
    await sweepImports(env, controller.scheduledTime);
    await forgetIdempotencyKeys(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env, ImportMessage>;
