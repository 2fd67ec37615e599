// The import rules of the house as an oxlint plugin: who may import whom, decided by resolved paths rather than by the
// spelling of a specifier. JavaScript because oxlint loads plugins with Node itself, and Node 20 runs no TypeScript.
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

const projectRoot = resolve(import.meta.dirname, '../..');
/** Below this folder lies a small house of its own, with one planted violation per rule. */
const fixturesRoot = join(projectRoot, 'test/lint/fixtures');

/** The rows and the routes of a feature, or of live call control: nobody imports them but the composition root. */
const ROWS = /^server\/(features|live|jobs)\/.*-rows\.ts$/;
/** The kinds of jobs of a feature, with what each is told. */
const JOBS = /^server\/features\/.*-jobs\.ts$/;
const ROUTES = /^server\/(features|live)\/.*-routes\.ts$/;
const VOCABULARY = /^server\/vocabulary\//;
const CONTRACT = /^server\/contract\//;
const CORE = /^server\/core\//;
/** What a switch and a store see of the core: neither its rules nor its model. */
const KERNEL_AND_PORTS = /^server\/core\/(kernel|ports)\//;
/** Libraries that work anywhere: computing, no sockets, no files, no database. */
const COMPUTING =
  /^(node:(crypto|util|async_hooks|timers\/promises)|jose|openid-client|@simplewebauthn\/server|rate-limiter-flexible|csv-parse\/sync)$/;

/**
 * The first area whose `files` matches a file is its area. `local` lists what may be imported of the house, `packages`
 * which packages; both are tested against the path from the root or the specifier.
 */
const areas = [
  { name: 'server/vocabulary', files: VOCABULARY, local: [], packages: [] },
  { name: 'server/contract', files: CONTRACT, local: [CONTRACT, VOCABULARY], packages: [/^zod\/mini$/] },
  { name: 'server/core', files: CORE, local: [CORE, VOCABULARY], packages: [] },
  {
    name: 'the rows of a feature',
    files: ROWS,
    local: [/^server\/(features|live|store|jobs)\//, CORE, VOCABULARY],
    packages: [/^typeorm$/],
  },
  {
    name: 'the jobs of a feature',
    files: JOBS,
    local: [CORE, CONTRACT, VOCABULARY],
    packages: [/^zod\/mini$/],
  },
  {
    name: 'the routes of a feature',
    files: ROUTES,
    local: [/^server\/(features|live|http)\//, CORE, CONTRACT, VOCABULARY],
    packages: [/^zod\/mini$/],
  },
  {
    name: 'server/live',
    files: /^server\/live\//,
    local: [/^server\/live\//, CORE, CONTRACT, VOCABULARY],
    packages: [COMPUTING],
  },
  {
    name: 'server/features',
    files: /^server\/features\//,
    local: [/^server\/features\//, CORE, CONTRACT, VOCABULARY],
    packages: [COMPUTING],
  },
  {
    name: 'server/jobs',
    files: /^server\/jobs\//,
    local: [/^server\/jobs\//, KERNEL_AND_PORTS, VOCABULARY],
    packages: [COMPUTING],
  },
  {
    name: 'server/switch',
    files: /^server\/switch\//,
    local: [/^server\/switch\//, KERNEL_AND_PORTS, VOCABULARY],
    packages: [/^(?!typeorm|express|lit|jssip)/],
  },
  {
    name: 'server/store',
    files: /^server\/store\//,
    local: [/^server\/store\//, KERNEL_AND_PORTS, VOCABULARY],
    packages: [/^(?!express|ws$|node-datachannel|lit|jssip)/],
  },
  {
    name: 'server/http',
    files: /^server\/http\//,
    local: [/^server\/http\//, /^server\/core\/kernel\//, CONTRACT, VOCABULARY],
    packages: [/^(?!typeorm|ws$|node-datachannel|lit|jssip)/],
  },
  {
    name: 'server/realtime',
    files: /^server\/realtime\//,
    local: [/^server\/realtime\//, /^server\/core\/kernel\//, CONTRACT, VOCABULARY],
    packages: [/^(?!typeorm|express|node-datachannel|lit|jssip)/],
  },
  // The composition root, and what it seeds and configures with.
  {
    name: 'server/start',
    files: /^server\/start\//,
    local: [/^server\//, /^package\.json$/],
    packages: [/^(?!typeorm|lit|jssip)/],
  },
  {
    name: 'widget/softphone',
    files: /^widget\/softphone\//,
    local: [/^widget\//, CONTRACT, VOCABULARY],
    packages: [/^(?!node:)/],
  },
  {
    name: 'widget',
    files: /^widget\//,
    local: [/^widget\//, CONTRACT, VOCABULARY, /^package\.json$/],
    packages: [/^(?!node:|jssip)/],
  },
  {
    name: 'demo',
    files: /^demo\//,
    local: [/^demo\//, /^widget\/index\.ts$/],
    packages: [],
  },
];

const everywhereElse = { name: 'the rest', local: [/./], packages: [/./] };

/** @param {string} filename absolute; returns the path from the root with forward slashes */
function locate(filename) {
  const root = filename.startsWith(fixturesRoot + sep) ? fixturesRoot : projectRoot;
  return { root, path: relative(root, filename).split(sep).join(posix.sep) };
}

/** The message for an import that is not allowed, or null. */
function objection(filename, specifier) {
  const { root, path } = locate(filename);
  const area = areas.find((candidate) => candidate.files.test(path)) ?? everywhereElse;
  if (!specifier.startsWith('.')) {
    if (area.packages.some((allowed) => allowed.test(specifier))) return null;
    return `${area.name} must not import the package '${specifier}'`;
  }
  const bare = specifier.replace(/[?#].*$/, '');
  const target = relative(root, resolve(dirname(filename), bare))
    .split(sep)
    .join(posix.sep);
  if (target.startsWith('test/') && !path.startsWith('test/')) return `nothing imports test (${target})`;
  for (const ofOne of [ROWS, ROUTES]) {
    const isOutside = !path.startsWith('server/start/') && !path.startsWith('test/') && !ofOne.test(path);
    if (ofOne.test(target) && isOutside) return `only server/start imports ${target}`;
  }
  if (area.local.some((allowed) => allowed.test(target))) return null;
  return `${area.name} must not import ${target}`;
}

const imports = {
  meta: { type: 'problem', docs: { description: 'keeps every import inside the rules of the house' } },
  create(context) {
    const check = (node) => {
      const source = node.source;
      if (source === null || source === undefined || typeof source.value !== 'string') return;
      const message = objection(context.filename, source.value);
      if (message !== null) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

/** STYLE: standard terms, no suffix that says nothing, no file named for nothing. */
const names = {
  meta: { type: 'problem', docs: { description: 'refuses names that say nothing' } },
  create(context) {
    const declared = (node) => {
      const name = node.id?.name;
      if (typeof name !== 'string') return;
      if (/^I[A-Z][a-z]/.test(name) || /(Impl|Manager)$/.test(name)) {
        context.report({ node: node.id, message: `'${name}': no I prefix, no Impl, no Manager` });
      }
    };
    return {
      Program(node) {
        const file = posix.basename(locate(context.filename).path);
        if (/^(utils?|helpers?|common|misc)\./.test(file) && !context.filename.includes('server/contract/')) {
          context.report({ node, message: `'${file}': a file is named for its concept` });
        }
      },
      ClassDeclaration: declared,
      TSInterfaceDeclaration: declared,
      TSTypeAliasDeclaration: declared,
    };
  },
};

export default { meta: { name: 'house' }, rules: { imports, names } };
