/** CPU time of one run, µs. What other processes do meanwhile is not in it. */
function cost(work: () => void, times: number): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

const LONGER = 16;

/** Far from both: 16 is what work that grows with the length comes to, 256 what grows with its square. */
export const LINEAR = 100;

/** How many times more work there is for 16 times the length. The cheapest of three runs counts: garbage may be collected in one. */
export function growth(work: (length: number) => void, length: number): number {
  const cheapest = (of: number): number => {
    const run = (): void => work(of);
    // Many runs where one is too short to be measured.
    const times = Math.max(1, Math.min(100, Math.round(2_000 / Math.max(1, cost(run, 1)))));
    return Math.min(cost(run, times), cost(run, times), cost(run, times));
  };
  return cheapest(LONGER * length) / Math.max(cheapest(length), 1);
}
