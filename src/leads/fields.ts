import type { leads } from "../db/leads/schema.ts";
import type { Predicate } from "../http/lists/list-query.ts";
import { MAX_WEB_ADDRESS_LENGTH, readWebAddress } from "./normalize/web-address.ts";

/** A column of the table `leads`, as drizzle calls it. */
type LeadColumn = keyof typeof leads.$inferSelect;

/**
 * How the values of a field are read. `text` drops placeholders such as `N/A`, `long_text` keeps what it is. The
 * others have logic of their own wherever they are read.
 */
type FieldKind = "email" | "phone" | "phone_as_written" | "text" | "long_text" | "stage";

/** What a file may call a field in one language: a label as people read it, then other names, folded. */
export type Headers = readonly [label: string, others?: string];

/** Reads what a text has to be, where not every text is a value. */
export interface TextReader {
  /** @returns `null` for text that is not a value of the column. */
  read(text: string): string | null;
  /** The code of the warning about a record, and of the error in a request. */
  code: "invalid_url";
  /** After “…” in a sentence. */
  problem: string;
  /** What the reference says of the field in a request. */
  description: string;
}

interface FieldRow {
  column: LeadColumn;
  kind: FieldKind;
  /** In UTF-16 units. */
  maxLength: number;
  reader: TextReader | null;
  /** Header names of files. An e-mail's and a phone's are read word by word, see src/imports/columns. */
  headers: { en: Headers; es: Headers; pt: Headers } | null;
  /** In the reference, and in the example of a file. */
  example: string | null;
  /** The predicates by which a list is filtered. */
  filters: readonly Predicate[];
  /** The column of the search index that has its words. */
  search: "name" | "email" | "phone" | "company" | null;
  /** Whether requests, files and mappings name it; if not, it follows another field. */
  updatable: boolean;
  mergeable: boolean;
  exported: boolean;
}

/** In UTF-16 units: what a cell of Excel can hold. Answers and custom fields are bound by it, too. */
export const MAX_TEXT_LENGTH = 32_767;

const TEXT = {
  kind: "text",
  maxLength: 255,
  reader: null as TextReader | null,
  headers: null,
  example: null,
  filters: ["eq", "not_eq", "cont", "start", "in", "null"],
  search: null,
  updatable: true,
  mergeable: true,
  exported: true,
} as const satisfies Omit<FieldRow, "column">;

const LONG_TEXT = {
  ...TEXT,
  kind: "long_text",
  maxLength: MAX_TEXT_LENGTH,
  filters: ["cont", "null"],
} as const;

/**
 * A lead's fields, under the names of the API, of files and of mappings.
 *
 * From a row are made: the column in a chunk of an import, the header names, the filters of lists, the schemas and
 * the view of the API, export, merge and the search index. A new field is a row here and a column of the table
 * (src/db/leads/schema.ts, then `npm run migrations`).
 *
 * Header names are those seen in exports of HubSpot, Salesforce, Pipedrive, RD Station, Zoho, Mailchimp, Google
 * Contacts and Ads, Facebook and LinkedIn lead forms, and in what people type.
 */
export const FIELDS = {
  email: {
    ...TEXT,
    column: "email",
    example: "lucia@example.com",
    kind: "email",
    headers: { en: ["E-mail"], es: ["Correo electrónico"], pt: ["E-mail"] },
    search: "email",
  },
  phone: {
    ...TEXT,
    column: "phone",
    example: "+525512345678",
    kind: "phone",
    headers: { en: ["Phone"], es: ["Teléfono"], pt: ["Telefone"] },
    search: "phone",
  },
  phone_raw: {
    ...TEXT,
    column: "phoneRaw",
    kind: "phone_as_written",
    filters: ["cont", "null"],
    updatable: false,
    mergeable: false,
    exported: false,
  },
  first_name: {
    ...TEXT,
    column: "firstName",
    example: "Lucía",
    search: "name",
    headers: {
      en: ["First name", "first givenname forename fname personfirstname contactfirstname"],
      es: ["Nombre(s)", "primernombre nombredepila nombrepila nombre1"],
      pt: ["Primeiro nome", "nomeproprio prenome nomes"],
    },
  },
  last_name: {
    ...TEXT,
    column: "lastName",
    example: "Romero",
    search: "name",
    headers: {
      en: [
        "Last name",
        `last surname familyname lname secondname personlastname contactlastname paternallastname lastname1
         firstsurname`,
      ],
      es: [
        "Apellidos",
        "apellido primerapellido apellidopaterno paterno appaterno apellidodelpadre apellido1",
      ],
      pt: ["Sobrenome", "sobrenomes ultimonome nomedefamilia"],
    },
  },
  company_name: {
    ...TEXT,
    column: "companyName",
    example: "Café Aurora",
    search: "company",
    headers: {
      en: [
        "Company",
        `companyname companies account accountname companyaccount organization organisation organizationname
         organisationname organization1name business businessname employer currentcompany associatedcompany
         primaryassociatedcompany primarycompany personorganization nameofcompany yourcompany
         relatedcompany relatedcompanyname parentidname`,
      ],
      es: [
        "Empresa",
        `nombredelaempresa nombredeempresa nombreempresa nombredelacompania nombredelaorganizacion compania
         nombredelnegocio nombrenegocio negocio organizacion razonsocial nombrecomercial personaorganizacion
         organizacionnombre`,
      ],
      pt: [
        "Empresa",
        `nomedaempresa nomeempresa nomedonegocio companhia organizacao organizacaonome nomedaorganizacao
         pessoaorganizacao razaosocial nomefantasia`,
      ],
    },
  },
  job_title: {
    ...TEXT,
    column: "jobTitle",
    example: "Owner",
    headers: {
      en: [
        "Job title",
        `job title position jobposition role jobrole occupation designation headline organizationtitle
         organization1title workposition currentposition personjobtitle`,
      ],
      es: [
        "Puesto",
        `cargo puestodetrabajo puestolaboral cargolaboral cargoqueocupa cargoenlaempresa puestoenlaempresa ocupacion
         profesion funcion posicion titulodeltrabajo titulodelpuesto rol`,
      ],
      pt: ["Cargo", "cargonaempresa ocupacao profissao funcao posicao tituloprofissional"],
    },
  },
  city: {
    ...TEXT,
    column: "city",
    example: "Ciudad de México",
    headers: {
      en: [
        "City",
        `town citytown locality municipality mailingcity billingcity addresscity homecity workcity companycity`,
      ],
      es: ["Ciudad", "municipio localidad poblacion ciudadderesidencia"],
      pt: ["Cidade", "localidade cidadederesidencia"],
    },
  },
  state: {
    ...TEXT,
    column: "state",
    example: "CDMX",
    headers: {
      en: [
        "State",
        `province region stateregion stateprovince provincestate stateorprovince stateorregion county mailingstate
         mailingstateprovince billingstate billingstateprovince addressstate`,
      ],
      es: [
        "Estado",
        `provincia estadoregion estadoprovincia estadooregion estadooprovincia provinciaestado entidadfederativa
         comunidadautonoma departamentoprovincia`,
      ],
      pt: ["Estado", "uf regiao estadoregiao estadouf ufestado estadoouregiao distrito"],
    },
  },
  country: {
    ...TEXT,
    column: "country",
    example: "MX",
    headers: {
      en: [
        "Country",
        `countryregion countryorregion countryname countryregionname mailingcountry billingcountry addresscountry
         homecountryregion businesscountryregion homecountry businesscountry countryofresidence nation`,
      ],
      es: ["País", "paisregion paisoregion paisderesidencia paisdeorigen"],
      pt: ["País", "paisregiao paisouregiao"],
    },
  },
  source: {
    ...TEXT,
    column: "source",
    example: "fair",
    headers: {
      en: [
        "Source",
        `leadsource sourceoflead originalsource latestsource contactsource trafficsource originaltrafficsource
         utmsource origin leadorigin`,
      ],
      es: [
        "Fuente",
        `fuentedellead fuentedelead fuentedeleads fuentedelcontacto fuentedeprospecto fuenteoriginal fuentedeorigen
         fuentedecandidato fuentedetrafico fuentedetraficooriginal origen origendellead origendelead
         origendelcontacto origendelprospecto canal canaldeorigen`,
      ],
      pt: [
        "Origem",
        `fonte fontedolead fontedelead fontedocontato fonteoriginal fontedetrafego origemdolead origemdocontato
         origemdaprimeiraconversao canaldeorigem`,
      ],
    },
  },
  stage: {
    ...TEXT,
    column: "stageId",
    example: "new",
    kind: "stage",
    filters: ["eq", "not_eq", "in"],
    headers: {
      en: [
        "Stage",
        "leadstage leadstatus status lifecyclestage dealstage pipelinestage funnelstage contactstatus",
      ],
      es: [
        "Etapa",
        `etapadellead etapadelead etapadelciclodevida etapadelembudo etapadelnegocio estatus estatusdellead
         estadodellead estadodelead estadolead estadodelprospecto estadodelcontacto situacion fase`,
      ],
      pt: [
        "Etapa",
        `etapadolead etapadofunil etapadociclodevida estagio estagiodolead estagionofunil estagiodofunil fasedolead
         fasedociclodevida fasedofunil situacao situacaodolead statusdolead estadodolead
         estadodoprospecto`,
      ],
    },
  },
  notes: {
    ...LONG_TEXT,
    column: "notes",
    example: "Came to our stand",
    headers: {
      en: [
        "Notes",
        "note comments comment remarks remark observations message description additionalinformation",
      ],
      es: [
        "Notas",
        "nota comentarios comentario observaciones observacion mensaje descripcion informacionadicional",
      ],
      pt: ["Observações", "observacao obs mensagem descricao anotacoes anotacao informacoesadicionais"],
    },
  },
  external_id: {
    ...TEXT,
    column: "externalId",
    example: "A-1",
    headers: {
      en: ["External ID", "id leadid contactid recordid customerid clientid crmid personid uniqueid uuid"],
      es: [
        "ID externo",
        `idlead iddellead iddelead idcontacto iddelcontacto idcliente iddelcliente idderegistro iddelregistro
         idregistro idprospecto identificador identificadorexterno codigoexterno`,
      ],
      pt: ["ID externo", "iddolead idcontato iddocontato iddocliente iddoregistro"],
    },
  },
  website: {
    ...TEXT,
    column: "website",
    example: "https://aurora.example",
    maxLength: MAX_WEB_ADDRESS_LENGTH,
    reader: {
      read: readWebAddress,
      code: "invalid_url",
      problem: "is not a web address: write it as https://example.com",
      description: "An http or https address; `example.com` is read as `https://example.com`.",
    },
    headers: {
      en: [
        "Website",
        `websites websiteurl websiteaddress websitelink web webpage webpageurl webaddress weburl webdomain url site
         siteurl homepage homepageurl companywebsite companywebsiteurl companywebpage companyurl companysite
         companyhomepage companydomain companydomainname organizationwebsite accountwebsite businesswebsite
         personalwebsite personalwebpage website1value`,
      ],
      es: [
        "Sitio web",
        `sitiosweb sitio urldelsitio urldelsitioweb paginaweb paginasweb paginadeinternet paginawebdelaempresa
         sitiodeinternet sitiowebdelaempresa sitiowebempresa webempresa webdelaempresa urlempresa urldelaempresa
         direccionweb direcciondelsitioweb`,
      ],
      pt: [
        "Site",
        `sites paginanaweb paginadainternet paginanainternet sitedaempresa siteempresa sitenaweb sitedainternet
         urldosite enderecoweb enderecodosite enderecodowebsite websitedaempresa urldaempresa`,
      ],
    },
  },
} as const satisfies Record<string, FieldRow>;

type Fields = typeof FIELDS;
export type FieldKey = keyof Fields;

/** A row of {@link FIELDS} with its key; its kind tells what its column holds. */
export type Field = { [Key in FieldKey]: Fields[Key] & { key: Key } }[FieldKey];

/** A column that is text. */
export type TextColumn = Exclude<Field, { kind: "stage" }>["column"];

/** A field that is text and nothing else, wherever it is not read from a file or a request. */
export type TextField = Extract<Field, { kind: "text" | "long_text" }>;

/** All fields in their order. */
export const FIELD_LIST = Object.entries(FIELDS).map(([key, row]) => ({ ...row, key })) as Field[];

export const TEXT_FIELDS = FIELD_LIST.filter(
  ({ kind }) => kind === "text" || kind === "long_text",
) as TextField[];

/** A field that requests, files and mappings name. */
export type LeadField = Extract<Field, { updatable: true }>["key"];

/** The names of the fields that requests, files and mappings name. */
export const LEAD_FIELDS = FIELD_LIST.filter((field) => field.updatable).map(({ key }) => key);
