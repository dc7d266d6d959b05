import type { Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";

/** Names and words of leads in a language, a header of it, and encodings that its files come in. */
export interface Language {
  name: string;
  header: string;
  words: string[];
  encodings: Encoding[];
}

const language = (name: string, header: string, words: string, ...encodings: Encoding[]): Language => ({
  name,
  header,
  words: words.split(" "),
  encodings,
});

export const LANGUAGES: Language[] = [
  language(
    "Spanish",
    "Nombre,Correo,Teléfono,Dirección",
    "José Núñez García Pérez López Martínez Sofía Ramón Ángel Íñigo Peña Muñoz Begoña Andrés Inés Raúl León Mérida Córdoba Málaga Cádiz Logroño Güero Óscar Úrsula Ñuñoa MÉXICO Juan Carlos Monterrey Puebla",
    "windows-1252",
    "iso-8859-15",
    "macintosh",
    "ibm850",
    "ibm437",
  ),
  language(
    "Portuguese",
    "Nome,E-mail,Telefone,Endereço",
    "João São Conceição Gonçalves André Antônio Luís Mônica Brasília Ceará Goiás Araújo Guimarães Magalhães Simões Ângela Érica Órfão Mãe Informação Lança Íris Silva Pedro Rio",
    "windows-1252",
    "iso-8859-15",
    "macintosh",
    "ibm850",
  ),
  language(
    "French",
    "Prénom,Courriel,Téléphone,Société",
    "François Hélène André Noël Benoît Gaëlle Éric Château Façade Orléans Béziers Besançon Côté Forêt Sœur Marie Dupont Lyon Crêpe Août",
    "windows-1252",
    "iso-8859-15",
    "macintosh",
  ),
  language(
    "German",
    "Name,E-Mail,Straße,Größe",
    "Müller Jörg Größe Straße Köln Düsseldorf Jürgen Käthe Weiß Schröder Übung Ärzte Österreich Groß Hans Berlin Münster Göttingen",
    "windows-1252",
    "macintosh",
    "ibm850",
    "ibm437",
  ),
  language(
    "Italian",
    "Nome,Email,Città,Società",
    "Perché Città Niccolò Università Caffè Così Più Papà Libertà Forlì Marco Rossi Cantù Mondovì Nicolò Società",
    "windows-1252",
    "macintosh",
    "ibm850",
  ),
  language(
    "Swedish",
    "Namn,E-post,Område",
    "Åke Björn Göran Åsa Västerås Malmö Jönköping Håkan Märta Sjöberg Söderström Anders Västergötland Öland",
    "windows-1252",
    "macintosh",
    "ibm850",
  ),
  language(
    "Danish",
    "Navn,E-mail,Område",
    "Søren Jørgen Åse Kjærgaard Bjørn Tromsø Ålesund Lærke Grønland Nielsen Ærø Rønne Ølgod",
    "windows-1252",
    "macintosh",
    "ibm850",
  ),
  language(
    "Polish",
    "Imię,E-mail,Województwo",
    "Łukasz Małgorzata Wałęsa Gdańsk Łódź Kraków Żółć Święty Dąbrowski Jabłoński Wójcik Zając Późny Ćwik Źródło Jan",
    "windows-1250",
    "iso-8859-2",
    "ibm852",
  ),
  language(
    "Czech",
    "Jméno,E-mail,Město",
    "Jiří Dvořák Novák Černý Růžička Tomáš Zdeněk Plzeň České Žižka Štěpán Řehoř Praha Kateřina Šťastný",
    "windows-1250",
    "iso-8859-2",
    "ibm852",
  ),
  language(
    "Hungarian",
    "Név,E-mail,Város",
    "Győr Szűcs Kovács László Tóth Pécs István Zoltán Ödön Béla Erzsébet Őri Fűrész Budapest",
    "windows-1250",
    "iso-8859-2",
  ),
  language(
    "Turkish",
    "Adı,E-posta,Şehir",
    "Yağmur Şahin Çelik Öztürk Işık İbrahim Güneş Doğan Yıldız Gökçe Ağaoğlu Mehmet Ayşe",
    "windows-1254",
  ),
  language(
    "Russian",
    "Имя,Email,Город",
    "Иван Петров Сергей Смирнова Екатерина Москва Дмитрий Кузнецов Ольга Новосибирск Алексей Юлия Щукин",
    "windows-1251",
    "koi8-r",
    "ibm866",
    "x-mac-cyrillic",
    "iso-8859-5",
  ),
  language(
    "Greek",
    "Όνομα,Email,Πόλη",
    "Γιώργος Παπαδόπουλος Αθήνα Μαρία Νίκος Ελένη Θεσσαλονίκη Κώστας Δημήτρης",
    "windows-1253",
    "iso-8859-7",
  ),
  language("Hebrew", "שם,Email,עיר", "יוסף כהן לוי שרה דוד ירושלים משה חיפה אברהם רחל", "windows-1255"),
  language(
    "Arabic",
    "الاسم,Email,المدينة",
    "محمد أحمد علي فاطمة القاهرة يوسف حسن خالد مريم إبراهيم",
    "windows-1256",
    "iso-8859-6",
  ),
  language(
    "Japanese",
    "名前,Email,住所",
    "山田太郎 佐藤花子 鈴木一郎 東京都 大阪府 タナカ さくら 株式会社 高橋 伊藤 渡辺",
    "shift_jis",
    "euc-jp",
  ),
  language(
    "Chinese",
    "姓名,Email,城市",
    "王伟 李娜 张敏 北京市 上海 刘洋 陈静 杨勇 公司 电话 广州",
    "gb18030",
  ),
  language("Taiwanese", "姓名,Email,城市", "王偉 李娜 張敏 臺北市 陳靜 楊勇 公司 電話 林志玲 黃小姐", "big5"),
  language(
    "Korean",
    "이름,Email,도시",
    "김철수 이영희 박민수 서울시 부산 최지우 정우성 회사 전화 강남구",
    "euc-kr",
  ),
];
