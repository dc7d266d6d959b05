/**
 * The words that headers of e-mails and phones are made of, folded, in English, Spanish and Portuguese: as exports of
 * HubSpot, Salesforce, Zoho, Pipedrive, Odoo, RD Station, Shopify, Mailchimp, Google, Outlook, LinkedIn, Meta,
 * Calendly and Zoom name them, as forms ask for them, and as people type them.
 */
function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

export const EMAIL_WORDS = words(
  "email emails mail mails emailid mailid emailaddress mailaddress useremail courriel eposta correo correos correoe correio correios gmail hotmail eletronico electronico",
);

/** Adjectives that say e-mail only beside another word: `dirección electrónica`. */
export const EMAIL_ADJECTIVES = words("electronico electronica eletronico eletronica electronic");

export const PHONE_WORDS = words(`
  phone phones phonenumber phoneno telephone telephones tel tels telf telfs telef teleph tlf tlfno tfno tfn tfo tlfn ph
  telefono telefonos telefone telefones telefonico telefonica fone fones fono fonos
  mobile mobiles mobileno mobilenumber mobilephone mob movil moviles telemovel telemoveis
  cell cells cellphone cellphones cellular cel cels celular celulares celu
  whatsapp whatsap whatsup whats wapp wasap wasapp guasap wpp wsp zap zapzap
  landline handphone msisdn jid dial
  telefon telefonnummer telefonu handynummer mobilnummer mobiltelefon rufnummer cellulare telefoonnummer
  phonework phonehome phonemobile`);

/** Nouns for a number or a contact of an unspecified kind. */
export const NEUTRAL_WORDS = words(`
  numero numeros num nums nro nros no nr n number numbers nbr contacto contactos contact contacts contato contatos
  dato datos data dado dados campo field columna column coluna col header untitled unnamed titulo sin sem valor value info informacion information informacao`);

/** Words beside these nouns that do not change the meaning. */
export const PLAIN_WORDS = words(`
  my your tu tus te su sus seu sua mi mis meu minha the a o u y e or and of de del do da dos das di el la los las os as un una um uma
  address addresses addr adresse indirizzo direccion direcciones endereco enderecos
  personal personales pessoal particular particulares private privado work works job trabajo trabalho laboral oficina
  profesional profissional professional business corporate corporativo corporativa empresarial institucional comercial
  office home house casa hogar domicilio residencia residencial residence fijo fija fixo fixa linea line directo directa
  direct direto direta
  lead leads client clients cliente clientes customer customers prospect prospecto prospectos person persona personas
  pessoa people invitee invitees invitado invitados convidado attendee attendees participant participants participante
  registrant registrants student estudiante alumno alumna aluno member miembro membro socio candidate candidato
  recipient subscriber suscriptor assinante applicant solicitante interesado interessado titular
  paciente patient guest huesped hospede
  value values valor valores default properties property fields contacto contact contato contactos
  sms text texto mensaje billing shipping mailing facturacion envio
  complete completo completa full valid valido numero numeros num nro nros no nr n number numbers id
  cual cuales qual quais es is are what whats which s que por favor please enter ingresa ingrese ingresar escribe escriba
  escribir escreva digite digita anota informe informa insira inserta indique indica proporciona proporcione proporcionanos
  dejanos deja deje deixe coloca coloque provide type insert add agrega agregue aqui here donde onde where podemos
  we can contactarte contactar contactarlo contatar contata llamar llamarte ligar reach you us en em at in on para for to
  nos necesitamos need qr preguntas pregunta`);

/** Those that say which of several comes first, or last. */
export const PRIMARY_WORDS = words(
  "primary principal main primario primaria 1 first primer primero primeiro",
);
export const SECONDARY_WORDS = words(`
  secondary secundario secundaria second segundo segunda other others otro otra otros outro outra alternate alternative
  alternativo alternativa alterno alterna alt adicional additional extra backup 2 3 4 5 6 7 8 9 10 ii iii`);

/** The contact of a company or a place, which its people share. */
export const COMPANY_WORDS = words(`
  company companies compania companhia empresa empresas organization organisation organizacion organizacao negocio
  account cuenta store tienda loja school escuela colegio escola hotel branch sucursal filial matriz agency agencia
  departamento department reception recepcion conmutador switchboard pbx`);

/** Where a bill goes: the buyer's own, or the accountant's beside it. */
export const BILLING_WORDS = words(
  "billing billto invoice invoicing facturacion faturamento cobranza cobranca",
);

/** Where goods go: the customer's own, or that of another who gets them. */
export const SHIPPING_WORDS = words("shipping delivery envio entrega shipto");

/** Who bought a ticket or a place, where the lead is who comes: often another person. */
export const BUYER_WORDS = words(
  "buyer buyers comprador compradora purchaser payer pagador pagadora ordered orderer",
);

/** Those of the user of the system that the export is from, where others have their own column. */
export const USER_WORDS = words("user users usuario usuarios usuaria login username");

/** Those of a person other than the lead. */
export const OTHER_PERSON_WORDS = words(`
  owner owners propietario propietaria proprietario dueno duena dono host hosts anfitrion anfitriao organizer organizador
  organiser agent agents agente agentes asesor asesora assessor vendedor vendedora seller salesperson salesrep sales ventas
  vendas rep reps representative representante ejecutivo ejecutiva executivo consultor consultora consultant assigned
  asignado asignada atribuido assignee responsable responsavel manager gerente jefe jefa boss chefe supervisor supervisora
  assistant assistants ayudante secretary secretaria created creado creada creador creator criador criado modified modificado
  updated actualizado by por sender remitente remetente from recruiter reclutador referrer referred referido referida
  referral referencia referencias referente indicado indicacao recomendado recomendo recomendou emergency emergencia spouse
  conyuge conjuge esposo esposa husband wife padre madre pai mae father mother parent parents padres hijo hija filho filha son daughter
  mama papa mami papi mamae papai mom mum mommy mummy mam dad daddy abuelo abuela avo grandmother grandfather grandma
  grandpa tio tia uncle aunt padrastro madrastra padrasto madrasta stepmother stepfather familiar caregiver cuidador
  cuidadora nanny responsavel guardians tutores
  tutor tutora guardian aval fiador guarantor provider proveedor fornecedor partner support soporte suporte coordinator
  coordinador coordenador teacher profesor professor doctor medico beneficiario beneficiary friend amigo amiga admin
  administrador administrator employee empleado cc bcc cco reply replyto
  reference references refirio refiere refieren refirieron referiu indicador indicadora indicou indico
  recomienda recomendador inviter invito invita convidou padrino madrina broker brokers corredor corredora corretor
  corretora realtor instructor instructora instrutor instrutora trainer entrenador entrenadora coach mentor mentora promotor
  promotora embajador ambassador influencer affiliate afiliado sponsor patrocinador apoderado acudiente encargado encargada
  gestor gestora proprietaria assessora executiva colaborador colaboradora closer setter sdr bdr kam csm staff author autor autora approver abogado lawyer
  accountant colleague colega brother sister hermano hermana novio novia relative pariente vecino handler`);

/** Those that make it something about an e-mail or a phone. */
export const NOT_A_CONTACT_WORDS = words(`
  fax faxes facsimil facsimile pager beeper bip telex isdn radio tty tdd callback
  type types tipo tipos label labels etiqueta status estatus estado situacion opt optin optout opted consent consents
  consentimiento consentimento subscribed suscrito inscrito unsubscribed subscription suscripcion verified verificado
  verificada validated validado bounced bounce rebotado rebote opened opens open abiertos clicked click clicks clics sent
  enviado enviados delivered entregado replied respondido date dates fecha fechas hora time count cantidad quantidade total
  last ultimo ultima template plantilla modelo subject asunto domain dominio permission permiso hash md5 sha password
  contrasena senha model marca brand carrier operator operador operadora plan extension extensions ext exts anexo ramal
  interno format formato score lookup url link links enlace unsubscribe campaign campana list lista group grupo activity actividad
  preference preferences preferencia preferencias preferido preferida preferred prefer prefieres prefiere prefere method
  metodo medio meio canal channel horario schedule best mejor melhor marketing newsletter boletin body cuerpo content contenido notes
  nota notas comentarios comment source origen rate tasa quality calidad reason motivo device dispositivo app version
  region timezone zona prefix prefijo code codes codigo ddi`);

/** A form's question whether, not which. */
export const WHETHER_WORDS = words(`
  tienes tiene tenes tem have has usas usa use utilizas utiliza aceptas acepta aceita autorizas autoriza
  autorizo quieres quiere quer deseas desea deseja gustaria recibir receber receive would like accept agree acepto aceito`);

/** Whole headers, without spaces. */
export const PHONE_HEADERS = words(`
  contactnumber contactno contactnumbers contactphone numerodecontacto numerocontacto numerosdecontacto nrodecontacto
  numerodecontato numerocontato numerodocontato textremindernumber smsnumber directdial directline lineadirecta linhadireta
  linea lineamovil lineafija sms mob hp handy mobil portable handphone foneprincipal fijo contactotelefonico`);
export const EMAIL_HEADERS = words(
  "direccionelectronica enderecoeletronico buzon correoelectronico correioeletronico",
);
