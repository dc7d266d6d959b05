/**
 * Names, places and words of headers that leads are full of, each with a letter beyond ASCII: a reading that has one of
 * them is what was written, however few texts there are.
 */
const USUAL_WORDS = [
  // Spanish
  "josé maría garcía martínez lópez gonzález rodríguez fernández hernández pérez sánchez ramírez gómez díaz vázquez",
  "velázquez álvarez jiménez gutiérrez suárez domínguez benítez núñez muñoz peña ibáñez yáñez nuñez ibañez yañez ordóñez castañeda zúñiga zuñiga",
  "cedeño treviño briceño patiño cáceres cárdenas chávez dávila durán galván guzmán juárez león marín méndez meléndez",
  "márquez quiñones rincón ríos rosalía sofía lucía rocío raúl saúl óscar iván ángel ángela ángeles andrés inés tomás",
  "jesús héctor víctor óliver íñigo begoña germán hernán joaquín julián fabián adrián sebastián martín agustín fermín",
  "rubén ramón simón inmaculada concepción asunción encarnación mónica verónica bárbara belén josé nicolás matías elías",
  "álvaro úrsula aarón moisés noé renée rené estefanía raquél anaís méxico bogotá medellín león mérida querétaro",
  "michoacán yucatán potosí cancún córdoba málaga cádiz jaén almería ávila cáceres coruña logroño españa perú panamá",
  "canadá brasília ñuñoa valparaíso concepción maipú tucumán asunción culiacán mazatlán torreón juárez tlalnepantla",
  "teléfono móvil correo electrónico dirección código país región población compañía teléfonos número números año años",
  "información organización ubicación descripción título género campaña categoría día días señor señora niño niña güemes güero",
  // Portuguese
  "joão são conceição gonçalves antônio antónio araújo magalhães simões guimarães mendonça assunção luís luíza luísa",
  "inês mônica érica patrícia letícia vitória júlia júlio cláudia cláudio márcia márcio flávia flávio fábio vinícius",
  "césar lúcia lúcio sérgio rogério andré andréa débora jéssica tânia vânia ângela amélia estevão leão falcão galvão",
  "brandão aragão sebastião damião adão irmão irmãos mãe goiás ceará paraná maranhão piauí amapá rondônia brasília",
  "florianópolis goiânia vitória maceió niterói belém macapá cuiabá uberlândia ribeirão guaíba açaí ação ações",
  "endereço número código razão responsável observações situação região estágio anúncio município não você atenção maçã irmã avó avô",
  // French
  "françois françoise hélène andré noël joël benoît gaëlle éric étienne émile élodie frédéric jérôme stéphane stéphanie",
  "rené renée thérèse cécile céline mélanie valérie véronique sébastien rémi rémy loïc anaïs zoé chloé léa léo désirée",
  "société prénom téléphone numéro québec montréal orléans béziers besançon rhône île-de-france château côté février août",
  "décembre français française entreprise équipe écosse sœur façade genève neuchâtel liège",
  // German
  "müller schröder schäfer jäger krämer köhler böhm günther günter jürgen jörg björn käthe bärbel größe straße weiß groß",
  "münchen köln düsseldorf münster nürnberg österreich zürich göttingen lübeck würzburg tübingen saarbrücken übung ärzte",
  "geschäftsführer für über büro mädchen grüße könig löwe möller schütz strauß voß krüger",
  // Italian
  "città società perché nicolò niccolò però più così forlì università qualità",
  // Scandinavian
  "åse åsa åke søren jørgen bjørn tromsø göran håkan märta malmö göteborg västerås jönköping björn århus københavn",
];

const words = new Set(USUAL_WORDS.flatMap((line) => line.split(" ")));

/** Whether a text has a usual word, in small letters or in capitals. */
export function hasUsualWord(text: string): boolean {
  return text
    .toLowerCase()
    .split(/[^\p{L}-]+/u)
    .some((word) => words.has(word));
}
