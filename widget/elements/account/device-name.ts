const BROWSERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/MicroMessenger\//, 'WeChat'],
  [/Edg(A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const SYSTEMS: ReadonlyArray<readonly [RegExp, string]> = [
  [/Windows/, 'Windows'],
  [/iPhone|iPad/, 'iOS'],
  [/OpenHarmony|HarmonyOS/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** What a browser says of itself, in two words; of a program, how it calls itself; '' of one that says nothing. */
export function deviceName(userAgent: string): string {
  const of = (known: ReadonlyArray<readonly [RegExp, string]>) =>
    known.filter(([pattern]) => pattern.test(userAgent)).slice(0, 1);
  const names = [...of(BROWSERS), ...of(SYSTEMS)].map(([, name]) => name);
  return names.length > 0 ? names.join(' · ') : userAgent.slice(0, 40);
}
