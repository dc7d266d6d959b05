import { computed, effect, signal } from "@preact/signals";
import { loadCompanies, type ReachableCompany } from "./api/companies.ts";
import { user } from "./api/session.ts";
import { segments } from "./router.ts";

/** The companies that the person reaches; `null` until they are known. */
export const companies = signal<ReachableCompany[] | null>(null);

/** Why they are not known. */
export const companiesProblem = signal<unknown>(null);

/** The one that the address names. */
export const company = computed(() => {
  const [kind, id] = segments.value;
  return kind === "c" ? (companies.value?.find((one) => one.id === Number(id)) ?? null) : null;
});

/** Whether the person may import and manage here. Others are not shown what they may not do. */
export const mayManage = computed(() => ["owner", "manager"].includes(company.value?.access ?? ""));

/** Whether the person may change leads here. */
export const mayWork = computed(() => mayManage.value || company.value?.access === "agent");

/** Whether the person may look at imports here. */
export const maySeeImports = computed(() => mayManage.value || company.value?.access === "viewer");

/** Asks for the companies of the person who is signed in. */
export function loadMyCompanies(): void {
  const who = user.value;
  companiesProblem.value = null;
  if (!who) {
    companies.value = null;
    return;
  }
  loadCompanies(who).then(
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
