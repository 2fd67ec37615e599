/**
 * A count of ms that misses no time: a process that is stopped, and a machine that sleeps, where one of its two clocks
 * goes on. It never goes back.
 */
export function stopwatch(
  monotonic: () => number = () => performance.now(),
  wall: () => number = Date.now,
): () => number {
  let [seenMonotonic, seenWall, sum] = [monotonic(), wall(), 0];
  return () => {
    const [nowMonotonic, nowWall] = [monotonic(), wall()];
    sum += Math.max(nowMonotonic - seenMonotonic, nowWall - seenWall, 0);
    [seenMonotonic, seenWall] = [nowMonotonic, nowWall];
    return sum;
  };
}
