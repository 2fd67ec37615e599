import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };

/** Name of the widget's main chunk, which has a hash of its content in it; the main build has written the manifest. */
function widgetChunk(): string {
  const file = resolve(root, 'dist/public/.vite/manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { file: string } | undefined>;
  const chunk = manifest['widget/index.ts'];
  if (chunk === undefined) throw new Error(`${file} does not name the widget; run \`vite build\` first.`);
  return chunk.file;
}

/** The statuses with which a phone answers; it has no words for those that it only hears. */
const OWN_STATUSES = '100|180|200|400|403|404|405|408|415|416|480|481|482|486|487|488|491|500|603';

/**
 * Leaves out of JsSIP what a phone bar has no use for, half of its weight: its generated grammar (ours reads the same,
 * `test/softphone/sip-grammar.test.ts`), what it reads of a session description beside the directions of its media, subscriptions, messages, options,
 * transfers that it asks for itself, words for statuses that it never sends, its manifest but for name and version, an emitter of events with all that Node's has, and all that it would print: every message, credentials and all, on
 * pages that have `localStorage.debug` set.
 */
function leanSip(): Plugin {
  const grammar = JSON.stringify(resolve(root, 'widget/softphone/sip-grammar.ts'));
  const sdp = JSON.stringify(resolve(root, 'widget/softphone/sdp.ts'));
  const emitter = JSON.stringify(resolve(root, 'widget/softphone/event-emitter.ts'));
  const { title, version: sip } = JSON.parse(
    readFileSync(resolve(root, 'node_modules/jssip/package.json'), 'utf8'),
  ) as { title: string; version: string };
  const replacements = {
    '/node_modules/jssip/lib/Grammar.js': `
      const { createGrammar } = require(${grammar});
      module.exports = createGrammar(() => ({ URI: require('./URI'), NameAddrHeader: require('./NameAddrHeader') }));`,
    '/node_modules/jssip/lib/Subscriber.js': 'module.exports = class Subscriber {};',
    '/node_modules/jssip/lib/Notifier.js': 'module.exports = class Notifier {};',
    '/node_modules/jssip/lib/Message.js': 'module.exports = class Message {};',
    '/node_modules/jssip/lib/Options.js': 'module.exports = class Options {};',
    '/node_modules/jssip/lib/WebSocketInterface.js': 'module.exports = class WebSocketInterface {};',
    '/node_modules/jssip/lib/RTCSession/ReferNotifier.js':
      'module.exports = class ReferNotifier { notify() {} };',
    '/node_modules/jssip/lib/RTCSession/ReferSubscriber.js': 'module.exports = class ReferSubscriber {};',
    '/node_modules/jssip/lib/Logger.js': 'module.exports = class Logger { debug() {} warn() {} error() {} };',
    // An INFO that is no digit is answered as one that nobody understands.
    '/node_modules/jssip/lib/RTCSession/Info.js':
      'module.exports = class Info { init_incoming(request) { request.reply(415); } };',
    '/node_modules/jssip/package.json': JSON.stringify({ title, version: sip }),
    '/node_modules/sdp-transform/lib/index.js': `module.exports = require(${sdp});`,
    '/node_modules/events/events.js': `module.exports = require(${emitter});`,
    '/node_modules/debug/src/browser.js': `
      const silent = () => () => {};
      module.exports = Object.assign(silent, { default: silent, disable: silent, enable: silent });`,
  };
  const foreign = new RegExp(`^ +(?!${OWN_STATUSES})[1-6]\\d\\d: '.*',?(?: //.*)?$`, 'gm');
  const withoutWords = (code: string): string => code.replace(foreign, '');
  return {
    name: 'telebar-lean-sip',
    enforce: 'pre',
    load(id) {
      const found = Object.entries(replacements).find(([path]) => id.endsWith(path));
      return found?.[1] ?? null;
    },
    transform: (code, id) =>
      id.includes('/node_modules/jssip/lib/')
        ? {
            code: withoutWords(code.replace(/^\s*logger[a-z]*\.(debug|warn|error)\([^;]*?\);$/gm, ';')),
            map: null,
          }
        : null,
  };
}

/** What a page reads by the schemas of the contract needs a seventh of zod's weight. */
function leanSchemas(): Plugin {
  const reader = resolve(root, 'widget/api/schema-reader.ts');
  return {
    name: 'telebar-lean-schemas',
    enforce: 'pre',
    // Tests run on the library.
    apply: 'build',
    resolveId: (source) => (source === 'zod/mini' ? reader : null),
  };
}

/**
 * What the bundler puts around each dynamic import fetches stylesheets and modules beforehand; ours have none of the first, and the second is
 * switched off: the import is left.
 */
function plainImports(): Plugin {
  return {
    name: 'telebar-plain-imports',
    enforce: 'pre',
    apply: 'build',
    load: (id) =>
      id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
  };
}

/** Indentation inside html and css templates, and what css does not need, is sent to every page and shows nowhere. */
function trimTemplates(): Plugin {
  const widget = resolve(root, 'widget');
  const lean = (css: string): string =>
    css
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/: /g, ':')
      .replace(/;}/g, '}');
  return {
    name: 'telebar-trim-templates',
    enforce: 'pre',
    transform: (code, id) =>
      id.startsWith(widget) && id.endsWith('.ts')
        ? { code: code.replace(/\bcss`[^`]*`/g, lean).replace(/\n[ \t]+/g, '\n'), map: null }
        : null,
  };
}

/**
 * `for … in`, which libraries and the bundler use, also meets what a page has put on `Object.prototype` or
 * `Array.prototype`; none of them means that.
 */
function ownKeysOnly(): Plugin {
  const loop = /\bfor\s*\(\s*((?:const|let|var)\s+)?(\w+)\s+in\s+/g;
  const rewrite = (code: string): string => {
    let written = '';
    let from = 0;
    for (const match of code.matchAll(loop)) {
      const begin = match.index + match[0].length;
      let end = begin;
      for (let depth = 1; depth > 0 && end < code.length; end += 1) {
        depth += code[end] === '(' ? 1 : code[end] === ')' ? -1 : 0;
      }
      const object = code.slice(begin, end - 1);
      written += `${code.slice(from, match.index)}for (${match[1] ?? ''}${match[2]} of Object.keys(Object(${object})))`;
      from = end;
    }
    return written + code.slice(from);
  };
  return {
    name: 'telebar-own-keys-only',
    renderChunk: (code) => ({ code: rewrite(code), map: null }),
  };
}

const NOTICE_FILE = 'NOTICE.txt';
const NOTICE_HEADER =
  'Telebar contains the following packages. Each is followed by the text of its licence.\n';
const RULE = '='.repeat(80);

/**
 * Writes the licence texts of all packages whose code is in the bundle into `NOTICE.txt` beside it.
 * @param kept file of an earlier build into the same folder, whose packages stay named
 * @throws when a package has no licence text: then nobody may ship it
 */
function bundledLicences(kept?: string): Plugin {
  return {
    name: 'telebar-bundled-licences',
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const id of output.moduleIds) {
          const folder = packageFolder(id);
          if (folder !== null) folders.add(folder);
        }
      }
      const before = kept !== undefined && existsSync(kept) ? readFileSync(kept, 'utf8') : NOTICE_HEADER;
      const sections = [...folders]
        .map(licenceSection)
        .filter((text) => !before.includes(text))
        .toSorted();
      this.emitFile({ type: 'asset', fileName: NOTICE_FILE, source: before + sections.join('') });
    },
  };
}

/** The folder of the package that a module is of; null for our own. */
export function packageFolder(id: string): string | null {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

function licenceSection(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length === 0) {
    throw new Error(`${manifest.name} ${manifest.version} has no licence text: it cannot be shipped so.`);
  }
  const texts = files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return `\n${RULE}\n${title}\n${RULE}\n\n${texts.join('\n\n')}\n`;
}

/** Of what a page with a collapsed bar loads, that which other parts use as well. */
const FRAME = {
  name: 'frame',
  test: new RegExp(
    [
      String.raw`preload-helper|oxc-project|node_modules/(@lit|lit|lit-html|lit-element)/`,
      String.raw`lucide/dist/esm/icons/(pause|circle-alert|x|check)\.mjs`,
      String.raw`widget/(i18n/(localizer|locale-controller|areas|failure-text|clock-text)|icons/icon)\.ts`,
      String.raw`widget/(live/(observable|contexts|command-error)|platform/platform)\.ts`,
      String.raw`widget/(styles/(button|reset)\.css|controllers/(context-value|desk-controller|shell-controller))\.ts`,
    ].join('|'),
  ),
};
/** The same for a page whose agent is logged in and sees the bar. */
const DESK = {
  name: 'desk',
  test: new RegExp(
    [
      String.raw`server/contract/(wire|digit-row|client-text)\.ts|widget/api/(schema-reader|backoff)\.ts`,
      String.raw`lucide/dist/esm/icons/(play|mic|user-plus|users|triangle-alert)\.mjs`,
      String.raw`widget/(styles/field\.css|softphone/sink|parts/form-text)\.ts`,
    ].join('|'),
  ),
};

/** What is imported and not there would be a fault at run time, and of a part that is seldom shown. */
const refuseUndefined: NonNullable<Rolldown.InputOptions['onwarn']> = (warning, warn) => {
  if (warning.code === 'IMPORT_IS_UNDEFINED') throw new Error(warning.message);
  warn(warning);
};

/**
 * Three builds into `dist/`:
 * `vite build` — the widget (ES chunks) and the demo pages, with a manifest;
 * `vite build --mode loader` — `telebar.js`, the classic script that host pages load; after the widget, which it names;
 * `vite build --mode server` — the server and its media child for Node.
 */
export default defineConfig(({ mode }) => {
  const shared = {
    root,
    publicDir: false as const,
    define: { __TELEBAR_VERSION__: JSON.stringify(version) },
    test: {
      include: ['test/**/*.test.ts'],
      // They have configurations of their own.
      exclude: ['test/{e2e,asterisk,widget}/**', 'test/lint/fixtures/**'],
      pool: 'forks' as const,
      // Much of the time is spent listening, in real time: two files at once, on a machine of two cores as well.
      maxWorkers: 2,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // What is to come at last; a busy machine is slower than the second that is the standard.
      expect: { poll: { timeout: 15_000 } },
    },
  };
  if (mode === 'server') {
    return {
      ...shared,
      plugins: [bundledLicences()],
      build: {
        ssr: true,
        outDir: 'dist/server',
        target: 'node20',
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          onwarn: refuseUndefined,
          input: {
            main: resolve(root, 'server/start/main.ts'),
            'media-child': resolve(root, 'server/switch/embedded/media/child.ts'),
          },
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    };
  }
  if (mode === 'loader') {
    return {
      ...shared,
      // Into the folder of the widget, whose packages stay named.
      plugins: [bundledLicences(resolve(root, 'dist/public/NOTICE.txt'))],
      define: { ...shared.define, __WIDGET_URL__: JSON.stringify(widgetChunk()) },
      build: {
        outDir: 'dist/public',
        emptyOutDir: false,
        target: 'es2022',
        lib: {
          entry: resolve(root, 'widget/host/loader.ts'),
          formats: ['iife' as const],
          name: 'TelebarLoader',
          fileName: () => 'telebar.js',
        },
      },
    };
  }
  return {
    ...shared,
    plugins: [leanSip(), leanSchemas(), plainImports(), trimTemplates(), ownKeysOnly(), bundledLicences()],
    base: '/',
    build: {
      outDir: 'dist/public',
      target: 'es2022',
      manifest: true,
      // A strict content security policy has no room for data: addresses.
      assetsInlineLimit: 0,
      modulePreload: false as const,
      rolldownOptions: {
        onwarn: refuseUndefined,
        input: {
          widget: resolve(root, 'widget/index.ts'),
          admin: resolve(root, 'widget/pages/admin.html'),
          start: resolve(root, 'demo/index.html'),
          crm: resolve(root, 'demo/crm.html'),
          phone: resolve(root, 'demo/phone.html'),
        },
        preserveEntrySignatures: 'exports-only' as const,
        // Small pieces that are always loaded together come as one: a request less each, and they weigh less.
        output: { codeSplitting: { groups: [FRAME, DESK] } },
        checks: { pluginTimings: false },
        treeshake: {
          manualPureFunctions: [
            ...['', 'nict', 'ict', 'act', 'nist', 'ist'].flatMap((of) => [
              `logger${of}.debug`,
              `logger${of}.warn`,
            ]),
            // Schemas of requests: the server's business.
            ...['z', 'boundedRecord', 'freeText', 'lineOfText', 'numberText'],
          ],
        },
      },
    },
  };
});
