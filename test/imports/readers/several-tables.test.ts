import { describe, expect, it } from "vitest";
import { problemOf, readText } from "../read-text.ts";

const ANA = { email: "ana@x.test", phone: "+525512345678", firstName: "Ana" };

describe("lines above the header", () => {
  it.each([
    ["Contactos: exportado por eva@crm.test,Tel 55 9999 8888\n\n", 3],
    ['"Contactos: exportado por eva@crm.test, Tel 55 9999 8888"\n', 2],
    ["Email report 2026,,\n", 2],
    ["Emails,,\n", 2],
    ["Correo:,soporte@crm.test,\nTeléfono:,55 9999 8888,\nFecha,01/02/2026,\n,,\n", 5],
    ["Teléfono: 55 9999 8888,,\n", 2],
    ["Telefone,(11) 99999-8888,\nE-mail,ajuda@crm.test,\n", 3],
  ])("are none, whatever they say of contacts: %j", async (above, headerLine) => {
    const read = await readText(`${above}Correo,Nombre,Teléfono\nana@x.test,Ana,5512345678\n`);
    expect(read).toMatchObject({ headerLine, leads: [ANA], rejections: [] });
  });

  it("may be one where a header shows how to fill it in", async () => {
    const table = "Nombre,Correo (ej. eva@x.test),Teléfono (55 9999 8888)\nAna,ana@x.test,5512345678\n";
    expect((await readText(table)).leads).toMatchObject([ANA]);
    expect(await readText(`Contactos 2026,,\n${table}`)).toMatchObject({ headerLine: 2, leads: [ANA] });
  });

  it("and the record of somebody who prefers to be written to is no header", async () => {
    const read = await readText("Nombre,Dato,Canal\nAna,ana@x.test,WhatsApp\nEva,eva@x.test,Email\n");
    expect(read).toMatchObject({ headerLine: 1, leads: [{ email: "ana@x.test" }, { email: "eva@x.test" }] });
  });
});

const WEBINAR = `Attendee Report
Report Generated:,"Jan 1, 2026"
Topic,Webinar ID,Actual Start Time
Webinar,812 3456 7890,"Jan 1, 2026 10:00"
Host Details
Attended,User Name,Email,Join Time
Yes,Host,host@v.test,Jan 1
Attendee Details
Attended,Email,First Name,Last Name,Phone
Yes,ana@x.test,Ana,Ríos,+525512345678
`;
const PADDED = WEBINAR.replace(/^(Topic|Yes,Host|Attended,User).*$/gm, "$&,,,");

describe("a file with several tables", () => {
  it.each([
    WEBINAR,
    PADDED,
    "Meeting ID,Topic,User Email\n812,Demo,host@v.test\n\nName (Original Name),User Email,Join,Leave\nAna,ana@x.test,1,2\n",
    "Nombre,Correo\nAna,ana@x.test\nProveedores,\nEmpresa,Contacto,Teléfono\nAcme,Eva,5512345678\n",
    "Ana,ana@x.test\nLeo,leo@x.test\nNombre,Correo\nEva,eva@x.test\n",
  ])("is not read until somebody says which one: %#", async (text) => {
    const problem = await problemOf(text);
    expect(problem.code).toBe("several_tables");
    expect(problem.message).toMatch(/line \d+ \(.* and line \d+ \(.*header_row/);
  });

  it("is read as the table that is said, to its end", async () => {
    const attendees = await readText(WEBINAR, { headerLine: 9 });
    expect(attendees.leads).toMatchObject([{ ...ANA, lastName: "Ríos" }]);
    const hosts = await readText(WEBINAR, { headerLine: 6 });
    expect(hosts.leads).toMatchObject([{ email: "host@v.test" }]);
    expect(hosts.rejections.map(({ code }) => code)).toEqual([
      "missing_contact",
      "other_table",
      "other_table",
    ]);
    expect(hosts.rejections[2]?.reason).toContain("header_row=9");
  });

  it("is told where the second begins far below", async () => {
    const hosts = Array.from(
      { length: 9000 },
      (_, at) => `Yes,Host ${at},host${at}@v.test,Jan 1 of some year\n`,
    );
    const text = `Attended,User Name,Email,Join Time\n${hosts.join("")}Attended,First Name,Last Name,Email\nYes,Ana,Ríos,ana@x.test\n`;
    const { leads, rejections } = await readText(text);
    expect(leads).toHaveLength(9000);
    expect(rejections.map(({ code }) => code)).toEqual(["other_table", "other_table"]);
  });

  const far = (header: string, records: string) => {
    const people = Array.from({ length: 9000 }, (_, at) => `Persona ${at},p${at}@x.test,5512345678,Ventas\n`);
    return `Nombre,Correo,Teléfono,Área\n${people.join("")}${header}\n${records}`;
  };

  it.each([
    "Empresa,Correo,Teléfono,Ciudad",
    "Correo,Nombre,Ciudad,Teléfono",
    "Teléfono,Correo,Nombre,Notas",
  ])("is told where the second begins far below and is as wide: %s", async (header) => {
    const records = "a@x.test,b@x.test,5512345679,5512345680\nc@x.test,d@x.test,5512345681,5512345682\n";
    const { leads, rejections } = await readText(far(header, `${records}\n\n${records}`));
    expect(leads).toHaveLength(9000);
    expect(rejections.map(({ code }) => code)).toEqual(Array(5).fill("other_table"));
    expect(rejections[4]?.reason).toContain("which begins on line 9002");
  });

  it.each([
    ["repeats the header in other words", "Nombre completo,E-mail,Celular,Área", "header_record"],
    ["is a person's, who wrote such words", "Ana,,WhatsApp,Email", "header_record"],
    ["names no contact", "Empresa,,,País", "missing_contact"],
  ])("is none where a record %s", async (_, record, code) => {
    const { leads, rejections } = await readText(far(record, "Eva,eva@x.test,5512345679,Ventas\n"));
    expect(leads).toHaveLength(9001);
    expect(rejections).toMatchObject([{ code }]);
  });

  it("is none where somebody prefers to be written to, and says how", async () => {
    const read = await readText(
      "Nombre,Teléfono,Canal\nEva,5512345678,x\nAna,WhatsApp,Email\nLeo,5512345679,x\n",
    );
    expect(read.leads).toMatchObject([{ firstName: "Eva" }, { firstName: "Leo" }]);
  });

  it("is read from the line that is said, however many records are above it", async () => {
    const people = Array.from({ length: 200 }, (_, at) => `Persona ${at},p${at}@x.test\n`);
    const text = `Nombre,Correo\n${people.join("")}Empresa,Contacto,Correo\nAcme,Eva,eva@x.test\n`;
    const read = await readText(text, { headerLine: 202 });
    expect(read.leads).toMatchObject([{ companyName: "Acme", email: "eva@x.test" }]);
    expect((await problemOf(text, { headerLine: 300 })).code).toBe("header_row_missing");
  });

  it("is none where the header is there again", async () => {
    const group = (name: string) => `Nombre,Correo\n${name},${name}@x.test\n`;
    const read = await readText(`${group("ana")}Calificados,\n${group("eva")}`);
    expect(read.leads).toMatchObject([{ firstName: "ana" }, { firstName: "eva" }]);
    expect(read.rejections.map(({ code }) => code)).toEqual(["missing_contact", "header_record"]);
    const keyed = await readText("ID,Nombre,Correo\n1,Ana,\nID,Nombre,Correo\n", {
      matchBy: ["external_id"],
    });
    expect(keyed.leads).toMatchObject([{ externalId: "1", firstName: "Ana" }]);
    expect(keyed.rejections).toMatchObject([{ code: "header_record" }]);
  });

  it("is none where people write what they prefer in the place of a number", async () => {
    const read = await readText("Nombre,Teléfono,Ciudad\nAna,WhatsApp,CDMX\nEva,5512345678,GDL\n");
    expect(read.leads).toMatchObject([{ firstName: "Eva" }]);
  });
});
