/** The addresses of the console's views. */
export const paths = {
  newImport: (companyId: number) => `/console/c/${companyId}/import`,
  imports: (companyId: number) => `/console/c/${companyId}/imports`,
  import: (companyId: number, code: string) => `/console/c/${companyId}/imports/${code}`,
  leads: (companyId: number, query = "") => `/console/c/${companyId}/leads${query}`,
  lead: (companyId: number, id: number) => `/console/c/${companyId}/leads/${id}`,
};
