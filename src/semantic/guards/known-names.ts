/** Kinds of names of which one cannot stand for another. */
const TABLE: Record<string, string> = {
  'programming language': `javascript js ecmascript|typescript ts|python py|java|c++ cpp|c# csharp c-sharp|golang Go|Rust rustlang|ruby|php|kotlin|Swift|scala|perl|haskell|elixir|erlang|clojure|lua|julia-lang|matlab|fortran|cobol|
    R|Dart|groovy|objective-c|bash|powershell|sql|vba|ocaml|f#|Zig|solidity|assembly|lisp|Prolog`,
  framework: `react reactjs react.js|angular angularjs|vue vuejs vue.js|svelte sveltekit|next.js nextjs|nuxt nuxt.js|django|flask|fastapi|laravel|symfony|rails|Spring|express.js Express|nestjs nest.js|
    jquery|ember ember.js|blazor|flutter|ionic|xamarin|remix-run|astro-build`,
  database: `postgresql postgres psql|mysql|mariadb|sqlite|mongodb mongo|Oracle|redis|cassandra|dynamodb|mssql|elasticsearch|neo4j|firestore|snowflake|bigquery|redshift|clickhouse|couchdb|influxdb`,
  'operating system': 'windows|macos osx|linux|ubuntu|debian|fedora|centos|ios|android|chromeos|freebsd|alpine linux',
  'data library': 'pandas|numpy|polars|pytorch|tensorflow|keras|scikit-learn sklearn|matplotlib|seaborn|spark pyspark|dask|opencv',
  'package manager': 'npm|yarn|pnpm|pip|conda|poetry|maven|gradle|cargo|homebrew brew|composer|nuget',
  cloud: 'aws|azure|gcp|heroku|vercel|netlify|digitalocean|cloudflare',
  container: 'docker|kubernetes k8s|podman|terraform|ansible|puppet-tool|jenkins',
  browser: 'chrome|firefox|safari|Edge|Opera|Brave',
  editor: 'vscode|vim|emacs|intellij|pycharm|eclipse ide|xcode|neovim|notepad++',
  office: 'excel|powerpoint|Word|outlook|google sheets|google docs|gmail|Numbers app|libreoffice|Notion|Slack|trello|jira|Teams|zoom|Asana|photoshop|illustrator|indesign|figma|canva',
  'version control': 'git|svn subversion|mercurial',
  'social network': 'facebook|instagram|twitter|tiktok|linkedin|snapchat|reddit|pinterest|youtube|whatsapp|telegram|Signal|discord|quora|tinder',
  shop: 'Amazon|ebay|etsy|walmart|Target|costco|ikea|aldi|lidl|tesco|flipkart|alibaba|Best Buy',
  company: 'google|microsoft|Apple|facebook-inc|netflix|tesla|ibm|Intel|amd|nvidia|samsung|sony|lg|huawei|xiaomi|nokia|toyota|honda|ford motor|bmw|mercedes|audi|volkswagen|nissan|hyundai|tcs|infosys|wipro|accenture|deloitte|kpmg|paypal|stripe-payments|uber|lyft|airbnb|spotify',
  phone: 'iphone|ipad|Galaxy|Pixel|oneplus|blackberry',
  console: 'playstation ps4 ps5|xbox|nintendo Switch',
  assistant: 'chatgpt gpt|claude|gemini|copilot|alexa|siri|llama',
  country: `usa us u.s united_states america american americans|uk united_kingdom britain british|england|scotland scottish|wales|ireland irish|germany germans|france|spain|italy|portugal|netherlands holland|belgium|
    switzerland swiss|austria austrian|sweden|norway|denmark|finland|iceland|poland|czechia czech_republic|hungary|romania|bulgaria|greece|Turkey turkiye|russia|ukraine|India indian indians|pakistan pakistani|bangladesh|sri_lanka|nepal|China|japan|
    north_korea|south_korea korea|taiwan|thailand|vietnam|indonesia|malaysia|singapore|philippines|australia australian aussie|new_zealand|canada canadian|mexico|brazil brazilian|argentina|Chile|colombia|peru|venezuela|cuba|egypt|morocco|
    nigeria|kenya|south_africa|ethiopia|ghana|israel|palestine|iran|iraq|syria|Jordan|saudi_arabia|uae dubai|qatar|kuwait|afghanistan|croatia|serbia|slovenia|slovakia|estonia|latvia|lithuania|luxembourg|malta|cyprus`,
  city: `london|paris|berlin|munich|hamburg|frankfurt|cologne|vienna|zurich|geneva|rome|milan|venice|florence|naples|madrid|barcelona|lisbon|porto|amsterdam|brussels|copenhagen|stockholm|oslo|helsinki|warsaw|prague|budapest|athens|istanbul|moscow|
    dublin|edinburgh|glasgow|manchester|liverpool|new_york nyc new_york_city|los_angeles la-city|san_francisco|chicago|boston|seattle|miami|houston|dallas|denver|atlanta|las_vegas|toronto|vancouver|montreal|
    mumbai bombay|delhi|bangalore bengaluru|hyderabad|chennai|kolkata|pune|tokyo|kyoto|osaka|beijing|shanghai|hong_kong|seoul|bangkok|sydney|melbourne|brisbane|auckland|cairo|nairobi|lagos|cape_town|johannesburg|jerusalem|tel_aviv`,
  language: `english|french francais|german deutsch|spanish castilian|italian|portuguese|dutch|russian|Polish|ukrainian|czech|hungarian|romanian|greek|turkish|arabic|hebrew|farsi persian|hindi|urdu|bengali|punjabi|tamil|
    telugu|marathi|chinese mandarin|cantonese|japanese|korean|vietnamese|thai|indonesian|tagalog|swahili|latin|swedish|norwegian|danish|finnish|icelandic|croatian|serbian|irish gaelic|welsh|catalan|esperanto|sanskrit`,
  colour: 'red|blue|green|yellow|purple violet|pink|brown|black|white|grey gray|turquoise',
  'sign of the zodiac': 'Aries|Taurus|gemini-sign|Virgo|libra|scorpio|sagittarius|capricorn|aquarius|pisces',
  animal: 'dog dogs puppy|cat cats kitten kittens|horse horses|hamster hamsters|rabbit rabbits|goat goats|sheep|pig pigs|chicken chickens hen hens|duck ducks|goose geese|parrot parrots|goldfish',
  meal: 'breakfast|lunch|dinner',
  planet: 'Mercury|venus|Earth|Mars|jupiter|saturn|uranus|neptune|pluto',
  religion: 'christianity christian christians|islam muslim muslims|hinduism hindu hindus|buddhism buddhist buddhists|judaism jewish jews',
  'crypto currency': 'bitcoin btc|ethereum eth|litecoin|dogecoin|ripple xrp',
  exam: 'gre|gmat|toefl|ielts|upsc|cfa|lsat|mcat',
  sport: 'football|basketball|cricket|tennis|baseball|rugby|hockey|volleyball|badminton|golf',
  instrument: 'guitar|piano|violin|drums|flute|cello|ukulele|trumpet|saxophone',
  element: 'hydrogen|helium|oxygen|nitrogen|carbon|iron-metal|copper|zinc|lithium|sodium|potassium|calcium|magnesium|uranium|neon|sulfur sulphur|phosphorus|aluminium aluminum',
  medicine: 'ibuprofen|paracetamol acetaminophen tylenol|aspirin|amoxicillin|penicillin',
  format: 'json|yaml|xml|csv|toml|png|jpeg jpg|gif|webp|svg|mp3|wav|mp4|avi|docx|epub|parquet|avro',
  protocol: 'http|https|ftp|sftp|ssh|smtp|imap|pop3|tcp|udp|mqtt|graphql|grpc|websocket websockets',
};

export const CATEGORIES: readonly string[] = Object.keys(TABLE);

interface Name { readonly id: string; readonly category: string }

/** Spelling in lower case, and the name. A name in the table that has a capital letter is one only where it is written with one. */
const NAMES = new Map<string, Name & { readonly capital: boolean }>();
for (const [category, lines] of Object.entries(TABLE)) {
  for (const group of lines.split('|')) {
    const spellings = group.trim().split(/\s+/).filter((one) => one !== '');
    // In tables without "_" two words of a group are one name: "google sheets".
    for (const spelling of joined(spellings)) {
      const plain = spelling.replaceAll('_', ' ');
      NAMES.set(plain.toLowerCase(), { id: spellings.join(' ').toLowerCase(), category, capital: plain !== plain.toLowerCase() || plain === 'us' });
    }
  }
}

function joined(spellings: readonly string[]): readonly string[] {
  const phrase = spellings.join(' ');
  return /^(?:google sheets|google docs|alpine linux|eclipse ide|ford motor|Numbers app|Best Buy|nintendo Switch)$/.test(phrase) ? [phrase] : spellings;
}

/** The name that a word (or two) stands for. `capital`: it is written with a capital letter where none is due. */
export function knownName(words: string, capital: boolean): Name | undefined {
  const name = NAMES.get(words);
  return name && (!name.capital || capital) ? name : undefined;
}

/** Words that are often capitalised without being a name that matters. */
const ORDINARY = new Set(('i ok faq pls please hi hello thanks mr mrs ms dr monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december '
  + 'am pm asap fyi diy tv pc id etc am vs no yes not and or the a an to in on of for is are do does what who when where why how which if but my your url api faqs pdf a.m p.m q a b c').split(' '));

export function isOrdinary(word: string): boolean {
  return ORDINARY.has(word);
}
