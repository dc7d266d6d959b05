import { beforeEach, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

let company: TestCompany;
let manager: TestUser;
let campaign: { id: number };

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  campaign = await createCampaign(company);
});

interface Option {
  id: number;
  label: string;
  value: string;
  archived: boolean;
}

const send = (method: string, path: string, json?: unknown) =>
  call(path, { token: manager.token, method, ...(json !== undefined && { json }) });
const ask = async (json: object, at = campaign) =>
  (await bodyOf(send("POST", `/campaigns/${at.id}/questions`, json), 201)).question;
const choice = (key: string, values: string[]) =>
  ask({
    key,
    text: `${key}?`,
    kind: "single_choice",
    options: values.map((value) => ({ label: value.toUpperCase(), value })),
  });
const change = (questions: unknown, at = campaign) =>
  send("PUT", `/campaigns/${at.id}/questions/options`, { questions });
const shown = async (id: number) =>
  (await bodyOf(call(`/questions/${id}`, { token: manager.token }))).question;
const listed = async (query = "") =>
  (await bodyOf(call(`/campaigns/${campaign.id}/questions${query}`, { token: manager.token }))).questions;

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

describe("changing options", () => {
  test("puts them where they say, whatever their order in the request", async () => {
    const { id } = await choice("place", []);
    const options = [
      { label: "Last", value: "last", position: 9 },
      { label: "First", value: "first", position: 4 },
    ];
    const { questions } = await bodyOf(change([{ id, options }]));
    expect(questions[0].options).toMatchObject([
      { value: "first", position: 4 },
      { value: "last", position: 9 },
    ]);
  });

  test("sets the whole set: keeps, renames, adds, takes out, and puts in order", async () => {
    const { id, options } = await choice("size", ["s", "m", "l"]);
    const [s, m] = options as Option[];
    const { questions } = await bodyOf(
      change([
        {
          id,
          options: [
            { id: m?.id, label: "Medium", value: "medium", position: 1 },
            { id: s?.id, label: "Small", value: "s", position: 2 },
            { label: "Huge", value: "xxl" },
          ],
        },
      ]),
    );
    expect(questions[0].options).toEqual([
      { id: m?.id, label: "Medium", value: "medium", position: 1, archived: false },
      { id: s?.id, label: "Small", value: "s", position: 2, archived: false },
      { id: expect.any(Number), label: "Huge", value: "xxl", position: 3, archived: false },
    ]);
    expect(await shown(id)).toEqual(questions[0]);
  });

  test("lets two change places", async () => {
    const { id, options } = await choice("size", ["a", "b"]);
    const [a, b] = options as Option[];
    const { questions } = await bodyOf(
      change([
        {
          id,
          options: [
            { id: a?.id, label: "A", value: "b" },
            { id: b?.id, label: "B", value: "a" },
          ],
        },
      ]),
    );
    expect(questions[0].options).toMatchObject([
      { id: a?.id, value: "b" },
      { id: b?.id, value: "a" },
    ]);
  });

  test("archives what a lead chose, deletes what none did, and offers an archived one again", async () => {
    const { id, options } = await choice("size", ["s", "m", "l"]);
    await createLead(company, { answers: { [id]: "m" } });
    await bodyOf(change([{ id, options: [{ label: "S", value: "s" }] }]));
    const [s, m] = (await shown(id)).options;
    expect([s, m]).toMatchObject([
      { value: "s", archived: false },
      { id: options[1].id, value: "m", archived: true },
    ]);
    expect((await shown(id)).options).toHaveLength(2);
    await bodyOf(change([{ id, options: [{ label: "M again", value: "m" }] }]));
    expect((await shown(id)).options).toMatchObject([
      { id: options[1].id, label: "M again", archived: false },
    ]);
  });

  test("keeps what was chosen among several", async () => {
    const { id } = await ask({
      key: "likes",
      text: "?",
      kind: "multiple_choice",
      options: [
        { label: "A", value: "a" },
        { label: "B", value: "b" },
      ],
    });
    await createLead(company, { answers: { [id]: ["x", "b"] } });
    await bodyOf(change([{ id, options: [] }]));
    expect((await shown(id)).options).toMatchObject([{ value: "b", archived: true }]);
  });

  test("is all or nothing over all questions, and says which option is wrong", async () => {
    const [one, two] = [await choice("size", ["s"]), await choice("colour", ["red"])];
    const before = await listed();
    const other = two.options[0].id;
    const wrong: [unknown, number, string][] = [
      [
        [
          { id: one.id, options: [] },
          { id: two.id, options: [{ id: one.options[0].id, label: "x", value: "x" }] },
        ],
        422,
        "/questions/1/options/0/id",
      ],
      [
        [
          { id: one.id, options: [] },
          { id: 999, options: [] },
        ],
        404,
        "/questions/1/id",
      ],
      [
        [
          { id: one.id, options: [] },
          { id: one.id, options: [] },
        ],
        422,
        "/questions/1/id",
      ],
      [
        [
          {
            id: two.id,
            options: [
              { id: other, label: "x", value: "x" },
              { label: "y", value: "x" },
            ],
          },
        ],
        422,
        "/questions/0/options/1/value",
      ],
      [
        [
          {
            id: two.id,
            options: [
              { id: other, label: "x", value: "x" },
              { id: other, label: "y", value: "y" },
            ],
          },
        ],
        422,
        "/questions/0/options/1/id",
      ],
      [
        [{ id: two.id, options: [{ id: other, label: "", value: "x" }] }],
        422,
        "/questions/0/options/0/label",
      ],
    ];
    for (const [questions, status, pointer] of wrong) {
      const problem = await problemOf(change(questions), status);
      expect(problem.errors[0].pointer).toBe(pointer);
      expect(await listed()).toEqual(before);
    }
  });

  test("of a question that is no choice, or is asked by another campaign, is refused", async () => {
    const { id } = await ask({ key: "age", text: "?", kind: "number" });
    await problemOf(change([{ id, options: [] }]), 422);
    const other = await createCampaign(company, "Other");
    const theirs = await ask({ key: "size", text: "?", kind: "single_choice" }, other);
    await problemOf(change([{ id: theirs.id, options: [] }]), 404);
  });

  test("does not change the value of one that leads chose", async () => {
    const { id, options } = await choice("size", ["s"]);
    await createLead(company, { answers: { [id]: "s" } });
    const problem = await problemOf(
      change([{ id, options: [{ id: options[0].id, label: "S", value: "small" }] }]),
      422,
    );
    expect(problem.errors[0]).toMatchObject({ pointer: "/questions/0/options/0/value", code: "answered" });
    expect((await shown(id)).options).toEqual(options);
  });

  test("twice at once leaves one of the two sets whole, 50 times", async () => {
    const [one, two] = [await choice("size", ["s"]), await choice("colour", ["red"])];
    const setsOf = (word: string) =>
      [one, two].map(({ id }) => ({
        id,
        options: [1, 2, 3].map((n) => ({
          label: `${word} ${n}`,
          value: `${word === "left" ? "l" : "r"}${n % 2 === 0 ? "" : n}`,
        })),
      }));
    for (let run = 0; run < 50; run++) {
      const answers = await Promise.all([change(setsOf("left")), change(setsOf("right"))]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const words = (await listed()).map(({ options }: { options: Option[] }) =>
        options.map(({ label }) => label).join(),
      );
      expect(["left 1,left 2,left 3", "right 1,right 2,right 3"]).toContain(words[0]);
      expect(words[1]).toBe(words[0]);
    }
  }, 60_000);
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

test("4,000 options are replaced at once, in a time that grows with their number alone", async () => {
  const QUESTIONS = 20;
  const keys = Array.from({ length: QUESTIONS }, (_, index) => `q${index}`);
  const values = Array.from({ length: 200 }, (_, index) => `v${index}`);
  const asked = [];
  for (const key of keys) asked.push(await choice(key, values));
  const begun = Date.now();
  // All of them under other values, in another order; then none at all.
  const turned = asked.map(({ id, options }: { id: number; options: Option[] }) => ({
    id,
    options: options.map((option, index) => ({
      id: option.id,
      label: option.label,
      value: options[options.length - 1 - index]?.value,
    })),
  }));
  const { questions } = await bodyOf(change(turned));
  expect(questions).toHaveLength(QUESTIONS);
  for (const [index, question] of questions.entries()) {
    const before = asked[index].options as Option[];
    expect(question.options.map((one: Option) => [one.id, one.value])).toEqual(
      before.map(({ id }, place) => [id, before[before.length - 1 - place]?.value]),
    );
  }
  const { questions: emptied } = await bodyOf(change(asked.map(({ id }) => ({ id, options: [] }))));
  expect(emptied.flatMap((question: { options: Option[] }) => question.options)).toEqual([]);
  // It was a minute and more when each option went through the whole set.
  expect(Date.now() - begun).toBeLessThan(10_000);
});
