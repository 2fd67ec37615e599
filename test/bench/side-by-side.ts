import type { SwitchName } from '../support/call-centre.ts';
import { figure, type Figure, printTable, writeFigures } from './report.ts';

/** The same figures of several switches. */
export type Measured = ReadonlyMap<SwitchName, readonly Figure[]>;

/** Which switches are measured: `--switch=embedded|asterisk|both`; both when nothing is said. */
export function chosenSwitches(): SwitchName[] {
  const said = process.argv.find((argument) => argument.startsWith('--switch='))?.slice('--switch='.length);
  if (said === undefined || said === 'both') return ['embedded', 'asterisk'];
  if (said === 'embedded' || said === 'asterisk') return [said];
  throw new Error(`--switch=${said}: there are embedded, asterisk and both`);
}

/** One line of progress. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

/** Measures one switch after the other. */
export async function onEach(measure: (on: SwitchName) => Promise<readonly Figure[]>): Promise<Measured> {
  const measured = new Map<SwitchName, readonly Figure[]>();
  for (const on of chosenSwitches()) measured.set(on, await measure(on));
  return measured;
}

export interface SideBySideOptions {
  /** Figures that stand for themselves. */
  readonly more?: readonly Figure[];
  /** What is aimed at for the ratio of a metric, embedded : Asterisk. */
  readonly ratioAim?: (metric: string) => string | null;
}

/**
 * Prints one table with a column for each switch and their ratio, and writes everything as `out/<name>.json`: a figure of a
 * switch is named `<metric>, <switch>`.
 */
export async function reportSideBySide(
  name: string,
  measured: Measured,
  { more = [], ratioAim = () => null }: SideBySideOptions = {},
): Promise<void> {
  const switches = [...measured.keys()];
  const metrics = new Map<string, Figure>();
  for (const each of [...measured.values()].flat()) {
    if ((metrics.get(each.metric)?.aim ?? null) === null) metrics.set(each.metric, each);
  }
  const rows: string[][] = [['metric', ...switches, 'ratio', 'unit', 'aim']];
  const written: Figure[] = [...more];
  for (const [metric, { unit, aim }] of metrics) {
    const of = new Map(switches.map((on) => [on, measured.get(on)?.find((each) => each.metric === metric)]));
    for (const [on, each] of of) if (each) written.push({ ...each, metric: `${metric}, ${on}` });
    const own = of.get('embedded')?.value;
    const other = of.get('asterisk')?.value;
    const ratio = own === undefined || other === undefined || other === 0 ? null : own / other;
    if (ratio !== null) {
      written.push(
        figure(`${metric}, embedded : asterisk`, ratio, 'ratio', ratioAim(metric), 'the same run'),
      );
    }
    rows.push([
      metric,
      ...switches.map((on) => String(of.get(on)?.value ?? '')),
      ratio === null ? '' : ratio.toFixed(2),
      unit,
      [aim, ratioAim(metric) === null ? null : `ratio ${ratioAim(metric)}`].filter(Boolean).join(', '),
    ]);
  }
  printTable(name, rows, switches.length + 1);
  if (more.length > 0) {
    printTable(
      '',
      more.map(({ metric, value, unit, aim }) => [metric, String(value), unit, aim ?? '']),
      1,
    );
  }
  await writeFigures(name, written);
}
