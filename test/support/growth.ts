/** CPU time of one run, µs. What other processes do meanwhile is not in it. */
function cost(work: () => void, times: number): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/**
 * How many times more work there is for four times the length: about 4 when it grows with the length, about 16 when it grows
 * with its square. The cheapest of several runs counts, so that a collection of garbage does not.
 */
export function growth(work: (length: number) => void, length: number): number {
  const short = (): void => work(length);
  const long = (): void => work(4 * length);
  // Many runs where one is too short to be measured; the compiler has seen the code by then.
  const times = Math.max(1, Math.min(200, Math.round(4_000 / Math.max(1, cost(short, 3)))));
  const costs = [short, long].map((run) => Math.min(...Array.from({ length: 5 }, () => cost(run, times))));
  return (costs[1] ?? 0) / Math.max(costs[0] ?? 0, 1);
}
