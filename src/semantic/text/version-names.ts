/** What is counted in versions: a number behind one of these is a version, not an amount. Spellings of one product on one line. */
const LINES = `
  python py|java jdk jre|javascript js|ecmascript es|typescript ts|node nodejs node.js|php|ruby|rails|perl|swift|kotlin|go golang|rust|scala|haskell
  react react.js reactjs|angular|vue vue.js vuejs|next next.js nextjs|nuxt nuxt.js|svelte|django|flask|fastapi|laravel|symfony|spring springboot|hibernate
  jquery|bootstrap|tailwind tailwindcss|webpack|vite|babel|jest|vitest|eslint|express express.js|gatsby|ember|backbone
  ios|ipados|android|macos|windows win|ubuntu|debian|fedora|centos|rhel|linux kernel|watchos|tvos|chromeos
  iphone|ipad|galaxy|pixel|playstation ps|xbox|kindle
  postgresql postgres psql|mysql|mariadb|mongodb mongo|redis|sqlite|oracle|elasticsearch|kafka|cassandra|neo4j
  docker|kubernetes k8s|terraform|ansible|helm|jenkins|nginx|apache|tomcat|maven|gradle
  numpy|pandas|pytorch torch|tensorflow tf|keras|cuda|opencv|matplotlib|scipy|sklearn
  html|css|http|https|tls|ssl|usb|bluetooth|wifi|hdmi|oauth|openapi|ipv|pcie|ddr|sha|base|utf
  gpt chatgpt|claude|gemini|llama|mistral
  unity|unreal|blender|photoshop|photoforge|office|excel|word-app|wordpress|drupal|joomla|magento|minecraft
  dotnet .net|csharp c#|cpp c++|net
  chrome|firefox|safari|edge
  angularjs|bash|zsh|powershell|git|npm|yarn|pnpm|bun|deno
`;

/** Every spelling, and the name it stands for. */
export const PRODUCTS: ReadonlyMap<string, string> = new Map(LINES.trim().split(/[|\n]/).flatMap((line) => {
  const spellings = line.trim().split(' ');
  return spellings.map((one): [string, string] => [one, spellings[0] ?? one]);
}));

const es = (year: number): { product: string; parts: number[] } => ({ product: 'ecmascript', parts: [year] });

/** Releases that go by a name, or by two numbers. */
export const RELEASES: ReadonlyMap<string, { readonly product: string; readonly parts: readonly number[] }> = new Map([
  ...[6, 7, 8, 9, 10, 11, 12, 13, 14, 15].flatMap((edition): [string, { product: string; parts: number[] }][] => [
    [`es${edition}`, es(2009 + edition)], [`es${2009 + edition}`, es(2009 + edition)],
    [`es ${edition}`, es(2009 + edition)], [`es ${2009 + edition}`, es(2009 + edition)],
    [`ecmascript ${edition}`, es(2009 + edition)], [`ecmascript ${2009 + edition}`, es(2009 + edition)],
  ]),
  ['es5', es(2009)], ['es3', es(1999)],
  ['c89', { product: 'c', parts: [1989] }], ['c99', { product: 'c', parts: [1999] }], ['c11', { product: 'c', parts: [2011] }], ['c17', { product: 'c', parts: [2017] }],
  ['c++98', { product: 'cpp', parts: [1998] }],
]);
