import { computed, effect, signal } from "@preact/signals";
import { loadCompanies, type ReachableCompany } from "./api/companies.ts";
import { user } from "./api/session.ts";
import type { AccessName } from "./api/types.ts";
import { paths } from "./paths.ts";
import { segments } from "./router.ts";

/** The companies that the person reaches; `null` until they are known. */
export const companies = signal<ReachableCompany[] | null>(null);

/** Why they are not known. */
export const companiesProblem = signal<unknown>(null);

const named = computed(() => (segments.value[0] === "c" ? Number(segments.value[1]) : null));

/** The one that the address names. */
export const company = computed(() => companies.value?.find(({ id }) => id === named.value) ?? null);

const MANAGERS: AccessName[] = ["owner", "manager"];

/** Who may see a view. */
const VIEWS: Record<"import" | "imports" | "leads" | "overview" | "people" | "connect", AccessName[]> = {
  import: MANAGERS,
  imports: [...MANAGERS, "viewer"],
  leads: [...MANAGERS, "viewer", "agent"],
  overview: [...MANAGERS, "viewer", "agent"],
  people: MANAGERS,
  connect: MANAGERS,
};

/** Whether the person may import and manage here. Others are not shown what they may not do. */
export const mayManage = computed(() => company.value !== null && MANAGERS.includes(company.value.access));

/** Whether the person may change leads here. */
export const mayWork = computed(() => mayManage.value || company.value?.access === "agent");

/** Whether the person may look at imports here. */
export const maySeeImports = computed(
  () => company.value !== null && VIEWS.imports.includes(company.value.access),
);

/** The address where a person begins in a company: an import where they may start one, else the leads. */
export function homeIn({ id, access }: ReachableCompany): string {
  return VIEWS.import.includes(access) ? paths.newImport(id) : paths.leads(id);
}

/** The address of the same kind of view in a company; of its home, where the person may not see that one there. */
export function sameViewIn(there: ReachableCompany, view: string | undefined): string {
  const isSeen = Object.entries(VIEWS).some(([name, who]) => name === view && who.includes(there.access));
  return isSeen ? `/console/c/${there.id}/${view}` : homeIn(there);
}

/** Asks for the companies of the person who is signed in. */
export function loadMyCompanies(): void {
  const who = user.value;
  companiesProblem.value = null;
  if (!who) {
    companies.value = null;
    return;
  }
  loadCompanies(who, named.peek() || null).then(
    (loaded) => {
      if (user.peek()?.id === who.id) companies.value = loaded;
    },
    (error) => {
      companiesProblem.value = error;
    },
  );
}

/** Loads them whenever somebody else is signed in. */
export function followUser(): void {
  const id = computed(() => user.value?.id);
  effect(() => {
    id.value;
    loadMyCompanies();
  });
}
