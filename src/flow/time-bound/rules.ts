/**
 * What makes a question one about now, as data: words and phrases whose answer changes by the day. In lower case; a space stands for
 * any white space. To be generous is right here: `about-now.ts` sees where an English one is only told of, and a question that is taken for one
 * about now by mistake lives shortly and is not matched by meaning, nothing worse.
 */

/**
 * Phrases in scripts with spaces between words, as pieces of regular expressions. Each begins with at least two letters, or with a
 * group of such, `(?:this|last) week`, so that a text can be searched by first letters. The English ones are told apart by what they say, since
 * `about-now.ts` looks at the sentence around them; those of other languages count wherever they stand.
 */

/** What changes by itself, whoever asks. */
export const TOPICS: readonly string[] = [
  'as of now', 'up[- ]to[- ]date',
  'up[- ]to[- ]the[- ]minute', 'real[- ]time (?:data|prices?|quotes?|information|info|news|scores?|traffic|results?|status)',
  'breaking (?:news|story|stories)', '(?:top|main|news|latest|recent|world|morning|sports?|the) (?:headlines|stories this)', 'headlines (?:today|now|from|in)',
  'in the news', '(?:any|the|recent|latest) news', 'news (?:about|on|of|from|for)',
  "what(?:['’]s| is) new", 'trending',
  'live (?:scores?|updates?|results?|prices?|odds)', 'who is winning', 'weather', 'temperature (?:in|outside)',
  '(?:stock|share|spot) prices?',
  'prices? of (?:bitcoin|gold|silver|oil|ethereum|gas)', '(?:bitcoin|gold|silver|oil|ethereum|gas) prices?',
  '(?:exchange|mortgage|interest) rates?', 'stock market', 'market cap',
  'traffic (?:in|on|near)', "what(?:['’]s| is) the (?:date|time)", 'what (?:day|date|time|year|month) is (?:it|this)',
  'how long ago', 'open now', 'happening now', 'is it (?:raining|snowing|sunny)',
];

/** What is counted from now on. */
export const COUNTS: readonly string[] = ['(?:days|weeks|months|hours|years) (?:until|till|since)'];

/** When something is. */
export const DAYS: readonly string[] = [
  "today(?:['’]s)?", 'tonight(?:[\'’]s)?', "yesterday(?:['’]s)?", "tomorrow(?:['’]s)?",
  '(?:this|last|next|past|coming) (?:week|weekend|month|quarter|year|season|morning|afternoon|evening|night)(?:[\'’]s)?',
  '(?:this|last|next) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)', '(?:so far|later|earlier) this',
];

/** How things stand. */
export const STATES: readonly string[] = [
  'currently', 'current', 'latest', 'newest', 'most recent', 'recently', 'right now', 'just now', 'at the moment', 'at present', 'until now', 'upcoming',
];

/** What changes so slowly that it counts only of what changes fast. */
export const SLOW: readonly string[] = ['nowadays', 'these days'];

/** Those of other languages. */
const OTHERS: readonly string[] = [
  // German
  'heute', 'heutigen?', 'heutiger', 'heutiges', 'gestern', 'derzeit', 'momentan', 'zurzeit', 'aktuell', 'aktuelle[nrsm]?',
  'neueste[nrsm]?', 'im moment', 'jetzt gerade',
  '(?:diese|letzte|nächste) woche', '(?:diesen|letzten|nächsten) monat', '(?:dieses|letztes|nächstes) jahr', 'wetter', 'wettervorhersage',
  'aktienkurse?', 'wechselkurse?', 'wie spät', 'wie viel uhr',
  // French
  "aujourd['’]hui", 'actuellement', 'actuel', 'actuels', 'actuelles?', 'en ce moment', 'cette (?:semaine|année|nuit)',
  'ce (?:mois-ci|matin|soir|week-end)', 'dernières (?:nouvelles|actualités)', 'hier soir',
  'les actualités', 'météo', "cours (?:de l['’]action|du dollar|de l['’]euro)", 'taux de change', 'quelle heure est-il',
  'quel temps fait-il',
  // Spanish
  'hoy', 'ayer', 'esta (?:semana|noche)', 'este (?:mes|año)', 'actualmente', 'ahora mismo', 'en este momento', 'últimas noticias',
  'más recientes?', 'tipo de cambio', 'qué hora es', 'precio de las? acci(?:ón|ones)',
  'pronóstico del tiempo', 'qué tiempo hace',
  // Italian
  'oggi', 'ieri', 'attualmente', 'in questo momento', 'questa (?:settimana|sera)', 'questo mese', "quest['’]anno", 'ultime notizie',
  'più recent[ei]', 'meteo', 'che (?:tempo fa|ore sono)', 'tasso di cambio',
  // Portuguese
  'hoje', 'ontem', 'atualmente', 'neste momento', '(?:esta|nesta) semana', '(?:este|neste) (?:mês|ano)', 'últimas notícias',
  'mais recentes?', 'taxa de câmbio', 'previsão do tempo', 'que horas são',
  // Dutch
  'vandaag', 'gisteren', 'momenteel', 'op dit moment', 'deze (?:week|maand)', 'dit jaar', 'laatste nieuws', 'nieuwste', 'weerbericht',
  'wisselkoers', 'hoe laat is het',
  // Polish, Swedish, Turkish
  'dzisiaj', 'dziś', 'wczoraj', 'obecnie', 'w tym (?:tygodniu|miesiącu|roku)', 'najnowsz[yea]', 'pogoda', 'kurs (?:dolara|euro|walut)',
  'idag', 'igår', 'just nu', 'den här veckan', 'senaste nytt', 'bugün', 'şu anda', 'bu hafta', 'hava durumu',
  // Russian
  'сегодня', 'вчера', 'сейчас', 'текущ(?:ий|ая|ее|ие|его|ей)', 'на этой неделе', 'в этом (?:году|месяце)', 'последние новости', 'погода',
  'курс (?:доллара|евро|валют)', 'который час',
];

export const WORDS: readonly string[] = [...TOPICS, ...COUNTS, ...DAYS, ...STATES, ...SLOW, ...OTHERS];

/** Phrases of scripts that set no spaces between words; they match anywhere. */
export const BARE_WORDS: readonly string[] = [
  // Chinese, simplified and traditional
  '今天', '今日', '今晚', '现在', '現在', '目前', '当前', '當前', '最新', '本周', '本週', '这周', '這週', '本月', '今年', '昨天', '昨日', '天气', '天氣', '股价', '股價', '汇率', '匯率',
  '实时', '實時', '几点了',
  // Japanese
  '今週', '今月', '天気', '株価', '為替', '何時ですか',
  // Korean
  '오늘', '어제', '지금', '현재', '최신', '이번 ?주', '이번 ?달', '올해', '날씨', '주가', '환율',
];

/** Phrases that hold one of the words and are not about now. They are looked for first. */
export const EXCEPTIONS: readonly string[] = [
  // Money and physics
  'current (?:accounts?|accts?|assets?|liabilit(?:y|ies)|ratio|density|divider|source|sink|flows?|flowing|transformers?|limiting|loop|gain|mirror)',
  '(?:electric|electrical|alternating|direct|eddy|ocean|air|sea|tidal|gulf|water|rip|convection|induced|leakage|inrush|input|output|base|collector|drain|load|supply|battery|phase) currents?',
  '(?:voltage|resistance|power),? (?:and|or) current',
  'current (?:and|or|through|in an?|in the) (?:voltage|resistance|resistor|circuit|wire|coil|conductor|capacitor|inductor|diode)',
  // Programs: where the program stands, not the world
  'current (?:working )?(?:director(?:y|ies)|folder|path|file|line|row|column|cell|cursor|character|element|node|index|branch|commit|thread|iteration|scope|instance|token|selection|shell|function|object|tab|window|worksheet|sheet|workbook|year[\'’]s)',
  '(?:at|by) the latest', 'latest (?:date|moment|point|time|hour|day|possible|permitted|allowed|i|you|we|one|to)',
  '(?:newest|latest|most recent) (?:first|on top|rows?|entry|entries|records?|values?|hires?|commits?|one in|per|to|date first|last|\\d+)',
  'last (?:week|weekend|month|quarter|year|season|morning|afternoon|evening|night|monday|tuesday|wednesday|thursday|friday|saturday|sunday) (?:of|before|(?:in )?(?:january|february|march|april|may|june|july|august|sept(?:ember)?|october|november|december))',
  'today(?: is| =) (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun|\\d)(?:day)?',
  'today,? (?:the )?\\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*', 'today[\'’]s (?:money|dollars|euros|pounds|prices|terms)', '(?:to|of) today',
  'real[- ]time (?:operating|systems?|rendering|kernel|strategy|clock|constraints?|scheduling)',
  // Names and sayings
  '(?:usa|psychology) today', 'today show', 'weather (?:the|any|that|this|a) (?:storm|crisis|recession|downturn)',
  'weather[- ](?:beaten|proof|vanes?)', 'under the weather', 'space weather',
  'interest rates? (?:formula|calculation|definition|mean|means)',
];
