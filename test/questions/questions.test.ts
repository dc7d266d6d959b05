import { describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createLead } from "../harness/leads.ts";
import { ask, campaign, choice, company, listed, manager, prepareQuestions, send } from "./question-calls.ts";

prepareQuestions();

describe("asking a question", () => {
  test("keeps it with its options, after those that there are", async () => {
    await choice("size", ["s", "m"]);
    const second = await choice("colour", ["red"]);
    expect(second).toMatchObject({ campaign_id: campaign.id, position: 2, required: false, archived: false });
    expect(second.options).toEqual([
      { id: expect.any(Number), label: "RED", value: "red", position: 1, archived: false },
    ]);
    expect((await listed()).map((one: { key: string }) => one.key)).toEqual(["size", "colour"]);
  });

  test("twice under one key is a conflict, also at once", async () => {
    const json = { key: "age", text: "Age?", kind: "number" };
    const path = `/campaigns/${campaign.id}/questions`;
    const answers = await Promise.all([send("POST", path, json), send("POST", path, json)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await listed()).toHaveLength(1);
  });

  test.each([
    ["a key with a capital", { key: "Age", text: "Age?", kind: "number" }, "/key"],
    ["a key called __proto__", { key: "__proto__", text: "Age?", kind: "number" }, "/key"],
    ["a kind that there is not", { key: "age", text: "Age?", kind: "colour" }, "/kind"],
    [
      "options that it cannot have",
      { key: "age", text: "?", kind: "number", options: [{ label: "a", value: "a" }] },
      "/options",
    ],
    [
      "two options of one value",
      {
        key: "age",
        text: "?",
        kind: "single_choice",
        options: [
          { label: "a", value: "a" },
          { label: "b", value: "a" },
        ],
      },
      "/options",
    ],
  ])("with %s is refused", async (_, json, pointer) => {
    const problem = await problemOf(send("POST", `/campaigns/${campaign.id}/questions`, json), 422);
    expect(problem.errors[0].pointer).toBe(pointer);
    expect(await listed()).toEqual([]);
  });
});

describe("a question that is no longer asked", () => {
  test("is deleted without answers", async () => {
    const { id } = await choice("size", ["s"]);
    expect((await send("DELETE", `/questions/${id}`)).status).toBe(204);
    await problemOf(call(`/questions/${id}`, { token: manager.token }), 404);
    const { results } = await company.database
      .prepare("SELECT id FROM question_options WHERE question_id = ?")
      .bind(id)
      .all();
    expect(results).toEqual([]);
  });

  test("is archived with its answers, and can be asked again", async () => {
    const { id } = await choice("size", ["s"]);
    const lead = await createLead(company, { answers: { [id]: "s" } });
    expect((await send("DELETE", `/questions/${id}`)).status).toBe(204);
    expect(await listed()).toEqual([]);
    expect(await listed("?archived_eq=true")).toMatchObject([
      { id, archived: true, options: [{ value: "s" }] },
    ]);
    const kept = await company.database
      .prepare("SELECT answers FROM leads WHERE id = ?")
      .bind(lead.id)
      .first();
    expect(kept).toEqual({ answers: JSON.stringify({ [id]: "s" }) });
    await bodyOf(send("PUT", `/questions/${id}`, { archived: false }));
    expect(await listed()).toHaveLength(1);
  });
});

test("questions are put in order, all of them or not at all", async () => {
  const ids = [];
  for (const key of ["a", "b", "c"]) ids.push((await ask({ key, text: key, kind: "text" })).id);
  const path = `/campaigns/${campaign.id}/questions/order`;
  const { questions } = await bodyOf(send("PUT", path, { question_ids: [...ids].reverse() }));
  expect(questions.map((one: { key: string }) => one.key)).toEqual(["c", "b", "a"]);
  for (const wrong of [ids.slice(1), [...ids, ids[0]], [...ids.slice(1), 999]]) {
    await problemOf(send("PUT", path, { question_ids: wrong }), 422);
  }
  expect((await listed()).map((one: { key: string }) => one.key)).toEqual(["c", "b", "a"]);
});

test("key and kind of a question stay", async () => {
  const { id } = await ask({ key: "age", text: "?", kind: "number" });
  for (const json of [{ key: "years" }, { kind: "text" }, { campaign_id: 1 }]) {
    await problemOf(send("PUT", `/questions/${id}`, json), 422);
  }
  expect(await bodyOf(send("PUT", `/questions/${id}`, { text: "How old?", required: true }))).toMatchObject({
    question: { key: "age", text: "How old?", required: true },
  });
});
