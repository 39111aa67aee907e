// The import table of ARCHITECTURE.md: a folder is a step in the journey of the bytes, and imports point one way.

/** Core layers and the server folders that each may import, beside itself and lib. */
const LAYERS = {
  core: [],
  net: ['core'],
  http: ['core'],
  db: ['core'],
  store: ['core'],
  media: ['core'],
  jobs: ['core', 'db'],
  cache: ['core'],
  auth: ['core', 'http', 'db'],
};
const DOMAINS = ['catalog', 'ingest', 'vod', 'gateway', 'live', 'delivery', 'exports', 'insight', 'admin'];
/** Who may see the tables. */
const WITH_SCHEMA = ['db', 'jobs', 'auth', ...DOMAINS, 'api'];

/** Tests and what only tests use may import anything. */
const TESTS = '\\.test\\.tsx?$|/test-[^/]+\\.ts$';
const OURS = '^(app|components|lib|server|drizzle|scripts|tests|bin|bench)/';
const oneOf = (names) => names.join('|');
const server = (names) => `server/(${oneOf(names)})/`;

/** Of our own files, only those of `allowed` (regular expressions of paths) may be imported from `folder`. */
const only = (name, folder, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: `^${folder}`, pathNot: TESTS },
  to: { path: OURS, pathNot: `^(${oneOf(allowed)})` },
});

const layerRules = Object.entries(LAYERS).map(([layer, below]) =>
  only(
    `core-layer-${layer}`,
    `server/${layer}/`,
    ['lib/', server([layer, ...below]), ...(WITH_SCHEMA.includes(layer) ? ['drizzle/'] : [])],
    `server/${layer} imports ${['lib', ...below].join(', ')} and nothing else of ours.`,
  ),
);

const domainRules = DOMAINS.map((domain) =>
  only(
    `domain-${domain}`,
    `server/${domain}/`,
    ['lib/', 'drizzle/', server([domain, ...Object.keys(LAYERS)])],
    'A domain imports core layers, never another domain: what passes between domains is a port.',
  ),
);

const surroundings = [
  only(
    'server-api',
    'server/api/',
    ['lib/', 'drizzle/', server(['api', ...DOMAINS, ...Object.keys(LAYERS)])],
    'server/api imports domains and core layers; the composition root imports it.',
  ),
  only('lib', 'lib/', ['lib/'], 'lib runs anywhere and imports nothing but lib.'),
  only('drizzle', 'drizzle/', ['drizzle/', 'lib/'], 'Tables know the words of lib and nothing else.'),
  {
    name: 'drizzle-types-only',
    severity: 'error',
    comment: 'Tables take types from lib, no running code.',
    from: { path: '^drizzle/' },
    to: { path: '^lib/', dependencyTypesNot: ['type-only'] },
  },
  only('components', 'components/', ['components/', 'lib/'], 'The panel reaches the server only over HTTP.'),
  only('app', 'app/', ['app/', 'components/', 'lib/'], 'The panel reaches the server only over HTTP.'),
  only('server-not-pages', 'server/', ['server/', 'lib/', 'drizzle/'], 'The server knows nothing of pages.'),
];

const packages = [
  {
    name: 'lib-runs-anywhere',
    severity: 'error',
    comment: 'lib, components and app run in a browser: no module of Node.',
    from: { path: '^(lib|components|app)/', pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'lib-contract-only-zod',
    severity: 'error',
    comment: 'The contract, the formats and the units need zod at most.',
    from: { path: '^lib/(contract|formats|units|i18n)/', pathNot: TESTS },
    to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/zod/' },
  },
  {
    name: 'outbound-only-in-net',
    severity: 'error',
    comment: 'server/net is the only place that opens outbound connections.',
    from: { path: '^server/', pathNot: `^server/net/|${TESTS}` },
    to: {
      path: '^(node:)?(https|http2|tls|dns|dns/promises|dgram)$|(^|/)node_modules/undici/',
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'fluent-ffmpeg-behind-media',
    severity: 'error',
    comment: 'One seam for fluent-ffmpeg, so that it can be replaced.',
    from: { path: '^(server|lib|app|components|drizzle)/', pathNot: '^server/media/' },
    to: { path: '(^|/)node_modules/(@types/)?fluent-ffmpeg/' },
  },
  {
    name: 'installed-packages-only',
    severity: 'error',
    comment: 'What is imported stands in package.json.',
    from: { path: OURS },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
];

const always = [
  {
    name: 'no-cycle',
    severity: 'error',
    comment: 'No circles.',
    from: { path: OURS },
    to: { circular: true },
  },
  {
    name: 'resolvable',
    severity: 'error',
    comment: 'Every import leads somewhere.',
    from: { path: OURS },
    to: { couldNotResolve: true },
  },
  {
    name: 'product-without-tests',
    severity: 'error',
    comment: 'What ships does not import what only tests use.',
    from: { path: '^(app|components|lib|server|drizzle)/', pathNot: TESTS },
    to: { path: `^(tests|scripts|bench)/|${TESTS}` },
  },
];

export default {
  forbidden: [...layerRules, ...domainRules, ...surroundings, ...packages, ...always],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|data|coverage|public)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default', 'require'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
