/**
 * Conditions, exceptions, hedges, bounds, ends and prohibitions of other languages than English, by language: what
 * decides a clause besides its negation.
 */
export const PIVOTS: Readonly<Record<string, string>> = {
  de: "wenn falls sofern solange bis bevor nachdem statt anstatt anstelle aber sondern jedoch obwohl trotz fast beinahe nahezu knapp rund etwa circa ungefähr mindestens höchstens maximal minimal weniger mehr über unter ab vor nach angeblich vermutlich vielleicht soll sollte sollen muss müssen darf dürfen kann können könnte würde wäre hätte verboten untersagt erlaubt gestattet selten manchmal alle beide zu gegen hinter falsch abgelehnt verweigert aufgehört erhöhte senkte ausgeschlossen bestritt ehemals früher verlor verhindert vermeiden",
  nl: "als indien tenzij tot totdat voordat nadat maar echter hoewel bijna ongeveer minstens hoogstens maximaal minder meer boven onder naar zou moet mag kan kunnen verboden toegestaan zelden tegen vals geweigerd gestopt uitgezonderd vermeend plaats",
  sv: "om såvida tills innan efter men dock nästan ungefär cirka minst högst mindre mer över under måste får kan skulle förbjudet tillåtet sällan mot falskt vägrade slutade istället påstås",
  da: "hvis medmindre indtil før efter men dog næsten omkring cirka mindst højst mindre mere over under skal må kan ville forbudt tilladt sjældent mod falsk nægtede holdt stedet angiveligt",
  nb: "hvis dersom medmindre inntil før etter men likevel nesten omkring cirka minst høyst mindre mer over under skal må kan ville forbudt tillatt sjelden mot falsk nektet sluttet stedet angivelig",
  is: "ef þegar áður eftir en næstum um minnst mest minna meira yfir undir verður má getur bannað leyfilegt sjaldan móti hætti",
  fr: "si quand lorsque avant après mais cependant pourtant bien presque environ près quasiment moins plus maximum minimum jusqu'à jusque que qu' peu fallu failli doit doivent peut peuvent devrait pourrait aurait serait interdit interdite défendu autorisé autorisée rarement contre faux fausse refusé cessé arrêté lieu prétendu prétendument tous toutes trop dès tant pourvu exclu exclus nie nié évité",
  it: "se quando finché prima dopo ma però quasi circa meno più almeno massimo minimo oltre sotto deve devono può possono dovrebbe potrebbe avrebbe vietato proibito permesso raramente contro falso rifiutato smesso invece presunto tutti escluso esclusa purché",
  es: "si cuando hasta antes después mientras pero sino aunque casi aproximadamente unos cerca menos más mínimo máximo debe deben puede pueden debería podría habría prohibido permitido raramente contra falso rechazó negó dejó dejaron lugar supuestamente supuesto todos evitar a-menos siempre excluido",
  pt: "se quando até antes depois enquanto mas porém embora quase aproximadamente cerca menos mais mínimo máximo deve devem pode podem deveria poderia proibido permitido raramente contra falso recusou negou deixou deixaram deixar vez alegadamente todos evitar excluído desde",
  ca: "si quan fins abans després mentre però quasi gairebé menys més mínim màxim ha pot poden prohibit permès contra fals va deixar lloc tots rarament",
  gl: "se cando ata antes despois pero case menos máis debe pode prohibido permitido contra deixou",
  eu: "baldin arte aurretik ondoren baina ia gutxienez gehienez gutxiago gehiago behar daiteke debekatuta kontra guztiak ordez",
  ro: "dacă când până înainte după dar însă aproape aproximativ circa puțin mult cel maxim minim peste sub trebuie poate pot ar interzis permis rar contra împotriva fals refuzat încetat loc toți presupus",
  pl: "jeśli jeżeli gdy chyba dopóki zanim po ale jednak prawie około co najmniej najwyżej mniej więcej ponad poniżej musi muszą może mogą powinien zakazane zabronione wolno dozwolone rzadko przeciw fałszywy odmówił przestał zamiast rzekomo wszyscy",
  cs: "pokud jestliže když dokud než před po ale však téměř skoro asi zhruba nejméně nejvýše méně více alespoň musí může mohou smí by zakázáno povoleno zřídka proti falešný odmítl přestal místo údajně všichni s-výjimkou výjimkou",
  sk: "ak keď kým pred po ale však takmer skoro asi najmenej najviac menej viac musí môže smie by zakázané povolené zriedka proti odmietol prestal namiesto údajne všetci",
  sl: "če ko dokler preden po ampak toda vendar skoraj približno vsaj največ manj več mora lahko sme bi prepovedano dovoljeno redko proti zavrnil nehal namesto domnevno vsi",
  hr: "ako kad kada dok prije nakon ali no međutim gotovo skoro oko barem najviše najmanje manje više mora može smije bi zabranjeno dopušteno rijetko protiv odbio prestao umjesto navodno svi",
  sr: "ako kad dok pre posle ali gotovo skoro oko bar najviše najmanje manje više mora može sme bi zabranjeno dozvoljeno retko protiv odbio prestao umesto navodno svi",
  lt: "jei jeigu kai kol prieš po bet tačiau beveik apie bent daugiausia mažiausiai mažiau daugiau turi gali draudžiama leidžiama retai atsisakė nustojo vietoj tariamai visi",
  lv: "ja kad līdz pirms pēc bet tomēr gandrīz apmēram aptuveni vismaz ne-vairāk mazāk vairāk drīkst var jābūt aizliegts atļauts reti pret atteicās pārtrauca vietā it-kā visi",
  et: "kui kuni enne pärast aga kuid peaaegu umbes vähemalt kõige rohkem vähem üle alla peab võib tohib keelatud lubatud harva vastu keeldus lõpetas asemel väidetavalt kõik",
  fi: "jos kun kunnes ellei ennen jälkeen mutta vaikka melkein lähes noin vähintään enintään korkeintaan vähemmän enemmän yli alle täytyy pitää saa voi kielletty sallittu harvoin vastaan kieltäytyi lakkasi sijaan väitetysti kaikki",
  hu: "ha amikor amíg míg előtt után de azonban majdnem csaknem körülbelül legalább legfeljebb kevesebb több felett alatt kell lehet szabad tiltott megengedett ritkán ellen visszautasította megtagadta helyett állítólag mind minden",
  tr: "eğer ise kadar önce sonra ama fakat neredeyse yaklaşık az fazla çok altında üstünde zorunda olabilir yasak yasaktır serbest izin nadiren karşı reddetti bıraktı yerine iddiaya bütün tüm",
  id: "jika kalau apabila bila sampai hingga sebelum sesudah setelah tetapi namun meskipun hampir sekitar minimal maksimal kurang lebih paling harus boleh dapat bisa wajib jarang melawan menolak berhenti alih-alih konon diduga semua",
  ms: "jika kalau sehingga sebelum selepas tetapi namun hampir kira-kira sekurang-kurangnya kurang lebih mesti boleh dapat jarang menolak berhenti sebaliknya didakwa semua",
  tl: "kung kapag hanggang bago pagkatapos pero ngunit subalit halos mga kulang higit dapat maaari pwede bawal ipinagbabawal laban tumanggi tumigil sa-halip lahat",
  sw: "kama ikiwa hadi mpaka kabla baada lakini karibu takriban angalau zaidi chini juu lazima anaweza inaweza marufuku ruhusa mara-chache dhidi alikataa aliacha badala yote wote",
  vi: "nếu khi trước sau nhưng gần khoảng ít tối hơn dưới trên phải được có-thể bị hiếm chống từ thôi thay tất",
  cy: "os pan nes tan cyn ar-ôl ond bron tua o-leiaf llai mwy rhaid gall cael gwaharddwyd gwaherddir prin yn-erbyn gwrthododd yn-lle pawb",
  ga: "má mura nuair go-dtí roimh tar-éis ach beagnach thart ar-a-laghad níos caithfidh féidir cosc annamh in-aghaidh dhiúltaigh in-ionad gach",
};

/** Words before a figure that bound it, in all languages. */
export const BOUNDS =
  "than least most to over under above below until exceeding minimum maximum min max about around approximately approx roughly circa ca nearly almost beyond within every each by after before since from mindestens höchstens maximal über unter etwa rund knapp fast bis ab moins plus environ près presque jusqu'à menos más casi unos aproximadamente hasta cerca meno più quasi circa oltre almeno menos mais quase até minstens hoogstens ongeveer bijna tot minst högst ungefär nästan mindst højst næsten omkring noin vähintään enintään yli alle lähes około najmniej najwyżej prawie ponad asi nejméně nejvýše téměř";
