import { fold } from "./fold.ts";
import type { LeadField } from "./lead-record.ts";

/**
 * `name` is a column that holds whole names or first names, depending on whether last names have a column of
 * their own.
 */
export type HeaderMeaning = LeadField | "full_name" | "name";

/** In UTF-16 units: beyond, a header is no name, but what stands in the wrong line. */
const LONGEST_HEADER = 1000;

/** Two header names are the same when these are: case, accents, and any mark or space between words aside. */
export function foldHeader(name: string): string {
  if (name.length > LONGEST_HEADER) return name;
  return fold(name)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** What a header means in English, Spanish or Portuguese, or `undefined` for one that means nothing here. */
export function headerMeaning(name: string): HeaderMeaning | undefined {
  return MEANINGS.get(foldHeader(name).replaceAll(" ", ""));
}

/**
 * Names seen in exports of HubSpot, Salesforce, Pipedrive, RD Station, Zoho, Mailchimp, Google Contacts and
 * Ads, Facebook and LinkedIn lead forms, and in what people type; folded and without spaces.
 */
const SYNONYMS: Record<HeaderMeaning, string> = {
  email: `
    email emails emailaddress emailid mail mailaddress mailid email1 email1value primaryemail workemail
    businessemail companyemail corporateemail personalemail contactemail useremail customeremail leademail
    personemail personemailwork personemailhome personemailother emailwork emailhome
    correo correos correoelectronico correoe correoelectronico1 correoelectronicodecontacto correoelectronicopersonal direcciondecorreo direcciondecorreoelectronico
    direccionemail direcciondeemail correodecontacto correoempresarial correocorporativo correopersonal
    correolaboral correodetrabajo correoelectronicodeltrabajo correoelectronicocorporativo mailcorporativo
    emaildecontacto emailcorporativo emailempresarial emailpersonal emailprincipal emaildetrabajo emaillaboral
    personacorreoelectronico personaemail sucorreo tucorreo tucorreoelectronico
    correioeletronico correioelectronico enderecodeemail enderecoemail enderecodecorreioeletronico
    emaildocontato emaildolead emaildocliente emaildeempresa emailempresa emailpessoal emailprofissional
    emailcomercial pessoaemail pessoaemailtrabalho seuemail`,
  phone: `
    phone phones phonenumber phoneno phonenumbers telephone telephonenumber tel mobile mobilephone mobilenumber
    mobileno mobilephonenumber cell cellphone cellphonenumber cellnumber whatsapp whatsappnumber
    whatsappphonenumber workphone workphonenumber businessphone homephone contactphone contactnumber
    primaryphone leadphone phone1 phone1value personphone personphonework personphonemobile personphonehome
    yourphone yourphonenumber
    telefono telefonos numerodetelefono numerotelefonico numtelefono nrodetelefono nrotelefono notelefono
    numerotelefono telefonomovil telefonocelular telefonofijo telefonodecontacto telefonoprincipal telefono1
    telefonowhatsapp telefonodetrabajo telefonodeltrabajo telefonolaboral telefonopersonal telefonodecasa
    numerodetelefonomovil numerodetelefonocelular numerodetelefonodeltrabajo celular celulares
    numerodecelular numerocelular nrodecelular nrocelular movil numeromovil numerodemovil cel fono
    numerodewhatsapp numerowhatsapp celularwhatsapp whatsappcelular personatelefono tutelefono sutelefono
    telefone telefones fone numerodetelefone numerodotelefone telefonecelular telefonefixo telefonedecontato
    telefonedocontato telefoneprincipal telefone1 telefonewhatsapp telefonecomercial telefoneresidencial
    telemovel numerodetelemovel numerodocelular celulardocontato pessoatelefone seutelefone foneprincipal
    telefonecomddd celularcomddd whatsappcomddd`,
  first_name: `
    firstname first givenname forename fname personfirstname contactfirstname
    nombres primernombre nombredepila nombrepila
    primeironome nomeproprio prenome nomes`,
  last_name: `
    lastname last surname familyname lname secondname personlastname contactlastname
    apellido apellidos primerapellido apellidopaterno
    sobrenome sobrenomes ultimonome nomedefamilia`,
  full_name: `
    fullname completename contactname leadname customername clientname personname displayname yourname
    firstandlastname nameandsurname
    nombrecompleto nombreyapellido nombreyapellidos nombresyapellidos nombreapellido nombreapellidos
    nombredelcontacto nombredecontacto nombrecontacto nombredelcliente nombrecliente nombredellead
    nombredelprospecto nombredelapersona personanombre tunombre
    nomecompleto nomeesobrenome nomesobrenome nomedocontato nomedecontato nomecontato nomedocliente nomecliente
    nomedolead pessoanome seunome`,
  name: "name nombre nome",
  company_name: `
    company companyname companies account accountname companyaccount organization organisation
    organizationname organisationname organization1name business businessname employer currentcompany
    associatedcompany primaryassociatedcompany primarycompany personorganization nameofcompany yourcompany
    empresa nombredelaempresa nombredeempresa nombreempresa nombredelacompania nombredelaorganizacion
    compania nombredelnegocio nombrenegocio negocio organizacion razonsocial nombrecomercial
    personaorganizacion organizacionnombre
    nomedaempresa nomeempresa nomedonegocio companhia organizacao organizacaonome nomedaorganizacao
    pessoaorganizacao razaosocial nomefantasia`,
  job_title: `
    jobtitle job title position jobposition role jobrole occupation designation headline organizationtitle
    organization1title workposition currentposition personjobtitle
    cargo puesto puestodetrabajo puestolaboral cargolaboral cargoqueocupa cargoenlaempresa puestoenlaempresa
    ocupacion profesion funcion posicion titulodeltrabajo titulodelpuesto rol
    cargonaempresa ocupacao profissao funcao posicao tituloprofissional`,
  city: `
    city town citytown locality municipality mailingcity billingcity addresscity homecity workcity companycity
    ciudad municipio localidad poblacion ciudadderesidencia
    cidade localidade cidadederesidencia`,
  state: `
    state province region stateregion stateprovince provincestate stateorprovince stateorregion county
    mailingstate mailingstateprovince billingstate billingstateprovince addressstate
    estado provincia estadoregion estadoprovincia estadooregion estadooprovincia provinciaestado
    entidadfederativa comunidadautonoma departamentoprovincia
    uf regiao estadoregiao estadouf ufestado estadoouregiao distrito`,
  country: `
    country countryregion countryorregion countrycode countryname mailingcountry billingcountry addresscountry
    nation pais paisregion paisoregion codigodepais codigopais paisderesidencia
    paisregiao paisouregiao codigodopais`,
  source: `
    source leadsource sourceoflead originalsource latestsource contactsource trafficsource originaltrafficsource
    utmsource origin leadorigin
    fuente fuentedellead fuentedelead fuentedeleads fuentedelcontacto fuentedeprospecto fuenteoriginal
    fuentedeorigen fuentedecandidato fuentedetrafico fuentedetraficooriginal origen origendellead origendelead
    origendelcontacto origendelprospecto canal canaldeorigen
    fonte fontedolead fontedelead fontedocontato fonteoriginal fontedetrafego origem origemdolead origemdocontato
    origemdaprimeiraconversao canaldeorigem`,
  stage: `
    stage leadstage leadstatus status lifecyclestage dealstage pipelinestage funnelstage contactstatus
    etapa etapadellead etapadelead etapadelciclodevida etapadelembudo etapadelnegocio estatus estatusdellead
    estadodellead estadodelead estadodelprospecto estadodelcontacto situacion fase
    etapadolead etapadofunil etapadociclodevida estagio estagiodolead estagionofunil estagiodofunil
    fasedolead fasedociclodevida fasedofunil situacao situacaodolead statusdolead`,
  notes: `
    notes note comments comment remarks remark observations message description additionalinformation
    notas nota comentarios comentario observaciones observacion mensaje descripcion informacionadicional
    observacoes observacao obs mensagem descricao anotacoes anotacao informacoesadicionais`,
  external_id: `
    externalid id leadid contactid recordid customerid clientid crmid personid uniqueid uuid
    idexterno idlead iddellead iddelead idcontacto iddelcontacto idcliente iddelcliente idderegistro
    iddelregistro idregistro idprospecto identificador identificadorexterno codigoexterno
    iddolead idcontato iddocontato iddocliente iddoregistro`,
};

const MEANINGS = new Map<string, HeaderMeaning>();
for (const [meaning, names] of Object.entries(SYNONYMS)) {
  for (const name of names.trim().split(/\s+/)) MEANINGS.set(name, meaning as HeaderMeaning);
}
