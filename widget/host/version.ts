declare const __TELEBAR_VERSION__: string | undefined;

/** Version of the package, put in by the build. */
export const VERSION = typeof __TELEBAR_VERSION__ === 'string' ? __TELEBAR_VERSION__ : '0.0.0-development';
