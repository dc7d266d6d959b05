import { fold } from "../../../text/fold.ts";

/** First-level divisions of the Americas and Spain, with the abbreviations that people use, folded. */
const NAMES = `
  aguascalientes|ags|baja california|bc|baja california norte|baja california sur|bcs|campeche|camp|chiapas|chis|chihuahua|
  chih|ciudad de mexico|cdmx|df|distrito federal|mexico df|coahuila|coahuila de zaragoza|coah|colima|col|durango|dgo|
  estado de mexico|edomex|edo mex|edo de mexico|mexico|mex|guanajuato|gto|guerrero|gro|hidalgo|hgo|jalisco|jal|michoacan|
  michoacan de ocampo|mich|morelos|mor|nayarit|nay|nuevo leon|nl|oaxaca|oax|puebla|pue|queretaro|qro|quintana roo|qroo|q roo|
  san luis potosi|slp|sinaloa|sin|sonora|son|tabasco|tab|tamaulipas|tamps|tlaxcala|tlax|veracruz|
  veracruz de ignacio de la llave|ver|yucatan|yuc|zacatecas|zac|
  acre|ac|alagoas|al|amapa|ap|amazonas|am|bahia|ba|ceara|ce|espirito santo|es|goias|go|maranhao|ma|mato grosso|mt|
  mato grosso do sul|ms|minas gerais|mg|para|pa|paraiba|pb|parana|pr|pernambuco|pe|piaui|pi|rio de janeiro|rj|
  rio grande do norte|rn|rio grande do sul|rs|rondonia|ro|roraima|rr|santa catarina|sc|sao paulo|sp|sergipe|se|tocantins|to|
  buenos aires|caba|capital federal|ciudad autonoma de buenos aires|catamarca|chaco|chubut|cordoba|corrientes|entre rios|formosa|
  jujuy|la pampa|la rioja|mendoza|misiones|neuquen|rio negro|salta|san juan|san luis|santa cruz|santa fe|santiago del estero|
  tierra del fuego|tucuman|
  antioquia|arauca|atlantico|bogota|bogota dc|bolivar|boyaca|caldas|caqueta|casanare|cauca|cesar|choco|cundinamarca|guainia|guaviare|
  huila|la guajira|magdalena|meta|narino|norte de santander|putumayo|quindio|risaralda|san andres|santander|sucre|tolima|valle|
  valle del cauca|vaupes|vichada|
  arica y parinacota|tarapaca|antofagasta|atacama|coquimbo|valparaiso|metropolitana|rm|metropolitana de santiago|ohiggins|o'higgins|
  maule|nuble|biobio|bio bio|la araucania|araucania|los rios|los lagos|aysen|magallanes|
  amazonas|ancash|apurimac|arequipa|ayacucho|cajamarca|callao|cusco|cuzco|huancavelica|huanuco|ica|junin|la libertad|lambayeque|lima|
  loreto|madre de dios|moquegua|pasco|piura|puno|san martin|tacna|tumbes|ucayali|
  anzoategui|apure|aragua|barinas|carabobo|cojedes|delta amacuro|distrito capital|falcon|guarico|lara|merida|miranda|monagas|
  nueva esparta|portuguesa|tachira|trujillo|vargas|la guaira|yaracuy|zulia|
  azuay|canar|carchi|chimborazo|cotopaxi|el oro|esmeraldas|galapagos|guayas|imbabura|loja|los rios|manabi|morona santiago|napo|
  orellana|pastaza|pichincha|santa elena|santo domingo|sucumbios|tungurahua|zamora chinchipe|
  chuquisaca|cochabamba|beni|la paz|oruro|pando|potosi|tarija|asuncion|central|alto parana|itapua|caaguazu|montevideo|canelones|
  maldonado|guatemala|san salvador|francisco morazan|cortes|managua|san jose|alajuela|cartago|heredia|panama|chiriqui|santiago|
  alabama|alaska|ak|arizona|az|arkansas|ar|california|ca|colorado|co|connecticut|ct|delaware|de|florida|fl|georgia|ga|hawaii|hi|
  idaho|id|illinois|il|indiana|in|iowa|ia|kansas|ks|kentucky|ky|louisiana|la|maine|me|maryland|md|massachusetts|michigan|mi|
  minnesota|mn|mississippi|missouri|mo|montana|nebraska|ne|nevada|nv|new hampshire|nh|new jersey|nj|new mexico|nm|new york|ny|
  north carolina|nc|north dakota|nd|ohio|oh|oklahoma|oregon|or|pennsylvania|rhode island|ri|south carolina|south dakota|sd|
  tennessee|tn|texas|tx|utah|ut|vermont|vt|virginia|va|washington|wa|west virginia|wv|wisconsin|wi|wyoming|wy|puerto rico|
  alberta|ab|british columbia|manitoba|mb|new brunswick|nb|newfoundland and labrador|nova scotia|ns|ontario|on|
  prince edward island|quebec|qc|saskatchewan|sk|
  andalucia|aragon|asturias|baleares|islas baleares|canarias|islas canarias|cantabria|castilla la mancha|castilla y leon|cataluna|
  catalunya|comunidad valenciana|extremadura|galicia|madrid|comunidad de madrid|murcia|navarra|pais vasco|euskadi|barcelona|
  valencia|sevilla|zaragoza|malaga|alicante|vizcaya|bizkaia|guipuzcoa|gipuzkoa|alava|a coruna|la coruna|pontevedra|lugo|ourense|
  girona|gerona|lleida|lerida|tarragona|castellon|almeria|cadiz|granada|huelva|jaen|toledo|ciudad real|cuenca|guadalajara|albacete|
  avila|burgos|leon|palencia|salamanca|segovia|soria|valladolid|zamora|badajoz|caceres|huesca|teruel|las palmas|
  santa cruz de tenerife|lisboa|porto|braga|setubal|aveiro|coimbra|faro|leiria|madeira|acores`;

const STATES: ReadonlySet<string> = new Set(NAMES.split("|").map((name) => name.trim()));
/** What stands before a name: `Estado de México` is one, `Estado de Jalisco` has one. */
const KIND = /^(?:estado|provincia|departamento|depto|region|dpto|comunidad) (?:de |del |do |da )?/;
/** ISO 3166-2: `MX-JAL`. */
const CODE = /^[a-z]{2}-[a-z\d]{1,3}$/;

/** Whether a text is the name, or the usual abbreviation, of a state, a province, a department or a region. */
export function isState(text: string): boolean {
  const name = fold(text).replaceAll(".", "");
  return STATES.has(name) || STATES.has(name.replace(KIND, "")) || CODE.test(name);
}
