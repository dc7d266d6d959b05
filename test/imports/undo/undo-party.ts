import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

export let company: TestCompany;
export let manager: TestUser;

/** A company of its own for each test. */
export async function createParty(): Promise<void> {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
}

/** Leads that are there before. */
export const BEFORE = [
  "Email,Phone,First name,City,Stage,Color,Shape,Tags,External id,Notes",
  ...Array.from({ length: 12 }, (_, n) => `old-${n}@leads.test,,Old ${n},Lima,,red,round,"vip;a",X-${n},one`),
].join("\n");

/** A file that changes some of them, meets others as they are, and brings new ones. */
export const FILE = [
  "Email,Phone,First name,City,Stage,Color,Size,Tags,Notes",
  ...Array.from({ length: 12 }, (_, n) =>
    n % 4 === 3
      ? `old-${n}@leads.test,,Old ${n},Lima,,,,,`
      : `old-${n}@leads.test,+52551234560${n % 10},New ${n},,won,blue,L,b;a,[clear]`,
  ),
  ...Array.from({ length: 7 }, (_, n) => `new-${n}@leads.test,,New ${n},,won,,,c,`),
  "not-an-address,,,,,,,,",
].join("\n");

/** Imports a file. @returns its code. */
export async function imported(
  content: string,
  mode?: "update" | "create" | "skip",
  campaign?: number,
): Promise<string> {
  const code = await prepareImport(company, content, mode, campaign);
  await deliver(code);
  return code;
}

/** The id of the lead that has an address. */
export const idOf = async (email: string) =>
  (await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ? AND email = ? AND deleted_at IS NULL")
    .bind(company.id, email)
    .first<number>("id")) ?? 0;
