/** What a unit measures. Amounts of one dimension can be compared. */
export interface Unit {
  readonly dimension: string;
  /** How many of the dimension's base unit one is. */
  readonly factor: number;
  /** Added after the factor: degrees Fahrenheit to kelvin. */
  readonly offset?: number;
  /** Its first spelling in the table. */
  readonly name: string;
}

/** dimension | factor to the base unit | spellings (in lower case; a name in upper case holds only in that spelling). */
const TABLE = `
  length|0.000000001|nanometre nanometer nm
  length|0.000001|micrometre micrometer micron µm
  length|0.001|millimetre millimeter mm
  length|0.01|centimetre centimeter cm
  length|1|metre meter m
  length|1000|kilometre kilometer km kms kilometers kilometres
  length|0.0254|inch inches
  length|0.3048|foot feet ft
  length|0.9144|yard yd
  length|1609.344|mile mi
  length|1852|nauticalmile nmi
  length|9.4607e15|lightyear
  mass|0.000001|milligram milligramme mg
  mass|0.001|gram gramme g gr
  mass|1|kilogram kilogramme kg kilo kgs
  mass|1000|tonne ton
  mass|0.028349523|ounce oz
  mass|0.45359237|pound lb lbs
  mass|6.35029318|stone
  time|0.001|millisecond ms msec
  time|0.000001|microsecond us-micro µs
  time|1|second sec secs s
  time|60|minute min mins
  time|3600|hour hr hrs h
  time|86400|day
  time|604800|week wk wks
  time|1209600|fortnight
  calendar|1|month mo
  calendar|3|quarter
  calendar|12|year yr yrs annum
  calendar|120|decade
  calendar|1200|century centuries
  volume|0.001|millilitre milliliter ml
  volume|0.01|centilitre centiliter cl
  volume|0.1|decilitre deciliter dl
  volume|1|litre liter l
  volume|3.785411784|gallon gal
  volume|0.946352946|quart qt
  volume|0.473176473|pint pt
  volume|0.2365882365|cup
  volume|0.0295735|fl-oz
  volume|0.0147867648|tablespoon tbsp
  volume|0.00492892159|teaspoon tsp
  volume|1000|cubicmetre cubicmeter
  volume|0.001|cubiccentimetre cubiccentimeter
  area|0.0001|squarecentimetre squarecentimeter
  area|1000000|squarekilometre squarekilometer
  area|2589988.11|squaremile
  area|1|squaremetre squaremeter sqm m²
  area|0.09290304|squarefoot squarefeet sqft
  area|10000|hectare ha
  area|4046.8564224|acre
  data|1|byte
  data|0.125|bit
  data|1000|kilobyte kb
  data|1000000|megabyte mb
  data|1000000000|gigabyte gb gig
  data|1e12|terabyte tb
  data|1e15|petabyte pb
  data|1024|kibibyte kib
  data|1048576|mebibyte mib
  data|1073741824|gibibyte gib
  datarate|1000|kbps kbit/s
  datarate|1e6|mbps mbit mbit/s megabit
  datarate|1e9|gbps gbit gbit/s gigabit
  speed|0.277777778|km/h kmh kph
  speed|0.44704|mph
  speed|1|m/s
  speed|0.514444|knot
  energy|1|joule
  energy|1000|kilojoule kj
  energy|4184|kilocalorie kcal calorie cal
  energy|3600000|kilowatthour kwh
  energy|3600|watthour wh
  power|1|watt w
  power|1000|kilowatt kw
  power|1000000|megawatt mw
  power|735.49875|horsepower hp ps
  voltage|1|volt v
  voltage|1000|kilovolt kv
  current|1|ampere amp amps
  current|0.001|ma
  charge|1|mah milliamp-hour
  frequency|1|hertz hz
  frequency|1000|kilohertz khz
  frequency|1000000|megahertz mhz
  frequency|1000000000|gigahertz ghz
  pressure|1|pascal
  pressure|100000|bar
  pressure|6894.757|psi
  pressure|101325|atmosphere atm
  angle|1|degree deg
  angle|57.29577951|radian rad
  sound|1|decibel db
  share|0.01|percent pct
  share|0.0001|basispoint bps
`;

/** Currencies: each is a dimension of its own. Code, symbol or spellings. */
const CURRENCIES = `
  usd $ us$ dollar buck usd
  eur € euro eur
  gbp £ pound-sterling quid gbp sterling
  jpy ¥ yen jpy
  inr ₹ rupee inr rs
  chf franc chf
  cny yuan cny rmb renminbi
  krw ₩ won-korean krw
  rub ₽ rouble ruble
  cad cad c$
  aud aud a$
  sek sek krona
  nok nok
  dkk dkk
  pln zloty pln
  czk czk
  brl real-brl brl
  mxn peso mxn
  zar rand zar
  try lira
  btc ₿ bitcoin btc
  eth ether eth
  cents cent ¢
  pence penny pence
`;

const TEMPERATURES: [spellings: string, factor: number, offset: number, name: string][] = [
  ['celsius centigrade °c ℃ degc', 1, 273.15, 'celsius'],
  ['fahrenheit °f ℉ degf', 5 / 9, 273.15 - (32 * 5) / 9, 'fahrenheit'],
  ['kelvin °k', 1, 0, 'kelvin'],
];

/** Every spelling in lower case, and its unit. Plurals with `s` are found by `unitOf`. */
const UNITS = new Map<string, Unit>();
for (const line of TABLE.trim().split('\n')) {
  const [dimension = '', factor = '1', spellings = ''] = line.trim().split('|');
  const names = spellings.split(' ');
  for (const name of names) UNITS.set(name, { dimension, factor: Number(factor), name: names[0] ?? name });
}
for (const line of CURRENCIES.trim().split('\n')) {
  const [code = '', ...spellings] = line.trim().split(' ');
  for (const name of spellings) UNITS.set(name, { dimension: `currency ${code}`, factor: 1, name: code });
}
for (const [spellings, factor, offset, name] of TEMPERATURES) {
  for (const one of spellings.split(' ')) UNITS.set(one, { dimension: 'temperature', factor, offset, name });
}
UNITS.set('%', { dimension: 'share', factor: 0.01, name: 'percent' });

/** The unit that a word names, in any spelling and number; `undefined` for other words. */
export function unitOf(word: string): Unit | undefined {
  const found = UNITS.get(word);
  if (found || word.length < 4) return found;
  return word.endsWith('s') ? UNITS.get(word.slice(0, -1)) : undefined;
}
