import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { EXAMPLE_EMAIL, EXAMPLE_PHONE } from "../../../src/imports/template/example-record.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../../harness/api.ts";
import { createCampaign, createCompany, createUser, type TestUser } from "../../harness/factories.ts";
import { listsOf, partsOf, rowOf, withRow } from "./workbook-parts.ts";

const LANGUAGES = ["en", "es", "pt"] as const;

/** A campaign with a question of each kind; one is called like a lead's column, one has labels that are alike. */
async function surroundings(): Promise<{ companyId: number; campaignId: number; user: TestUser }> {
  const company = await createCompany();
  const user = await createUser({ access: [{ company, role: "manager" }] });
  const campaign = await createCampaign(company);
  const option = (label: string, value: string, position: number) => ({ label, value, position });
  const questions = [
    {
      key: "budget",
      text: "How much?",
      kind: "single_choice",
      options: [option("10–50 k", "10k", 1), option("More", "more", 2)],
    },
    {
      key: "channels",
      text: "Where?",
      kind: "multiple_choice",
      options: [option("Other", "a", 1), option("other", "b", 2)],
    },
    { key: "why", text: "Why?", kind: "text" },
    { key: "seats", text: "How many?", kind: "number" },
    { key: "from_when", text: "When?", kind: "date" },
    { key: "agreed", text: "Agreed?", kind: "boolean" },
    { key: "city", text: "Which city?", kind: "text" },
  ];
  for (const [index, json] of questions.entries()) {
    await bodyOf(
      call(`/campaigns/${campaign.id}/questions`, {
        token: user.token,
        method: "POST",
        json: { required: false, position: index + 1, ...json },
      }),
      201,
    );
  }
  return { companyId: company.id, campaignId: campaign.id, user };
}

let world: Awaited<ReturnType<typeof surroundings>>;
beforeAll(async () => {
  world = await surroundings();
});

const pathOf = (query: string) =>
  `/import/template?company_id=${world.companyId}&campaign_id=${world.campaignId}${query}`;

async function template(query: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await call(pathOf(query), { token: world.user.token, headers });
  expect(answer.status).toBe(200);
  return answer;
}

describe.each(LANGUAGES)("the template in %s", (language) => {
  test("filled in, it is imported right without a mapping, and the example is left out", async () => {
    const text = await (await template(`&locale=${language}`)).text();
    const [header = "", example = ""] = text.split("\r\n");
    const person = example
      .replace(EXAMPLE_EMAIL, `real-${language}@leads.test`)
      .replace(EXAMPLE_PHONE, "+525512345678")
      .replace("A-1", `A-${language}`);
    const query = `&campaign_id=${world.campaignId}`;
    const file = [header, example, person, ""].join("\r\n");
    const { import_code: code } = await upload(world.user.token, world.companyId, file, query);
    const done = await waitForImport(code, world.user.token);
    expect(done).toMatchObject({ total_records: 2, failed_records: 1, warning_records: 0 });
    const { groups } = await bodyOf(call(`/import/${code}/errors`, { token: world.user.token }));
    expect(groups).toMatchObject([{ code: "example_record", count: 1 }]);
    const list = `/companies/${world.companyId}/leads?import_code_eq=${code}`;
    const { leads } = await bodyOf(call(list, { token: world.user.token }));
    const [lead] = leads;
    expect(lead).toMatchObject({
      email: `real-${language}@leads.test`,
      phone: "+525512345678",
      first_name: "Lucía",
      last_name: "Romero",
      company_name: "Café Aurora",
      job_title: "Owner",
      state: "CDMX",
      source: "fair",
      notes: "Came to our stand",
      website: "https://aurora.example",
      tags: ["vip"],
      custom_fields: {},
      answers: { budget: "10k", channels: ["a"], seats: 10, from_when: "2026-01-31", agreed: true },
    });
    expect(Object.keys(lead.answers).sort()).toEqual(
      ["agreed", "budget", "channels", "city", "from_when", "seats", "why"].sort(),
    );
  });

  test("as a workbook it has the same columns, each found by its header, and lists of choices", async () => {
    const answer = await template(`&locale=${language}&format=xlsx`);
    const bytes = await answer.arrayBuffer();
    expect(answer.headers.get("Content-Disposition")).toContain(`leads-${language}.xlsx`);
    const { preview } = await bodyOf(
      call(`/import/preview?company_id=${world.companyId}&campaign_id=${world.campaignId}`, {
        token: world.user.token,
        method: "POST",
        headers: { "Content-Type": "application/octet-stream" },
        body: bytes,
      }),
    );
    expect(preview.file.kind).toBe("xlsx");
    expect(preview.columns.filter((one: { found_by: string }) => one.found_by !== "header")).toEqual([]);
    expect(
      preview.columns.filter((one: { target: string }) => one.target.startsWith("custom_fields")),
    ).toEqual([]);
    const csv = (await (await template(`&locale=${language}`)).text()).split("\r\n")[0];
    expect(preview.columns.map((one: { header: string }) => one.header)).toEqual(csv?.split(","));
    expect(preview.sample_records).toMatchObject([{ outcome: "rejected", code: "example_record" }]);
  });
});

test("a workbook that is filled in with what its lists offer is imported right", async () => {
  const parts = await partsOf(await (await template("&locale=es&format=xlsx")).arrayBuffer());
  const header = rowOf(parts, 1, 1);
  const lists = Object.fromEntries(
    Object.entries(listsOf(parts)).map(([column, options]) => [header[column], options]),
  );
  const { results: stages } = await env.DIRECTORY.prepare(
    "SELECT key, name FROM stages ORDER BY position",
  ).all<{
    key: string;
    name: string;
  }>();
  expect(lists).toEqual({
    Etapa: stages.map(({ name }) => name),
    budget: ["10–50 k", "More"],
    channels: ["Other", "other"],
    agreed: ["Sí", "No"],
  });
  const written: Record<string, string> = {
    "Correo electrónico": "from-workbook@leads.test",
    "Nombre(s)": "Zoë",
    Apellidos: "Núñez",
    Etapa: stages.at(1)?.name ?? "",
    Etiquetas: "vip; new",
    budget: lists.budget?.[1] ?? "",
    channels: lists.channels?.[1] ?? "",
    seats: "007",
    from_when: "2026-03-31",
    agreed: lists.agreed?.[1] ?? "",
  };
  const filled = Object.entries(header).flatMap(([column, name]) =>
    written[name] === undefined ? [] : [[column, written[name]]],
  );
  expect(filled).toHaveLength(Object.keys(written).length);
  const file = withRow(parts, 3, Object.fromEntries(filled));
  const { token } = world.user;
  const { import_code: code } = await upload(
    token,
    world.companyId,
    file,
    `&campaign_id=${world.campaignId}&file_name=template.xlsx`,
  );
  const done = await waitForImport(code, token);
  expect(done).toMatchObject({
    total_records: 2,
    created_records: 1,
    failed_records: 1,
    warning_records: 0,
  });
  const { leads } = await bodyOf(
    call(`/companies/${world.companyId}/leads?import_code_eq=${code}`, { token }),
  );
  expect(leads).toMatchObject([
    {
      email: "from-workbook@leads.test",
      first_name: "Zoë",
      last_name: "Núñez",
      stage: { key: stages[1]?.key },
      tags: ["new", "vip"],
      custom_fields: {},
      answers: { budget: "more", channels: ["b"], seats: 7, from_when: "2026-03-31", agreed: false },
    },
  ]);
});

describe.each(LANGUAGES)("beside questions that are called like a lead's columns, in %s", (language) => {
  const KEYS = ["email", "phone", "notes", "company", "tags"];

  test("the lead's columns are there, and the example is known by any contact of it", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    const campaign = await createCampaign(company);
    for (const [index, key] of KEYS.entries()) {
      const json = { key, text: `Which ${key}?`, kind: "text", required: false, position: index + 1 };
      await bodyOf(call(`/campaigns/${campaign.id}/questions`, { token, method: "POST", json }), 201);
    }
    const query = `company_id=${company.id}&campaign_id=${campaign.id}&locale=${language}`;
    const text = await (await call(`/import/template?${query}`, { token })).text();
    const [header = "", example = ""] = text.split("\r\n");
    const real = example.replace(EXAMPLE_EMAIL, "real@leads.test").replace(EXAMPLE_PHONE, "+525512345678");
    const noEmail = example.replace(EXAMPLE_EMAIL, "");
    const noPhone = example.replace(`'${EXAMPLE_PHONE}`, "");
    const file = [header, example, noEmail, noPhone, real, ""].join("\r\n");
    const { import_code: code } = await upload(token, company.id, file, `&campaign_id=${campaign.id}`);
    const done = await waitForImport(code, token);
    expect(done).toMatchObject({ created_records: 1, failed_records: 3, warning_records: 0 });
    const { groups } = await bodyOf(call(`/import/${code}/errors`, { token }));
    expect(groups).toMatchObject([
      { code: "example_record", count: 2 },
      { code: "example_record", count: 1 },
    ]);
    const { leads } = await bodyOf(call(`/companies/${company.id}/leads?import_code_eq=${code}`, { token }));
    expect(leads).toMatchObject([
      {
        email: "real@leads.test",
        phone: "+525512345678",
        notes: "Came to our stand",
        company_name: "Café Aurora",
        tags: ["vip"],
        custom_fields: {},
      },
    ]);
    expect(Object.keys(leads[0].answers).sort()).toEqual([...KEYS].sort());
  });
});

test("the language is the reader's where the query names none; what there is not is refused", async () => {
  const text = await (await template("", { "Accept-Language": "pt-BR" })).text();
  expect(text).toMatch(/^E-mail,Telefone,Primeiro nome,/);
  const { token } = world.user;
  await problemOf(call("/import/template", { token }), 400);
  await problemOf(call(`${pathOf("")}&format=ods`, { token }), 400);
  await problemOf(call(`/import/template?company_id=${world.companyId}&campaign_id=999999`, { token }), 404);
});
