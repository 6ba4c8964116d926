import type { TemplateLabels } from '../../contract/template-check.ts'

/** The names of the built-in labels, in the order of each language's words below. */
export const labelNames = split(
  'ticket | event | date | until | time | place | holder | name | email | type | gate | section | row | seat | order | price',
  'company | code | showCode | generated | validOnce | admission | howToShow | entry',
)

/** The built-in labels by language, in lower case. */
export const builtInLabels: TemplateLabels = {
  en: words(
    'Ticket | Event | Date | Until | Time | Place | Ticket holder | Name | Email | Type | Gate | Section | Row | Seat | Order | Price',
    'Company | Code | Show this code at the entrance | Generated | Valid for one person and one entry | Admission ticket',
    'On paper or on a screen, at full brightness. Valid for one person and one entry: the first scan of this code counts, so do not share a picture of it.',
    'Entry time',
  ),
  fr: words(
    'Billet | Événement | Date | Jusqu’au | Heure | Lieu | Titulaire du billet | Nom | E-mail | Type | Porte | Bloc | Rang | Place',
    'Commande | Prix | Société | Code | Présentez ce code à l’entrée | Généré le | Valable pour une personne et une entrée',
    'Billet d’entrée',
    'Sur papier ou sur un écran, luminosité au maximum. Valable pour une personne et une entrée : le premier passage de ce code compte, n’en partagez pas d’image.',
    'Heure d’entrée',
  ),
  de: words(
    'Ticket | Veranstaltung | Datum | Bis | Uhrzeit | Ort | Ticket für | Name | E-Mail | Kategorie | Eingang | Block | Reihe | Platz',
    'Bestellung | Preis | Firma | Code | Diesen Code am Einlass zeigen | Erstellt am | Gilt für eine Person und einen Eintritt',
    'Eintrittskarte',
    'Auf Papier oder auf einem hellen Bildschirm. Gilt für eine Person und einen Eintritt: Der erste Scan zählt, teilen Sie also kein Bild dieses Codes.',
    'Einlasszeit',
  ),
  es: words(
    'Entrada | Evento | Fecha | Hasta | Hora | Lugar | Titular de la entrada | Nombre | Correo | Tipo | Puerta | Sector | Fila | Asiento',
    'Pedido | Precio | Empresa | Código | Muestre este código en la entrada | Generado el | Válida para una persona y un acceso | Entrada',
    'En papel o en una pantalla con el brillo al máximo. Válida para una persona y un acceso: cuenta la primera lectura de este código, no comparta su imagen.',
    'Hora de acceso',
  ),
  it: words(
    'Biglietto | Evento | Data | Fino al | Ora | Luogo | Titolare del biglietto | Nome | E-mail | Tipo | Ingresso | Settore | Fila | Posto',
    'Ordine | Prezzo | Azienda | Codice | Mostri questo codice all’ingresso | Generato il | Valido per una persona e un ingresso',
    'Biglietto d’ingresso',
    'Su carta o su uno schermo alla massima luminosità. Valido per una persona e un ingresso: conta la prima lettura di questo codice, non ne condivida l’immagine.',
    'Orario d’ingresso',
  ),
  pt: words(
    'Bilhete | Evento | Data | Até | Hora | Local | Titular do bilhete | Nome | E-mail | Tipo | Porta | Setor | Fila | Lugar | Encomenda',
    'Preço | Empresa | Código | Mostre este código à entrada | Gerado em | Válido para uma pessoa e uma entrada | Bilhete de entrada',
    'Em papel ou num ecrã com o brilho no máximo. Válido para uma pessoa e uma entrada: conta a primeira leitura deste código, não partilhe a sua imagem.',
    'Hora de entrada',
  ),
  nl: words(
    'Ticket | Evenement | Datum | Tot | Tijd | Plaats | Tickethouder | Naam | E-mail | Soort | Ingang | Vak | Rij | Stoel | Bestelling',
    'Prijs | Bedrijf | Code | Toon deze code bij de ingang | Gemaakt op | Geldig voor één persoon en één toegang | Toegangsbewijs',
    'Op papier of op een scherm met maximale helderheid. Geldig voor één persoon en één toegang: de eerste scan van deze code telt, deel er dus geen foto van.',
    'Toegangstijd',
  ),
  pl: words(
    'Bilet | Wydarzenie | Data | Do | Godzina | Lokalizacja | Posiadacz biletu | Imię i nazwisko | E-mail | Rodzaj biletu | Wejście',
    'Sektor | Rząd | Miejsce | Nr zamówienia | Cena | Firma | Kod | Pokaż ten kod przy wejściu | Wygenerowano',
    'Ważny dla jednej osoby na jedno wejście | Bilet wstępu',
    'Na papierze lub na ekranie o pełnej jasności. Ważny dla jednej osoby na jedno wejście: liczy się pierwsze zeskanowanie kodu, dlatego nie udostępniaj jego zdjęcia.',
    'Godzina wejścia',
  ),
  tr: words(
    'Bilet | Etkinlik | Tarih | Bitiş | Saat | Mekân | Bilet sahibi | Ad soyad | E-posta | Bilet türü | Kapı | Blok | Sıra | Koltuk',
    'Sipariş no | Fiyat | Şirket | Kod | Bu kodu girişte gösterin | Oluşturulma | Bir kişi ve bir giriş için geçerlidir | Giriş bileti',
    'Kâğıtta ya da parlaklığı sonuna kadar açık bir ekranda gösterin. Bir kişi ve bir giriş için geçerlidir: kodun ilk okutulduğu giriş sayılır, bu yüzden resmini paylaşmayın.',
    'Giriş saati',
  ),
  vi: words(
    'Vé | Sự kiện | Ngày | Đến | Thời gian | Địa điểm | Người giữ vé | Họ và tên | Email | Loại vé | Cổng | Khu vực | Hàng | Ghế',
    'Mã đơn hàng | Giá vé | Công ty | Mã vé | Xuất trình mã này tại cổng vào | Ngày xuất vé | Có giá trị cho một người và một lượt vào',
    'Vé vào cổng',
    'In ra giấy hoặc mở trên màn hình ở độ sáng tối đa. Có giá trị cho một người và một lượt vào: chỉ lần quét mã đầu tiên được tính, vì vậy đừng chia sẻ ảnh của mã này.',
    'Giờ vào cửa',
  ),
  ar: words(
    'تذكرة | الفعالية | التاريخ | حتى | الوقت | المكان | حامل التذكرة | الاسم | البريد الإلكتروني | النوع | البوابة | القسم | الصف | المقعد',
    'الطلب | السعر | الشركة | الرمز | أبرز هذا الرمز عند المدخل | أُنشئت في | صالحة لشخص واحد ودخول واحد | تذكرة دخول',
    'على الورق أو على شاشة بأعلى سطوع. صالحة لشخص واحد ودخول واحد: يُعتدّ بأول مسح لهذا الرمز، فلا تشارك صورته.',
    'وقت الدخول',
  ),
  hi: words(
    'टिकट | कार्यक्रम | दिनांक | समाप्ति | समय | स्थान | टिकट धारक | नाम | ईमेल | श्रेणी | गेट | ब्लॉक | पंक्ति | सीट | ऑर्डर नंबर | मूल्य',
    'कंपनी | कोड | प्रवेश द्वार पर यह कोड दिखाएँ | जारी करने का समय | एक व्यक्ति और एक प्रवेश के लिए मान्य | प्रवेश टिकट',
    'काग़ज़ पर या पूरी चमक वाली स्क्रीन पर दिखाएँ। एक व्यक्ति और एक प्रवेश के लिए मान्य: इस कोड का पहला स्कैन ही गिना जाता है, इसलिए इसकी तस्वीर किसी को न भेजें।',
    'प्रवेश समय',
  ),
  th: words(
    'บัตร | งาน | วันที่ | ถึง | เวลา | สถานที่ | ผู้ถือบัตร | ชื่อ | อีเมล | ประเภทบัตร | ประตู | โซน | แถว | ที่นั่ง | เลขที่คำสั่งซื้อ | ราคา',
    'บริษัท | รหัส | แสดงรหัสนี้ที่ทางเข้า | ออกบัตรเมื่อ | ใช้ได้สำหรับหนึ่งคนและเข้าได้หนึ่งครั้ง | บัตรเข้างาน',
    'พิมพ์ลงกระดาษหรือแสดงบนหน้าจอที่ปรับความสว่างสูงสุด ใช้ได้สำหรับหนึ่งคนและเข้าได้หนึ่งครั้ง โดยนับการสแกนครั้งแรก จึงไม่ควรส่งต่อภาพของรหัสนี้',
    'เวลาเข้างาน',
  ),
  ja: words(
    'チケット | イベント | 開催日 | 終了日 | 時間 | 会場 | チケット名義 | 氏名 | メールアドレス | 券種 | 入場口 | ブロック | 列 | 座席 | 注文番号 | 料金',
    '会社名 | コード | 入場時にこのコードをご提示ください | 発行日時 | お一人様1回限り有効 | 入場券',
    '紙に印刷するか、画面を最も明るくしてご提示ください。お一人様1回限り有効で、最初に読み取られたものだけが有効です。コードの画像を他の方と共有しないでください。',
    '入場時間',
  ),
  ko: words(
    '티켓 | 행사 | 날짜 | 종료 | 시간 | 장소 | 티켓 소지자 | 이름 | 이메일 | 티켓 종류 | 입구 | 구역 | 열 | 좌석 | 주문 번호 | 가격',
    '회사 | 코드 | 입장할 때 이 코드를 보여 주세요 | 발행 일시 | 1인 1회 입장 가능 | 입장권',
    '종이에 인쇄하거나 화면을 가장 밝게 하여 보여 주세요. 1인 1회만 입장할 수 있으며 처음 스캔된 코드만 유효하므로 코드 이미지를 공유하지 마세요.',
    '입장 시간',
  ),
  zh: words(
    '门票 | 活动 | 日期 | 结束 | 时间 | 地点 | 持票人 | 姓名 | 电子邮箱 | 票种 | 入口 | 区域 | 排 | 座位 | 订单号 | 票价',
    '公司 | 票码 | 请在入口处出示此码 | 出票时间 | 限一人入场一次 | 入场券',
    '可打印，也可用手机出示，请将屏幕调到最亮。限一人入场一次，以首次扫码为准，请勿分享此码的图片。',
    '入场时间',
  ),
  'zh-hant': words(
    '門票 | 活動 | 日期 | 結束 | 時間 | 地點 | 持票人 | 姓名 | 電子郵件 | 票種 | 入口 | 區域 | 排 | 座位 | 訂單編號 | 票價',
    '公司 | 票碼 | 請在入口處出示此碼 | 開票時間 | 限一人入場一次 | 入場券',
    '可列印，也可用手機出示，請將螢幕調到最亮。限一人入場一次，以首次掃描為準，請勿分享此碼的圖片。',
    '入場時間',
  ),
}

/** Maps labels to words, which are in the order of `labelNames`. */
function words(...lines: string[]): Record<string, string> {
  const list = split(...lines)
  return Object.fromEntries(labelNames.map((name, index) => [name, list[index] ?? name]))
}

function split(...lines: string[]): string[] {
  return lines.flatMap((line) => line.split(' | '))
}
