import { describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCampaign } from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";
import { busyFor } from "../harness/runtime/cost.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { ask, campaign, choice, company, listed, manager, prepareQuestions, send } from "./question-calls.ts";

const RUNS = howMany(15, 50);

prepareQuestions();

interface Option {
  id: number;
  label: string;
  value: string;
  archived: boolean;
}
const change = (questions: unknown, at = campaign) =>
  send("PUT", `/campaigns/${at.id}/questions/options`, { questions });
const shown = async (id: number) =>
  (await bodyOf(call(`/questions/${id}`, { token: manager.token }))).question;

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

  test("twice at once leaves one of the two sets whole, however often", async () => {
    const [one, two] = [await choice("size", ["s"]), await choice("colour", ["red"])];
    const setsOf = (word: string) =>
      [one, two].map(({ id }) => ({
        id,
        options: [1, 2, 3].map((n) => ({
          label: `${word} ${n}`,
          value: `${word === "left" ? "l" : "r"}${n % 2 === 0 ? "" : n}`,
        })),
      }));
    for (let run = 0; run < RUNS; run++) {
      const answers = await Promise.all([change(setsOf("left")), change(setsOf("right"))]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const words = (await listed()).map(({ options }: { options: Option[] }) =>
        options.map(({ label }) => label).join(),
      );
      expect(["left 1,left 2,left 3", "right 1,right 2,right 3"]).toContain(words[0]);
      expect(words[1]).toBe(words[0]);
    }
  });
});

test("4,000 options are replaced at once, in a time that grows with their number alone", async () => {
  const QUESTIONS = 20;
  const keys = Array.from({ length: QUESTIONS }, (_, index) => `q${index}`);
  const values = Array.from({ length: 200 }, (_, index) => `v${index}`);
  const asked: { id: number; options: Option[] }[] = [];
  for (const key of keys) asked.push(await choice(key, values));
  const busy = await busyFor(async () => {
    // All of them under other values, in another order; then none at all.
    const turned = asked.map(({ id, options }) => ({
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
      const before = asked[index]?.options ?? [];
      expect(question.options.map((one: Option) => [one.id, one.value])).toEqual(
        before.map(({ id }, place) => [id, before[before.length - 1 - place]?.value]),
      );
    }
    const { questions: emptied } = await bodyOf(change(asked.map(({ id }) => ({ id, options: [] }))));
    expect(emptied.flatMap((question: { options: Option[] }) => question.options)).toEqual([]);
  });
  // It was a minute and more when each option went through the whole set.
  expect(busy).toBeLessThan(10_000);
});
