import { describe, expect, it } from "vitest";
import { readText } from "../read-text.ts";

/** What the second column of a file is taken for, by its header and its cells, and whether its cells decided. */
async function read(header: string, cells: string[], others = "") {
  const lines = cells.map((cell, at) => `u${at}@x.test,${cell}${others && ",CDMX"}\n`);
  const { columns, byValues, leads } = await readText(
    `Correo,${header}${others && `,${others}`}\n${lines.join("")}`,
  );
  return { column: columns[header], isByValues: byValues.includes(header), leads };
}

describe("a column whose header means several things", () => {
  it.each([
    ["Estado", ["Jalisco", "CDMX", "N.L.", "Estado de México"]],
    ["Estado", ["SP", "RJ", "Minas Gerais", "Paraná"]],
    ["Estado", ["Nuevo León", "Baja California", "Nueva Esparta"]],
    ["ESTADO", ["TX", "California", "Ontario", "x"]],
    ["State", ["Bavaria", "Hesse"]],
    ["State", ["OK", "NY"]],
    ["Estado", ["-", "N/A", ""]],
    ["Provincia", ["Foo", "Bar"]],
  ])("is a state where its cells are: %s %j", async (header, cells) => {
    expect(await read(header, cells)).toMatchObject({ column: "state", isByValues: false });
  });

  it("is a state beside a city where its cells are no statuses", async () => {
    expect(await read("Estado", ["Foo", "Bar"], "Ciudad")).toMatchObject({ column: "state" });
    expect(await read("Estado", ["Activo", "Bar"], "Ciudad")).toMatchObject({ column: "custom Estado" });
  });

  it("is a stage where its cells are the company's", async () => {
    const { column, isByValues, leads } = await read("Estado", ["Nuevo", "contactado", "Pendiente"]);
    expect([column, isByValues]).toEqual(["stage", true]);
    expect(leads.map(({ stageId, state }) => [stageId, state])).toEqual([
      [1, null],
      [2, null],
      [null, null],
    ]);
    const both = await readText("Correo,Estado,Etapa\nana@x.test,Nuevo,Contactado\n");
    expect(both.columns).toMatchObject({ Estado: "custom Estado", Etapa: "stage" });
  });

  it.each([
    ["Estado", ["Pendiente", "En proceso", "No contesta"]],
    ["Estado", ["Ativo", "Em andamento"]],
    ["Estado", ["Soltera", "Casado"]],
    ["Estado", ["Foo", "Bar"]],
    ["Estado", ["1", "2"]],
    ["Estado", ["Jalisco", "Pendiente"]],
    ["Origen", ["México", "Perú", "España"]],
    ["Origem", ["Brasil", "Portugal"]],
    ["Account", ["100234", "100235"]],
    ["Company", ["100234", "100235"]],
    ["Ciudad", ["1", "2"]],
    ["Región", ["LATAM", "EMEA"]],
  ])("is kept where they are something else, or nothing that is known: %s %j", async (header, cells) => {
    expect(await read(header, cells)).toMatchObject({ column: `custom ${header}`, isByValues: true });
  });

  it.each([
    ["Origen", ["Facebook", "Feria"], "source"],
    ["Account", ["Acme", "3M", "360"], "company_name"],
  ])("is what it says where nothing speaks against it: %s %j", async (header, cells, column) => {
    expect((await read(header, cells)).column).toBe(column);
  });

  it.each([
    ["Estado del cliente", ["Activo", "Pendiente", "Inactivo"], "custom Estado del cliente"],
    ["Estado do contato", ["Em andamento", "Perdido"], "custom Estado do contato"],
    ["Estado de contacto", ["Nuevo", "Contactado"], "stage"],
    ["Lead State", ["Qualified", "Open", "Won"], "custom Lead State"],
    ["Customer State", ["Texas", "Jalisco"], "state"],
    ["Customer State", ["Bavaria", "Hesse"], "state"],
    ["Billing State", ["Paid", "Pending"], "custom Billing State"],
    ["Estado de envío", ["Enviado", "Pendiente"], "custom Estado de envío"],
    ["Estado de facturación", ["Jalisco", "CDMX"], "state"],
    ["Estado del cliente", ["Jalisco", "Puebla"], "state"],
    ["Estado del contacto", ["Jalisco", "Nuevo León", "Puebla"], "state"],
    ["Estado del lead", ["Nuevo", "En curso"], "stage"],
    ["Estado do lead", ["Novo", "Contatado"], "stage"],
    ["Estado del lead", ["Foo", "Bar"], "stage"],
    ["Lead - Title", ["Acme 2026", "Venta"], "custom Lead - Title"],
    ["Título del lead", ["Acme 2026", "Venta"], "custom Título del lead"],
    ["Country (IP)", ["México", "Perú"], "custom Country (IP)"],
  ])("is what its cells are, and no matter whose it is called: %s %j", async (header, cells, column) => {
    expect((await read(header, cells)).column).toBe(column);
  });

  it("is both where it holds both", async () => {
    const { leads, byValues } = await readText("Nombre,Contacto\nAna,ana@x.test\nEva,55 1234 5678\n");
    expect(byValues).toEqual(["Contacto"]);
    expect(leads).toMatchObject([{ email: "ana@x.test" }, { phone: "+525512345678" }]);
  });
});

describe("a lead with a title, and a contact", () => {
  it.each([
    "Lead name,Main contact,Full name (contact),Work email (contact),Company phone",
    "Lead name,Lead status,Main contact,Work email (contact),Work phone (company)",
    "Nombre del lead,Embudo,Contacto principal,Correo (contacto),Teléfono (compañía)",
    "Nome do lead,Funil,Contato principal,Email comercial (contato),Telefone comercial (empresa)",
  ])("is the contact: %s", async (header) => {
    const { leads } = await readText(
      `${header}\nLead #1,x,Ana Ríos,ana@x.test,55 1234 5678\n`.replace(
        "x,Ana",
        header.includes("Full") ? "Ana Ríos,Ana" : "x,Ana",
      ),
    );
    expect(leads).toMatchObject([{ firstName: "Ana", lastName: "Ríos", email: "ana@x.test", phone: null }]);
  });

  it("is the contact of Close's leads", async () => {
    const { leads } = await readText(
      "lead_name,primary_contact_name,primary_contact_primary_email\nAcme,Ana Ríos,ana@x.test\n",
    );
    expect(leads).toMatchObject([{ firstName: "Ana", lastName: "Ríos" }]);
  });

  it("is the lead where there is no contact", async () => {
    const { leads } = await readText("Nombre del lead,Correo\nAna Ríos,ana@x.test\n");
    expect(leads).toMatchObject([{ firstName: "Ana", lastName: "Ríos" }]);
  });

  it("may have a deal", async () => {
    const { leads } = await readText(
      "Nombre del negocio,Etapa del negocio,Nombre,Correo\nVenta 12,Nuevo,Ana Ríos,ana@x.test\n",
    );
    expect(leads).toMatchObject([{ firstName: "Ana", companyName: null }]);
  });
});
