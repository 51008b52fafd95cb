/** What turns a statement around or bounds it, by language: negations, `without`, `except`, `only`, `hardly`. */
export const NEGATIONS: Readonly<Record<string, string>> = {
  en: "no not never none nope nah nay nil nought naught nothing nobody nowhere neither nor without cannot except unless only hardly barely scarcely excluding noone",
  de: "nicht kein keine keinen keinem keiner keines keinerlei keinesfalls keineswegs nie niemals nimmer nichts niemand niemanden niemandem nirgends nirgendwo ohne außer ausser ausgenommen weder nur nein kaum mitnichten",
  nl: "niet geen nooit niets niemand nergens zonder alleen slechts behalve noch nauwelijks",
  sv: "inte ej icke ingen inget inga ingenting aldrig utan varken endast bara knappt förutom nej",
  da: "ikke ingen intet aldrig uden hverken kun næppe undtagen nej",
  nb: "ikke ingen ingenting aldri uten verken kun knapt unntatt nei",
  is: "ekki enginn engin ekkert aldrei án hvorki aðeins nema nei varla",
  fr: "ne n' pas jamais rien aucun aucune personne nul nulle sans sauf ni seulement uniquement guère nullement hormis excepté non",
  it: "non mai nessuno nessuna nessun niente nulla senza né neanche nemmeno neppure soltanto solo solamente tranne eccetto salvo",
  es: "no nunca jamás nada nadie ninguno ninguna ningún ni sin salvo excepto solo sólo solamente únicamente tampoco apenas",
  pt: "não nunca jamais nada nem nenhum nenhuma ninguém sem exceto salvo apenas somente só tampouco",
  ca: "no mai res ningú cap sense només tampoc excepte llevat gens",
  gl: "non nunca nada ninguén ningún ningunha sen agás só tampouco",
  eu: "ez inoiz inor ezer ezin gabe bakarrik izan ezik inolaz",
  ro: "nu n- niciodată nimic nimeni niciun nicio nici fără doar numai decât abia",
  la: "non nec neque nihil nemo numquam sine nisi haud",
  pl: "nie nigdy nikt nikogo nikomu nic niczego żaden żadna żadne żadnego żadnych bez tylko jedynie ani oprócz ledwie",
  cs: "ne není nejsou nebyl nebyla nebylo nebude nemá nesmí nikdy nikdo nikoho nic ničeho žádný žádná žádné bez pouze jen kromě ani sotva nikoli",
  sk: "nie nikdy nikto nič žiadny žiadna žiadne bez iba len okrem ani sotva neni",
  sl: "ne ni niso nima nikoli nihče nič noben nobena nobeno brez samo le razen niti komaj",
  hr: "ne nije nisu nisam nismo nema nemaju nemoj nemojte neće nitko ništa nikad nikada nijedan nijedna bez samo osim niti jedva",
  sr: "ne nije nisu nema neće niko ništa nikad nijedan bez samo osim niti не није нису нема неће нико ништа никад без само осим",
  ru: "не нет ни никогда ничего ничто никто никого нельзя без кроме только лишь едва невозможно запрещено",
  uk: "не немає ні ніколи нічого ніхто без крім лише тільки неможливо заборонено",
  bg: "не няма никога нищо никой без освен само едва",
  el: "δεν μην όχι ποτέ τίποτα κανείς κανένας κανένα χωρίς μόνο εκτός ούτε μόλις",
  lt: "ne nėra niekada niekas nieko joks jokia be tik išskyrus nei vos negalima",
  lv: "ne nav nekad neviens neko nekas bez tikai izņemot nedz tikko nedrīkst",
  et: "ei pole mitte kunagi keegi miski ükski ilma ainult välja vaevalt ega ära ärge mitte",
  fi: "ei en et emme ette eivät eikä älä älkää ilman vain ainoastaan paitsi koskaan kukaan mitään tuskin lukuun",
  hu: "nem ne nincs nincsenek sem se soha senki semmi egyetlen nélkül csak csupán kivéve alig tilos",
  tr: "değil değildir yok yoktur hiç hiçbir asla sadece yalnızca yalnız hariç ancak ne olmadan dışında kimse",
  id: "tidak bukan belum jangan tanpa tak tiada hanya kecuali dilarang hampir nyaris",
  ms: "tidak bukan belum jangan tanpa tak tiada hanya kecuali dilarang",
  tl: "hindi wala walang huwag ayaw maliban lamang bihira",
  sw: "si sio siyo hapana hakuna bila bado kamwe tu isipokuwa pekee",
  vi: "không chưa chẳng chả đừng trừ chỉ chớ cấm",
  cy: "ni nid nad na nac heb dim byth neb unig oni ddim peidiwch peidio ond",
  ga: "ní níl níor nach nár gan ach amháin riamh aon cha",
  sq: "nuk s'ka mos asnjë askush kurrë pa vetëm përveç",
  mt: "mhux mhix m'hemmx qatt ħadd xejn mingħajr biss ħlief",
  af: "nie geen nooit niks niemand sonder slegs behalwe nóg",
  eo: "ne neniu nenio neniam sen nur krom nek",
  ar: "لا لم لن ليس ليست غير بدون إلا دون فقط ما",
  he: "לא אין אינו אינה אינם בלי ללא אף רק אל אסור",
  fa: "نه نیست نیستند بدون فقط هیچ هرگز مگر لیس",
  hi: "नहीं न मत बिना कभी केवल सिवाय",
};

/** Words of other languages' lists that English uses in another sense. */
export const ENGLISH_TOO = new Set(
  "personne nada cap sense tu dim ni mai res mos pole vain ette heb aon cha sine tak el en et le izan ond man non solo salvo ej sin sem gens be pa na pas".split(
    " ",
  ),
);

/** What is written inside of words, by the letters or words that tell the language of the sentence. */
export const INFLECTED_NEGATIONS: readonly { sentence: RegExp; word: RegExp }[] = [
  // Turkish: gelmez, yapmadı, olmayan, kullanmayınız, ödemeden, şekersiz.
  {
    sentence: /[ığş]/u,
    word: /^\p{L}+m[aeıiuü](?:z|d[ıi]|y[aeıi]|m[ıi]ş|den|dan)\p{L}*$|^\p{L}+s[ıiuü]z$|^\p{L}+m[ae]z\p{L}*$|^\p{L}+[ıiuü]yor$/u,
  },
  // Czech, Slovak, Slovene, Croatian, Lithuanian, Latvian: nemůže, nesmí, neveikia, nedarbojas.
  {
    sentence: /[čšžěřůťďňľāēīūģķļņėęįųđć]/u,
    word: /^(?!neb[ou]$|než|nej|nek[aio]$|někd|nešto$|netko$|neko$|nekoliko|nekaj|německ)(?:ne|ni)\p{L}{2,}$/u,
  },
  // Finnish, Estonian: maksamatta, luvatta, rahaton, maitoton.
  { sentence: /[äö]/u, word: /^\p{L}{2,}(?:matta|mättä|ton|tön|ttom\p{L}+|ttöm\p{L}+|mata)$/u },
  // Hungarian: sótlan, időtlen, hatástalan.
  { sentence: /[őűáéí]/u, word: /^\p{L}{2,}(?:talan|telen|atlan|etlen|tlan|tlen)\p{L}*$/u },
  // Swahili: hawezi, haijalipwa, usinywe.
  {
    sentence: /(?:^|\s)(?:kwa|katika|hii|hiyo|hili|cha|vya|yake|wa|ya)(?:\s|$)/u,
    word: /^(?:ha(?:wa|wez|tu|m|ku|i|u|zi|vi|ki|li|ya|pa|ta|ja)|usi|msi|asi|wasi|isi|tusi|bila)\p{L}{2,}$/u,
  },
];
