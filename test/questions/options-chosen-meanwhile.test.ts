import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../src/index.ts";
import { bodyOf, call, problemOf, requestOf } from "../harness/api.ts";
import { surround } from "../harness/bindings.ts";
import { campaign, choice, company, manager, prepareQuestions } from "./question-calls.ts";

prepareQuestions();

test("an option that a lead chooses while it is renamed keeps its value", async () => {
  const { id, options } = await choice("size", ["s", "m"]);
  let chosen: Promise<unknown> | undefined;
  const bindings = surround(
    env,
    async ({ binding, reads }, run) => {
      const result = await run();
      // Right after the questions were read early, and before anything is written.
      if (binding.startsWith("LEADS") && reads && !chosen) {
        chosen = company.database
          .prepare("UPDATE question_options SET answered = 1 WHERE id = ?")
          .bind(options[0].id)
          .run();
      }
      if (binding.startsWith("LEADS") && chosen) await chosen;
      return result;
    },
    async () => {},
  );
  const wanted = [
    { id: options[0].id, label: "S", value: "small" },
    { label: "M", value: "m" },
  ];
  const asked = { token: manager.token, method: "PUT", json: { questions: [{ id, options: wanted }] } };
  const context = createExecutionContext();
  const request = requestOf(`/campaigns/${campaign.id}/questions/options`, asked);
  const problem = await problemOf(await worker.fetch(request as never, bindings, context), 422);
  await waitOnExecutionContext(context);
  expect(problem.errors).toMatchObject([{ pointer: "/questions/0/options/0/value", code: "answered" }]);
  const { question } = await bodyOf(call(`/questions/${id}`, { token: manager.token }));
  expect(question.options).toMatchObject([{ value: "s" }, { value: "m" }]);
});
