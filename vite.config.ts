import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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
      include: ['test/{core,app,http,store,contract,switch,lint}/**/*.test.ts'],
      pool: 'forks' as const,
      testTimeout: 15_000,
    },
  };
  if (mode === 'server') {
    return {
      ...shared,
      build: {
        ssr: true,
        outDir: 'dist/server',
        target: 'node20',
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          input: {
            main: resolve(root, 'server/main.ts'),
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
    base: '/',
    build: {
      outDir: 'dist/public',
      target: 'es2022',
      manifest: true,
      // A strict content security policy has no room for data: addresses.
      assetsInlineLimit: 0,
      modulePreload: false as const,
      rolldownOptions: {
        input: {
          widget: resolve(root, 'widget/index.ts'),
          start: resolve(root, 'demo/index.html'),
          crm: resolve(root, 'demo/crm.html'),
          phone: resolve(root, 'demo/phone.html'),
        },
        preserveEntrySignatures: 'exports-only' as const,
      },
    },
  };
});
