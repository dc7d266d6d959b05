/** The addresses of the console's views. */
export const paths = {
  /** @param of the code of the import whose rejected records come back. */
  newImport: (companyId: number, of?: string) => `/console/c/${companyId}/import${of ? `?of=${of}` : ""}`,
  imports: (companyId: number) => `/console/c/${companyId}/imports`,
  import: (companyId: number, code: string) => `/console/c/${companyId}/imports/${code}`,
  overview: (companyId: number, query = "") => `/console/c/${companyId}/overview${query}`,
  connect: (companyId: number, part: "keys" | "webhooks" | "links" = "keys") =>
    `/console/c/${companyId}/connect/${part}`,
  webhook: (companyId: number, id: number) => `/console/c/${companyId}/connect/webhooks/${id}`,
  people: (companyId: number) => `/console/c/${companyId}/people`,
  /** One's own, whatever the company: it is named so that the other views stay in reach. */
  sessions: (companyId?: number) => (companyId ? `/console/c/${companyId}/sessions` : "/console/sessions"),
  leads: (companyId: number, query = "") => `/console/c/${companyId}/leads${query}`,
  lead: (companyId: number, id: number) => `/console/c/${companyId}/leads/${id}`,
};
