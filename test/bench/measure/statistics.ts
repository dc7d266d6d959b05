/** The middle one of some numbers, the lower of two. `NaN` of none. */
export function median(numbers: number[]): number {
  return quantile(numbers, 0.5);
}

/** The smallest number that at least the given share of all do not exceed (nearest rank). `NaN` of none. */
export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
