/** The keys that identify a person: `null` for one that a lead or a record lacks. */
export interface Identity {
  email: string | null;
  phone: string | null;
  externalId: string | null;
}

/** The identity of a lead in its company: persons of different companies are never the same. */
export interface LeadIdentity extends Identity {
  companyId: number;
}
